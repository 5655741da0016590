#include "client/cli/join_display.h"

#include <boost/json.hpp>

#include "client/cli/report.h"

namespace blindsum::cli {
namespace {

// For what the operating system says of a connection.
constexpr std::string_view kNobodyThere = "is --server right, and the aggregator running?";
constexpr std::uint64_t kKiB = std::uint64_t{1} << 10;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

const char* name_of(ProgressKind kind) {
  switch (kind) {
    case ProgressKind::connected:
      return "connected";
    case ProgressKind::disconnected:
      return "disconnected";
    case ProgressKind::waiting:
      return "waiting";
    case ProgressKind::phase:
      return "phase";
    case ProgressKind::uploading:
      return "uploading";
    case ProgressKind::evidence:
      return "evidence";
    case ProgressKind::round_over:
      return "round_over";
  }
  return "unknown";
}

std::string in_units(std::uint64_t bytes, std::uint64_t unit) {
  return std::to_string(bytes / unit) + "." + std::to_string(bytes % unit * 10 / unit);
}

std::string share_of(std::uint64_t done, std::uint64_t of) {
  const bool large = of >= kMiB;
  const std::uint64_t unit = large ? kMiB : kKiB;
  return in_units(done, unit) + " of " + in_units(of, unit) + (large ? " MiB" : " KiB");
}

boost::json::object as_json(const Progress& progress) {
  boost::json::object object{{"event", name_of(progress.kind)}};
  if (progress.round != 0) object["round"] = progress.round;
  if (!progress.text.empty()) object["text"] = progress.text;
  const bool counts = progress.kind == ProgressKind::waiting ||
                      progress.kind == ProgressKind::uploading ||
                      progress.kind == ProgressKind::evidence;
  if (counts) {
    object["done"] = progress.done;
    object["of"] = progress.of;
  }
  return object;
}

}  // namespace

JoinDisplay::JoinDisplay(bool json) : json_(json), bar_(!json) {}

void JoinDisplay::show(const Progress& progress) {
  if (json_) return print(as_json(progress));
  const std::string round = "round " + std::to_string(progress.round) + ": ";
  switch (progress.kind) {
    case ProgressKind::connected:
      return line("connected");
    case ProgressKind::disconnected:
      return line("disconnected: " + explained(progress.text, kNobodyThere) + "; connecting again");
    case ProgressKind::waiting: {
      const std::string text = "waiting: " + std::to_string(progress.done) + " of " +
                               std::to_string(progress.of) + " members";
      return bar_.is_on() ? bar_.show(progress.done, progress.of, text) : line(text);
    }
    case ProgressKind::phase:
      return line(round + progress.text);
    case ProgressKind::uploading:
      return bar_.show(progress.done, progress.of, round + share_of(progress.done, progress.of));
    case ProgressKind::evidence:
      return line(round + "the aggregator contradicted itself: two different " + progress.text +
                  (progress.done == 1 ? " messages; `blindsum evidence` shows both"
                                      : " messages, which could not be kept"));
    case ProgressKind::round_over:
      return line(round + "over: " +
                  (progress.text == "ok" ? progress.text : explained(progress.text, {})));
  }
}

void JoinDisplay::show(const RoundResult& result, const std::string& record_file) {
  if (json_) {
    boost::json::object object{{"event", "result"},
                               {"round", result.round},
                               {"completed", result.completed},
                               {"reason", result.reason}};
    if (!record_file.empty()) object["record"] = record_file;
    print(object);
  } else if (!record_file.empty()) {
    line("round " + std::to_string(result.round) + ": record in " + record_file);
  }
}

std::string JoinDisplay::explained(const std::string& name, std::string_view otherwise) {
  const auto known = advice_for(name);
  const auto advice = known.empty() ? otherwise : known;
  if (advice.empty() || !explained_.insert(name).second) return name;
  return name + " (" + std::string(advice) + ")";
}

void JoinDisplay::end() {
  bar_.clear();
}

void JoinDisplay::line(const std::string& text) {
  end();
  print(text);
}

}  // namespace blindsum::cli
