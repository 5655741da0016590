// A participant to be killed: says what it does, a line each, on standard output.
//
//   e2e-member KEYS SCENE PORT NAME FIRST LENGTH PER_ROUND
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <utility>

#include "tests/e2e/harness/options.h"

namespace {

using namespace blindsum;

// Nothing is buffered: what is said has happened, whenever the kill comes.
void say(const std::string& line) {
  std::fprintf(stdout, "%s\n", line.c_str());
  std::fflush(stdout);
}

void report(const Progress& progress) {
  const auto round = std::to_string(progress.round);
  if (progress.kind == ProgressKind::phase) say("phase " + round + " " + progress.text + ";");
  if (progress.kind == ProgressKind::connected) say("connected;");
  if (progress.kind == ProgressKind::disconnected) say("disconnected " + progress.text + ";");
}

int run(std::span<char*> arguments) {
  const auto text = [&](std::size_t i) { return std::string(arguments[i]); };
  const auto port = static_cast<std::uint16_t>(std::stoul(text(3)));
  const auto first = std::stoll(text(5));
  const auto length = std::stoul(text(6));
  const auto per_round = std::stoll(text(7));
  auto options = e2e::participant_options(text(1), text(2), text(4), port);
  options.on_progress = report;
  options.on_result = [](const RoundResult& result) {
    say("result " + std::to_string(result.round) + " " + result.reason + ";");
  };
  options.on_round = [=](const RoundOffer& offer, ByteView) {
    const auto moved = first + per_round * static_cast<std::int64_t>(offer.round);
    return std::optional(Update{e2e::count_up(moved, length)});
  };
  auto participant = Participant::create(std::move(options));
  if (!participant) {
    say("refused " + participant.error().message() + ";");
    return 1;
  }
  const auto summary = participant->run();
  say("end " + (summary ? summary->last_reason : summary.error().message()) + ";");
  return summary ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 8) return 2;
    return run(std::span(argv, static_cast<std::size_t>(argc)));
  } catch (const std::exception& error) {
    say(std::string("failed ") + error.what());
    return 1;
  }
}
