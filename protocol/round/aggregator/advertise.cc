#include <algorithm>

#include "crypto/sign.h"
#include "faults/faults.h"
#include "protocol/round/aggregator/again.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

// [ADVERT-2] Points are canonical by their type.
Result<void> screen(Turn& turn, std::uint32_t roster_index, const SignedAdvert& message) {
  if (message.advert.roster_index != roster_index) return Reason::wrong_item;
  const RosterMember* const member = turn.shared().context.roster.find(roster_index);
  if (member == nullptr) return Reason::unknown_member;
  if (fault(Fault::adverts_unverified)) return {};
  return verify(member->key, advert_statement(turn.shared().th0, message.advert),
                message.signature);
}

// Closes the phase over all that were accepted.
State close(Advertising state, Turn& turn) {
  std::vector<SignedAdvert> adverts;
  for (const auto& [roster_index, advert] : state.adverts) adverts.push_back(advert);
  const Shared& shared = turn.shared();
  const Result<CohortRef> cohort =
      fix_cohort(turn.parameters(), shared.context.roster, shared.th0, adverts);
  if (cohort.has_error()) {
    return abort_round(turn, reason_of(cohort.error()),
                       std::to_string(adverts.size()) + " members: " + cohort.error().message());
  }
  if (!turn.keep(CohortFact{std::move(adverts)})) return state;
  turn.emit(PhaseClosed{std::string(Advertising::name), (*cohort)->n(),
                        static_cast<std::uint32_t>(shared.invited.size())});
  for (const std::uint32_t member : shared.invited) {
    const bool in_time = state.adverts.contains(member);
    if (!in_time && !turn.is_gone(member)) {
      turn.drop(member, Reason::not_in_cohort, Advertising::name);
    }
  }
  Cohort message{(*cohort)->adverts};
  if (fault(Fault::cohort_by_arrival)) std::ranges::reverse(message.adverts);
  turn.send((*cohort)->roster_indices(), std::move(message));
  return begin_sharing(turn, *cohort);
}

}  // namespace

Advertising begin_advertising(Turn& turn) {
  turn.time_goes_to(&PhaseTimings::advertise_ms);
  return {.deadline = turn.now() + Instant(turn.parameters().limits.advertise_ms), .adverts = {}};
}

void take(Advertising& state, Turn& turn, std::uint32_t roster_index, SignedAdvert message) {
  const auto first = state.adverts.find(roster_index);
  if (first != state.adverts.end() && !fault(Fault::second_answer_counts)) {
    return again(turn, roster_index, first->second, message);
  }
  const Result<void> good = screen(turn, roster_index, message);
  if (good.has_error()) return turn.reject(roster_index, reason_of(good.error()), "advert");
  state.adverts.insert_or_assign(roster_index, message);
}

void resume(const Advertising&, Turn& turn, std::uint32_t roster_index) {
  turn.send(roster_index, turn.shared().offer);
}

void lost(Advertising& state, std::uint32_t roster_index) {
  state.adverts.erase(roster_index);
}

State settle(Advertising state, Turn& turn) {
  const Shared& shared = turn.shared();
  // First come, first served [ADVERT-2]: whoever comes after is told not_in_cohort.
  if (state.adverts.size() == turn.parameters().n_max) return close(std::move(state), turn);
  Standing standing;
  standing.answered = static_cast<std::uint32_t>(state.adverts.size());
  standing.needed = turn.parameters().n_min;
  standing.awaited = static_cast<std::uint32_t>(shared.invited.size() - shared.gone.size());
  switch (turn.judge(standing, state.deadline)) {
    case Verdict::wait:
      return state;
    case Verdict::close:
      return close(std::move(state), turn);
    case Verdict::fail:
      break;
  }
  return abort_round(turn, Reason::too_few_members,
                     std::to_string(standing.answered) + " adverts, " +
                         std::to_string(standing.needed) + " are needed");
}

}  // namespace blindsum::detail::aggregator
