#include "server/recovery_watch.h"

namespace blindsum {
namespace {

std::string_view name_of(RecoveryStage stage) {
  switch (stage) {
    case RecoveryStage::interpolations:
      return "sets of responders";
    case RecoveryStage::secrets:
      return "secrets rebuilt";
    case RecoveryStage::keys:
      return "keys of masks";
    case RecoveryStage::masks:
      break;
  }
  return "elements unmasked";
}

}  // namespace

void RecoveryWatch::advanced(const RecoveryProgress& progress) {
  const Instant now = clock_.now();
  Instant due = next_line_;
  if (now < due || !next_line_.compare_exchange_strong(due, now + kQuiet)) return;
  log_.info("{}: unmasking: {} {} of {}", name_, name_of(progress.stage), progress.done,
            progress.of);
}

void RecoveryWatch::done(const RecoveryOutcome& outcome) const {
  if (outcome.reason != Reason::ok) return;
  const auto& [secrets, agreements, streams] = outcome.work;
  log_.info("{}: unmasked in {} ms: {} secrets, {} key agreements, {} mask streams", name_,
            (clock_.now() - began_).count(), secrets, agreements, streams);
}

}  // namespace blindsum
