// spambase-participant: one organisation of the demo. Written on the SDK's public API only.
//
// In every round it takes the common model (the payload), trains it for a while on its own e-mails,
// and hands the result to blindsum, weighted by the number of its e-mails. It prints one JSON line
// for each step, so that the demo can show what happens, and can kill it at a moment of its
// choosing.
#include "client/participant.h"

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <memory>
#include <thread>

#include "examples/spambase/logistic.h"

namespace {

struct Settings {
  std::string data, oracle, authority, aggregator;
  unsigned epochs = 2;
  blindsum::ParticipantOptions options;
};

blindsum::VerifyKey parse_key(const std::string& hex) {
  const auto bytes = blindsum::from_hex(hex);
  if (!bytes) throw std::runtime_error("not a key in hex: " + hex);
  const auto key = blindsum::VerifyKey::from(*bytes);
  if (!key) throw std::runtime_error("not a key of 32 bytes: " + hex);
  return *key;
}

void say(const char* event, std::uint64_t round, const std::string& text) {
  std::printf("{\"event\":\"%s\",\"round\":%llu,\"text\":\"%s\"}\n", event,
              static_cast<unsigned long long>(round), text.c_str());
  std::fflush(stdout);
}

const char* name_of(blindsum::ProgressKind kind) {
  switch (kind) {
    case blindsum::ProgressKind::connected:
      return "connected";
    case blindsum::ProgressKind::disconnected:
      return "disconnected";
    case blindsum::ProgressKind::waiting:
      return "waiting";
    case blindsum::ProgressKind::phase:
      return "phase";
    case blindsum::ProgressKind::uploading:
      return "uploading";
    case blindsum::ProgressKind::evidence:
      return "evidence";
    case blindsum::ProgressKind::round_over:
      return "round_over";
  }
  return "unknown";
}

std::optional<blindsum::Update> train_update(const std::vector<spambase::Email>& emails,
                                             unsigned epochs, const blindsum::RoundOffer& offer,
                                             blindsum::ByteView payload) {
  spambase::Model model{};
  if (payload.size() != sizeof(model)) return std::nullopt;
  std::memcpy(model.data(), payload.data(), sizeof(model));
  spambase::train(model, emails, epochs, offer.round);
  blindsum::Update update;
  update.values = std::vector<double>(model.begin(), model.end());
  update.weight = emails.size();
  return update;
}

// The oracle's copy: the encoded vector before any mask, one element a line, in a private file.
// Renamed into place, so that a kill leaves a whole file or none.
void write_oracle(const std::filesystem::path& folder, std::uint64_t round,
                  const blindsum::RingVector& vector) {
  const auto path = folder / ("round-" + std::to_string(round));
  const auto partial = folder / "partial";
  {
    std::ofstream file(partial);
    for (std::uint64_t i = 0; i < vector.size(); ++i) file << vector.get(i) << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write " + partial.string());
  }
  std::filesystem::rename(partial, path);
}

Settings parse(int argc, char** argv) {
  CLI::App app{"One organisation of the spam filter demo"};
  Settings settings;
  auto& options = settings.options;
  app.add_option("--port", options.endpoint.port, "port of the aggregator")->required();
  app.add_option("--ca", options.endpoint.ca_file, "PEM of the server's CA")->required();
  app.add_option("--state", options.state_folder, "what must survive a crash")->required();
  app.add_option("--identity", options.identity_file, "secret key file")->required();
  app.add_option("--roster", options.roster_file, "signed roster")->required();
  app.add_option("--authority", settings.authority, "authority's public key, hex")->required();
  app.add_option("--aggregator", settings.aggregator, "aggregator's public key, hex")->required();
  app.add_option("--data", settings.data, "CSV of this organisation's e-mails")->required();
  app.add_option("--oracle", settings.oracle, "private folder for the encoded vectors")->required();
  app.add_option("--epochs", settings.epochs, "passes over the e-mails in a round");
  options.endpoint.host = "127.0.0.1";
  options.endpoint.server_name = "localhost";
  options.task = "spam-filter";
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  options.authority_key = parse_key(settings.authority);
  options.policy.aggregator_key = parse_key(settings.aggregator);
  options.policy.tasks = {options.task};
  options.policy.least_n = 8;
  options.policy.least_survivors = 6;
  return settings;
}

// Ctrl-C and SIGTERM leave cleanly: a thread waits for them, since nothing may be done in a
// handler.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int run(Settings settings) {
  ::umask(S_IRWXG | S_IRWXO);  // the oracle's files are for nobody else
  const sigset_t signals = block_stop_signals();
  const auto emails = spambase::read_emails(settings.data);
  std::filesystem::create_directories(settings.oracle);
  auto& options = settings.options;
  options.on_round = [&](const blindsum::RoundOffer& offer, blindsum::ByteView payload) {
    return train_update(emails, settings.epochs, offer, payload);
  };
  options.on_encoded = [&](const blindsum::RoundOffer& offer, const blindsum::RingVector& vector) {
    write_oracle(settings.oracle, offer.round, vector);
  };
  options.on_progress = [](const blindsum::Progress& progress) {
    say(name_of(progress.kind), progress.round, progress.text);
  };
  auto created = blindsum::Participant::create(std::move(options));
  if (!created) throw std::runtime_error(created.error().message());
  // Also the thread's: a signal may come when the run is over.
  const auto participant = std::make_shared<blindsum::Participant>(*std::move(created));
  std::thread([signals, participant] {
    int received = 0;
    if (sigwait(&signals, &received) == 0) participant->stop();
  }).detach();
  const auto summary = participant->run();
  if (!summary) throw std::runtime_error(summary.error().message());
  say("end", 0, summary->last_reason);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "spambase-participant: %s\n", error.what());
    return 1;
  }
}
