#include <algorithm>
#include <functional>

#include "crypto/sign.h"
#include "faults/faults.h"
#include "protocol/round/aggregator/again.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

bool is_ascending(const Unmask& message) {
  const auto by_member = [](const UnmaskEntry& a, const UnmaskEntry& b) {
    return a.member >= b.member;
  };
  const auto& entries = message.entries;
  const auto& not_held = message.not_held;
  return std::adjacent_find(entries.begin(), entries.end(), by_member) == entries.end() &&
         std::adjacent_find(not_held.begin(), not_held.end(), std::greater_equal<>()) ==
             not_held.end();
}

// Exactly the in-neighbours in U2, each with the share of the right secret or as not held.
Result<void> check_coverage(const FixedShares& shares, const Bitmap& u3, std::uint32_t u,
                            const Unmask& message) {
  if (!is_ascending(message)) return Reason::bad_order;
  auto entry = message.entries.begin();
  auto missing = message.not_held.begin();
  for (const InboundShare& inbound : shares.inbound[u]) {
    if (entry != message.entries.end() && entry->member == inbound.dealer) {
      const ShareKind kind = u3.has(inbound.dealer) ? ShareKind::self_mask : ShareKind::mask_key;
      if (entry->kind != kind) return Reason::wrong_item;
      ++entry;
    } else if (missing != message.not_held.end() && *missing == inbound.dealer) {
      ++missing;
    } else {
      return Reason::wrong_item;
    }
  }
  if (entry != message.entries.end() || missing != message.not_held.end()) {
    return Reason::wrong_item;
  }
  return {};
}

// [UNMASK-4]
Result<void> check_answer(const Unmasking& state, std::uint32_t u, const Unmask& message) {
  if (!state.agreed->u3().has(u)) return Reason::not_in_u3;
  if (!fault(Fault::answers_unchecked)) {
    BLINDSUM_CHECK(check_coverage(*state.shares, state.agreed->u3(), u, message));
  }
  if (fault(Fault::answers_unsigned)) return {};
  BLINDSUM_TRY(hash, hash_answer(message));
  const Encoded text = unmask_statement(state.agreed->survivors().th3, u, hash);
  return verify(state.cohort->keys[u], text, message.signature);
}

// Also when the shares are too few: the answers that are there may show who is to blame, and all
// blame is collected before anything aborts [REBUILD-3].
State close(Unmasking state, Turn& turn) {
  const std::uint32_t expected = state.agreed->u3().count();
  turn.emit(PhaseClosed{std::string(Unmasking::name),
                        static_cast<std::uint32_t>(state.answers.size()), expected});
  for (const std::uint32_t u : state.agreed->u3().members()) {
    const std::uint32_t member = state.cohort->roster_index(u);
    if (!state.answers.contains(u) && !turn.is_gone(member)) {
      turn.drop(member, Reason::time_limit, Unmasking::name);
    }
  }
  if (state.answers.empty()) {
    return abort_round(turn, state.cohort, Reason::too_few_shares, "nobody unmasked");
  }
  turn.emit(Recover{std::make_shared<const RecoveryJob>(recovery_job(state))});
  return Recovering{state.cohort, state.shares, state.agreed, std::move(state.answers),
                    std::nullopt, std::nullopt};
}

// Who is gone is looked for only once it can matter: at every answer that would be n² of a round.
bool all_answered(const Unmasking& state, Turn& turn) {
  if (state.answers.size() + turn.shared().gone.size() < state.may_answer.size()) return false;
  const auto is_awaited = [&](std::uint32_t u) {
    return !state.answers.contains(u) && !turn.is_gone(state.cohort->roster_index(u));
  };
  return std::none_of(state.may_answer.begin(), state.may_answer.end(), is_awaited);
}

}  // namespace

ShareTally tally_of(Turn& turn, const FixedCohort& cohort, const FixedShares& shares,
                    const Bitmap& u3) {
  ShareTally tally(cohort, shares, u3);
  for (const std::uint32_t member : turn.shared().gone) {
    const auto u = cohort.index_of(member);
    if (u && u3.has(*u)) tally.lost(shares, *u);
  }
  return tally;
}

Unmasking begin_unmasking(Turn& turn, CohortRef cohort, SharesRef shares, AgreedRef agreed) {
  turn.time_goes_to(&PhaseTimings::unmask_ms);
  turn.shared().record.certified = true;
  turn.shared().proof.attestations = agreed->certificate();
  std::set<std::uint32_t> may_answer;
  const Bitmap attested = agreed->attestations().signers(cohort->n());
  for (const std::uint32_t u : attested.members()) may_answer.insert(u);
  ShareTally tally = tally_of(turn, *cohort, *shares, agreed->u3());
  return {.cohort = std::move(cohort),
          .shares = std::move(shares),
          .agreed = std::move(agreed),
          .deadline = turn.now() + Instant(turn.parameters().limits.unmask_ms),
          .may_answer = std::move(may_answer),
          .answers = {},
          .tally = std::move(tally)};
}

// Too late for the certificate, but whoever attested can answer it, and is waited for.
void take(Unmasking& state, Turn& turn, std::uint32_t u, Attestation message) {
  const std::uint32_t member = state.cohort->roster_index(u);
  const FixedSurvivors& survivors = state.agreed->survivors();
  if (!survivors.u3.has(u)) return turn.reject(member, Reason::not_in_u3, "attestation");
  const Encoded text = attest_statement(survivors.th3, u);
  if (const Signature* const first = state.agreed->attestations().find(u)) {
    return again(turn, member, Label::attest, text, *first, message.signature);
  }
  if (verify(state.cohort->keys[u], text, message.signature).has_error()) {
    return turn.reject(member, Reason::bad_signature, "attestation");
  }
  state.may_answer.insert(u);
}

void take(Unmasking& state, Turn& turn, std::uint32_t u, Unmask message) {
  const auto first = state.answers.find(u);
  if (first != state.answers.end()) {
    return again(turn, *state.cohort, state.agreed->survivors(), u, first->second, message);
  }
  const Result<void> good = check_answer(state, u, message);
  if (good.has_error()) {
    return turn.reject(state.cohort->roster_index(u), reason_of(good.error()), "unmask");
  }
  state.tally.answered(message);
  state.may_answer.insert(u);
  state.answers.emplace(u, std::move(message));
  turn.shared().holds_proof.insert(state.cohort->roster_index(u));
}

void resume(const Unmasking& state, Turn& turn, std::uint32_t u) {
  const std::uint32_t member = state.cohort->roster_index(u);
  if (!state.shares->u2.has(u)) return turn.send(member, delivery_of(*state.shares, u));
  if (state.agreed->u3().has(u)) {
    turn.send(member, survivors_message(*state.shares, state.agreed->survivors(), u));
  }
  turn.send(member, certificate_message(*state.shares, *state.agreed));
}

void lost(Unmasking& state, std::uint32_t u) {
  if (state.agreed->u3().has(u) && !state.answers.contains(u)) state.tally.lost(*state.shares, u);
}

State settle(Unmasking state, Turn& turn) {
  const bool is_due = turn.now() >= state.deadline;
  const bool is_over =
      state.tally.is_enough() ? all_answered(state, turn) : state.tally.is_hopeless();
  if (!is_over && !is_due) return state;
  return close(std::move(state), turn);
}

}  // namespace blindsum::detail::aggregator
