#include <algorithm>

#include "protocol/round/aggregator/evidence.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

constexpr std::size_t kMaxDetailBytes = 256;  // [LIMIT-1]
// Until an ending that could not be kept is tried again: room on a disk is made by people.
constexpr Instant kRetryPause{1000};

Result<void> keep_ending(Turn& turn, const RecordContent& record) {
  return turn.shared().context.store.keep(turn.parameters().session_id,
                                          EndedFact{record.outcome, record});
}

void add_conflicts(std::vector<Blame>& blame, const Turn& turn, const FixedCohort& cohort) {
  const std::vector<Blame> conflicts = conflict_blame(turn.shared(), cohort);
  blame.insert(blame.end(), conflicts.begin(), conflicts.end());
  sort_blame(blame);
}

RoundAborted publish_abort(Turn& turn, std::vector<std::uint32_t> members, Reason reason,
                           std::string detail) {
  turn.time_goes_to(nullptr);
  detail.resize(std::min(detail.size(), kMaxDetailBytes));
  RecordContent& record = turn.shared().record;
  record.outcome = reason;
  record.detail = detail;
  // An abort that cannot be kept is one all the same: restored without it, the round goes on
  // without the members that were told, and comes to nothing again.
  const Result<void> kept = keep_ending(turn, record);
  if (kept.has_error()) record.detail += "; not kept: " + kept.error().message();
  const RoundAborted aborted{reason, std::move(detail)};
  turn.send(std::move(members), aborted);
  turn.emit(AggregatorRoundOver{record, turn.shared().proof});
  return aborted;
}

}  // namespace

State abort_round(Turn& turn, Reason reason, std::string detail) {
  const std::set<std::uint32_t>& invited = turn.shared().invited;
  RoundAborted aborted =
      publish_abort(turn, {invited.begin(), invited.end()}, reason, std::move(detail));
  return Over{nullptr, std::move(aborted), std::nullopt};
}

State abort_round(Turn& turn, CohortRef cohort, Reason reason, std::string detail,
                  std::set<std::uint32_t> unable) {
  add_conflicts(turn.shared().record.blame, turn, *cohort);
  RoundAborted aborted = publish_abort(turn, cohort->roster_indices(), reason, std::move(detail));
  return begin_voiding(turn, std::move(cohort), std::move(aborted), std::move(unable));
}

// [DISK-9] Members have spent their inputs on this sum, and have unmasked, so that they cannot
// void: for want of room on a disk it is not given up.
State complete_round(Turn& turn, Recovering state) {
  turn.time_goes_to(nullptr);
  RecordContent record = turn.shared().record;
  add_conflicts(record.blame, turn, *state.cohort);
  record.outcome = Reason::ok;
  record.sum_digest = state.outcome->sum_digest;
  const Result<void> kept = keep_ending(turn, record);
  if (kept.has_error()) {
    // What is not final must not be published: another record of this session could follow.
    if (!turn.shared().context.store.broken()) {
      state.deadline = turn.now() + kRetryPause;
      return state;
    }
    // Nor is VOID asked for: nobody knows whether a restart finds this ending.
    add_conflicts(turn.shared().record.blame, turn, *state.cohort);
    RoundAborted aborted = publish_abort(turn, state.cohort->roster_indices(), Reason::store_failed,
                                         kept.error().message());
    return Over{std::move(state.cohort), std::move(aborted), std::nullopt};
  }
  turn.shared().record = std::move(record);
  turn.emit(AggregatorRoundOver{turn.shared().record, turn.shared().proof});
  return Over{std::move(state.cohort), std::nullopt, std::nullopt};
}

}  // namespace blindsum::detail::aggregator
