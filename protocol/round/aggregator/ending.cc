#include <algorithm>

#include "protocol/round/aggregator/evidence.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

constexpr std::size_t kMaxDetailBytes = 256;  // [LIMIT-1]

Result<void> keep_ending(Turn& turn) {
  const RecordContent& record = turn.shared().record;
  return turn.shared().context.store.keep(turn.parameters().session_id,
                                          EndedFact{record.outcome, record});
}

void add_conflicts(Turn& turn, const FixedCohort& cohort) {
  std::vector<Blame>& blame = turn.shared().record.blame;
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
  const Result<void> kept = keep_ending(turn);
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
  add_conflicts(turn, *cohort);
  RoundAborted aborted = publish_abort(turn, cohort->roster_indices(), reason, std::move(detail));
  return begin_voiding(turn, std::move(cohort), std::move(aborted), std::move(unable));
}

State complete_round(Turn& turn, CohortRef cohort, const Hash& sum_digest) {
  RecordContent& record = turn.shared().record;
  add_conflicts(turn, *cohort);
  record.outcome = Reason::ok;
  record.sum_digest = sum_digest;
  turn.time_goes_to(nullptr);
  const Result<void> kept = keep_ending(turn);
  if (kept.has_error()) {
    // What is not final must not be published: another record of this session could follow.
    record.sum_digest = {};
    RoundAborted aborted =
        publish_abort(turn, cohort->roster_indices(), Reason::store_failed, kept.error().message());
    return Over{std::move(cohort), std::move(aborted), std::nullopt};
  }
  turn.emit(AggregatorRoundOver{record, turn.shared().proof});
  return Over{std::move(cohort), std::nullopt, std::nullopt};
}

}  // namespace blindsum::detail::aggregator
