#include "server/watcher.h"

namespace blindsum {
namespace {

class Nobody final : public Watcher {
 public:
  void see(const ServerEvent&) override {}
};

}  // namespace

Watcher& nobody() {
  static Nobody instance;
  return instance;
}

std::string_view name_of(TaskState state) {
  switch (state) {
    case TaskState::gathering:
      return "gathering";
    case TaskState::running:
      return "running";
    case TaskState::publishing:
      return "publishing";
    case TaskState::paused:
      return "paused";
    case TaskState::finished:
      return "finished";
    case TaskState::draining:
      return "draining";
  }
  return "unknown";
}

std::string_view name_of(AggregatorPhase phase) {
  switch (phase) {
    case AggregatorPhase::advertise:
      return "advertise";
    case AggregatorPhase::share:
      return "share";
    case AggregatorPhase::mask:
      return "mask";
    case AggregatorPhase::attest:
      return "attest";
    case AggregatorPhase::unmask:
      return "unmask";
    case AggregatorPhase::recover:
      return "recover";
    case AggregatorPhase::voiding:
      return "voiding";
    case AggregatorPhase::over:
      return "over";
  }
  return "unknown";
}

}  // namespace blindsum
