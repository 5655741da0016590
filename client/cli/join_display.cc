#include "client/cli/join_display.h"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "client/cli/report.h"

namespace blindsum::cli {
namespace {

constexpr std::uint64_t kBarWidth = 30;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr const char* kClearLine = "\r\033[K";

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
    case ProgressKind::round_over:
      return "round_over";
  }
  return "unknown";
}

std::string bar_of(std::uint64_t done, std::uint64_t of) {
  const std::uint64_t whole = std::max<std::uint64_t>(of, 1);
  const auto filled = static_cast<std::size_t>(kBarWidth * std::min(done, whole) / whole);
  std::string bar(kBarWidth + 3, '.');
  bar.replace(0, 1, "[");
  bar.replace(1, filled, filled, '#');
  bar.replace(kBarWidth + 1, 2, "] ");
  return bar;
}

std::string in_mib(std::uint64_t bytes) {
  return std::to_string(bytes / kMiB) + "." + std::to_string(bytes % kMiB * 10 / kMiB);
}

boost::json::object as_json(const Progress& progress) {
  boost::json::object object{{"event", name_of(progress.kind)}};
  if (progress.round != 0) object["round"] = progress.round;
  if (!progress.text.empty()) object["text"] = progress.text;
  const bool counts =
      progress.kind == ProgressKind::waiting || progress.kind == ProgressKind::uploading;
  if (counts) {
    object["done"] = progress.done;
    object["of"] = progress.of;
  }
  return object;
}

}  // namespace

JoinDisplay::JoinDisplay(bool json)
    : json_(json), terminal_(!json && ::isatty(STDERR_FILENO) == 1) {}

void JoinDisplay::show(const Progress& progress) {
  if (json_) return print(as_json(progress));
  const std::string round = "round " + std::to_string(progress.round) + ": ";
  switch (progress.kind) {
    case ProgressKind::connected:
      return line("connected");
    case ProgressKind::disconnected:
      return line("disconnected: " + progress.text + "; connecting again");
    case ProgressKind::waiting: {
      const std::string text = "waiting: " + std::to_string(progress.done) + " of " +
                               std::to_string(progress.of) + " members";
      return terminal_ ? bar(bar_of(progress.done, progress.of) + text) : line(text);
    }
    case ProgressKind::phase:
      return line(round + progress.text);
    case ProgressKind::uploading:
      return bar(bar_of(progress.done, progress.of) + round + in_mib(progress.done) + " of " +
                 in_mib(progress.of) + " MiB");
    case ProgressKind::round_over:
      return line(round + "over: " + progress.text);
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

void JoinDisplay::end() {
  if (has_bar_) std::fputs(kClearLine, stderr);
  has_bar_ = false;
}

void JoinDisplay::line(const std::string& text) {
  end();
  print(text);
}

// Only a terminal can take one line for another.
void JoinDisplay::bar(const std::string& text) {
  if (!terminal_) return;
  std::fputs((kClearLine + text).c_str(), stderr);
  std::fflush(stderr);
  has_bar_ = true;
}

}  // namespace blindsum::cli
