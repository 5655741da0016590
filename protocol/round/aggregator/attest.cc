#include "faults/faults.h"
#include "protocol/round/aggregator/again.h"
#include "protocol/round/aggregator/faulty.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

State close(Attesting state, Turn& turn) {
  const FixedCohort& cohort = *state.cohort;
  Result<AgreedSurvivors> agreed =
      AgreedSurvivors::agree(cohort, state.survivors, state.attestations);
  if (agreed.has_error()) {
    turn.fail(reason_of(agreed.error()), agreed.error().message());
    return state;
  }
  const auto fixed = std::make_shared<const AgreedSurvivors>(*std::move(agreed));
  // Who unmasks can no longer vote VOID, so nobody is asked to when it leads to nothing.
  if (tally_of(turn, cohort, *state.shares, fixed->u3()).is_hopeless()) {
    return abort_round(turn, state.cohort, Reason::too_few_shares,
                       "too few survivors hold shares of some member");
  }
  // Also who the certificate does without is known after a crash, and waited for.
  Certificate kept = certificate_message(*state.shares, *fixed);
  kept.attestations = fixed->attestations().lowest(state.attestations.count(), cohort.n());
  if (!turn.keep(CertificateFact{std::move(kept)})) return state;
  turn.emit(
      PhaseClosed{std::string(Attesting::name), state.attestations.count(), fixed->u3().count()});
  // [CERT-2]: whoever is left out gets it too, it releases the input.
  const Bitmap& told = fault(Fault::certificate_withheld) ? fixed->u3() : state.shares->u2;
  turn.send(cohort.roster_indices(told), certificate_message(*state.shares, *fixed));
  return begin_unmasking(turn, state.cohort, state.shares, fixed);
}

}  // namespace

// [ATTEST-1]
Survivors survivors_message(const FixedShares& shares, const FixedSurvivors& survivors,
                            std::uint32_t u) {
  Survivors message;
  message.th2 = shares.th2;
  message.u3.assign(survivors.u3.bytes().begin(), survivors.u3.bytes().end());
  for (const InboundShare& inbound : shares.inbound[u]) {
    const auto receipt = survivors.receipts.find(inbound.dealer);
    if (receipt == survivors.receipts.end()) continue;
    message.receipts.push_back({inbound.dealer, receipt->second.signature});
  }
  return message;
}

Certificate certificate_message(const FixedShares& shares, const AgreedSurvivors& agreed) {
  Certificate message;
  message.th2 = shares.th2;
  message.u3.assign(agreed.u3().bytes().begin(), agreed.u3().bytes().end());
  message.attestations = agreed.certificate();
  return message;
}

Attesting begin_attesting(Turn& turn, CohortRef cohort, SharesRef shares, SurvivorsRef survivors) {
  turn.time_goes_to(&PhaseTimings::attest_ms);
  RecordContent& record = turn.shared().record;
  record.u3.assign(survivors->u3.bytes().begin(), survivors->u3.bytes().end());
  record.th3 = survivors->th3;
  const Hash th3 = survivors->th3;
  return {.cohort = std::move(cohort),
          .shares = std::move(shares),
          .survivors = std::move(survivors),
          .deadline = turn.now() + Instant(turn.parameters().limits.attest_ms),
          .attestations = SignatureCollector(attest_statement, th3)};
}

void take(Attesting& state, Turn& turn, std::uint32_t u, Attestation message) {
  const std::uint32_t member = state.cohort->roster_index(u);
  if (!state.survivors->u3.has(u)) return turn.reject(member, Reason::not_in_u3, "attestation");
  if (const Signature* const first = state.attestations.find(u)) {
    const Encoded text = state.attestations.text(u);
    return again(turn, member, Label::attest, text, *first, message.signature);
  }
  const Result<void> good = state.attestations.add(u, state.cohort->keys[u], message.signature);
  if (good.has_error()) turn.reject(member, reason_of(good.error()), "attestation");
}

void resume(const Attesting& state, Turn& turn, std::uint32_t u) {
  const std::uint32_t member = state.cohort->roster_index(u);
  if (state.survivors->u3.has(u)) {
    turn.send(member, fault(Fault::u3_anew)
                          ? survivors_anew(*state.shares, *state.survivors, u)
                          : survivors_message(*state.shares, *state.survivors, u));
  } else if (!state.shares->u2.has(u)) {
    turn.send(member, delivery_of(*state.shares, u));
  }
}

State settle(Attesting state, Turn& turn) {
  const FixedCohort& cohort = *state.cohort;
  const Bitmap& u3 = state.survivors->u3;
  Standing standing;
  standing.answered = state.attestations.count();
  standing.needed = cohort.graph.quorum - (fault(Fault::certificate_one_short) ? 1 : 0);
  standing.awaited = u3.count();
  if (turn.gone_may_matter(standing)) {
    standing.awaited -= count_gone(turn.shared().gone, cohort, u3, state.attestations);
  }
  switch (turn.judge(standing, state.deadline)) {
    case Verdict::wait:
      return state;
    case Verdict::close:
      return close(std::move(state), turn);
    case Verdict::fail:
      break;
  }
  return abort_round(turn, state.cohort, Reason::certificate_short,
                     std::to_string(standing.answered) + " members attested, " +
                         std::to_string(standing.needed) + " are needed");
}

}  // namespace blindsum::detail::aggregator
