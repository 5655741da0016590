// A round that the process before this one had begun.
#include <utility>

#include "crypto/secret.h"
#include "server/round_host.h"

namespace blindsum {

Result<std::shared_ptr<RoundHost>> RoundHost::restore(const RoundEnvironment& environment,
                                                      const SessionId& session_id,
                                                      SharedBytes payload, OnOver on_over) {
  BLINDSUM_TRY(facts, environment.store.facts(session_id));
  const auto* const offered = facts.empty() ? nullptr : std::get_if<OfferedFact>(&facts.front());
  if (offered == nullptr) return Reason::internal_error;
  BLINDSUM_TRY(host, make(environment, offered->offer, std::move(payload), std::move(on_over)));
  Kept kept;
  for (const RoundFact& fact : facts) {
    if (const auto* const cohort = std::get_if<CohortFact>(&fact)) {
      host->cohort_size_ = static_cast<std::uint32_t>(cohort->adverts.size());
      for (const auto& one : cohort->adverts) host->adverted_.insert(one.advert.roster_index);
    }
    if (std::holds_alternative<AddedFact>(fact)) ++kept.added;
    const auto* const ended = std::get_if<EndedFact>(&fact);
    kept.has_sum = ended != nullptr && ended->reason == Reason::ok;
  }
  auto machine =
      AggregatorRound::restore({environment.roster, environment.store, environment.limits},
                               std::move(facts), environment.clock.now(), kept.effects);
  if (!machine) return machine.error();
  host->machine_.emplace(*std::move(machine));
  host->kept_ = std::move(kept);
  return host;
}

Result<void> RoundHost::resume(bool with_sum) {
  const bool is_over = machine_->phase() >= AggregatorPhase::voiding;
  if (kept_->has_sum && with_sum) BLINDSUM_CHECK(load_sum());
  const auto loaded = is_over || kept_->added == 0 ? Result<void>{} : load_checkpoint();
  const bool is_damaged = !loaded && loaded.error() == Reason::checkpoint_damaged;
  if (!loaded && !is_damaged) return loaded;
  tell_started({adverted_.begin(), adverted_.end()}, true);
  carry_out(std::move(kept_->effects));
  kept_.reset();
  if (is_damaged) handle(AggregatorStop{Reason::checkpoint_damaged});
  tell_more_may_come();
  arm_timer();
  return {};
}

Result<void> RoundHost::load_sum() {
  BLINDSUM_TRY(stored, environment_.store.load_result(session_id_));
  auto sum = Accumulator::from_packed(ring_, offer_.parameters.vector_length, stored.packed);
  if (!sum) return Reason::checkpoint_damaged;
  result_ = std::make_shared<Accumulator>(*std::move(sum));
  return {};
}

// [DISK-8] Whoever was acknowledged is in it, and nobody else.
Result<void> RoundHost::load_checkpoint() {
  BLINDSUM_TRY(stored, environment_.store.load_checkpoint(session_id_));
  auto sum = Accumulator::from_packed(ring_, offer_.parameters.vector_length, stored.packed);
  wipe(ByteSpan(stored.packed));
  if (!sum || stored.members != kept_->added) return Reason::checkpoint_damaged;
  keeper_->restore(*std::move(sum), stored.members);
  return {};
}

}  // namespace blindsum
