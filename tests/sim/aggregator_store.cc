// What the aggregator's host does with its store: sums are made durable in groups, as the server
// does it (server/sum_keeper.h).
#include <utility>

#include "server/store/store_error.h"
#include "tests/sim/aggregator_host.h"

namespace blindsum::sim {
namespace {

constexpr std::size_t kLeastMembers = 2;  // in a checkpoint [DISK-7]
constexpr std::size_t kMostWaiting = 32;
constexpr Instant kInterval{250};
constexpr std::uint32_t kMostWriteMs = 30;
constexpr Instant kRetryPause{1000};

}  // namespace

void AggregatorHost::tell_later(const SessionId& session, AggregatorEvent event) {
  stage_.queue.after(Instant{random_.below(2)},
                     [this, session, incarnation = incarnation_, event = std::move(event)] {
                       if (incarnation == incarnation_) handle(session, event);
                     });
}

void AggregatorHost::consider_checkpoint(const SessionId& session) {
  const auto round = live_.find(session);
  if (round == live_.end()) return;
  Live& live = round->second;
  const std::size_t count = live.waiting.facts.size();
  if (live.is_writing || count == 0 || live.durable + count < kLeastMembers) return;
  const Instant now = stage_.queue.now();
  if (!live.machine->awaits_uploads() || count >= kMostWaiting || now >= live.may_write_at) {
    return begin_checkpoint(session);
  }
  stage_.queue.at(live.may_write_at, [this, session, incarnation = incarnation_] {
    if (incarnation == incarnation_) consider_checkpoint(session);
  });
}

void AggregatorHost::begin_checkpoint(const SessionId& session) {
  Live& live = live_.at(session);
  live.is_writing = true;
  live.may_write_at = stage_.queue.now() + kInterval;
  stage_.queue.after(
      Instant{random_.below(kMostWriteMs)},
      [this, session, incarnation = incarnation_, packed = live.accumulator->packed().value(),
       group = std::exchange(live.waiting, {})] {
        if (incarnation == incarnation_) write_checkpoint(session, packed, group);
      });
}

void AggregatorHost::write_checkpoint(const SessionId& session, const Bytes& packed,
                                      Uploads group) {
  const auto kept = store_.rounds().checkpoint(session, packed, group.facts);
  if (stops_inside()) return;
  Live& live = live_.at(session);
  live.is_writing = false;
  if (kept) {
    live.durable += static_cast<std::uint32_t>(group.facts.size());
    answer(session, group, {});
    return consider_checkpoint(session);
  }
  // The round ends here, so what waits is in no checkpoint either.
  answer(session, group, Reason::store_failed);
  answer(session, std::exchange(live.waiting, {}), Reason::store_failed);
}

void AggregatorHost::answer(const SessionId& session, const Uploads& group, const Error& error) {
  for (const std::uint32_t roster_index : group.roster_indices) {
    tell_later(session, Accumulated{.roster_index = roster_index, .error = error});
  }
}

// Members have spent their inputs on it: for want of room it is not given up.
void AggregatorHost::keep_result(const SessionId& session, RecoveryOutcome outcome, Bytes packed) {
  if (outcome.reason == Reason::ok) {
    const auto kept = store_.rounds().keep_result(session, packed);
    if (stops_inside()) return;
    if (!kept && !is_for_good(kept.error())) {
      stage_.queue.after(kRetryPause, [this, session, incarnation = incarnation_,
                                       outcome = std::move(outcome), packed = std::move(packed)] {
        if (incarnation == incarnation_) keep_result(session, outcome, packed);
      });
      return;
    }
    if (!kept) outcome.reason = Reason::store_failed;
    if (kept) live_.at(session).sum = std::move(packed);
  }
  tell_later(session, Recovered{.outcome = std::move(outcome)});
}

// [DISK-8] Whoever was acknowledged is in it, and nobody else.
bool AggregatorHost::load_checkpoint(const SessionId& session, std::uint32_t added) {
  const auto stored = store_.rounds().load_checkpoint(session);
  if (kept(session).is_spoilt) {
    if (stored) stage_.trace.fail("a checkpoint is read that is not what was written [DISK-8]");
    stage_.statistics.count(Group::disk, "checkpoints refused");
    return false;
  }
  if (!stored || stored->members != added) {
    stage_.trace.fail("the checkpoint of those that were added is lost [DISK-7]");
    return true;
  }
  Live& live = live_.at(session);
  const RoundParameters& terms = stage_.plan.terms;
  const Ring ring = Ring::of_bits(terms.ring_bits).value();
  live.accumulator = Accumulator::from_packed(ring, terms.vector_length, stored->packed).value();
  live.durable = stored->members;
  if (store_.disk() != nullptr) stage_.statistics.count(Group::disk, "checkpoints read");
  return true;
}

// That of a round that ended well.
void AggregatorHost::load_result(const SessionId& session) {
  const auto facts = store_.rounds().facts(session);
  const auto* const ended = std::get_if<EndedFact>(&facts->back());
  const bool is_well = ended != nullptr && ended->reason == Reason::ok;
  if (!is_well || kept(session).record) return;
  auto stored = store_.rounds().load_result(session);
  if (!stored) return stage_.trace.fail("a round is over, and its sum is lost [DISK-8]");
  live_.at(session).sum = std::move(stored->packed);
  if (store_.disk() != nullptr) stage_.statistics.count(Group::disk, "results read");
}

}  // namespace blindsum::sim
