// Phase 4 at the participant: which transcript it signs (SPEC.md, chapter 13).
#include <algorithm>
#include <iterator>

#include "faults/faults.h"
#include "protocol/round/participant/faulty.h"
#include "protocol/round/participant/state.h"

namespace blindsum::detail::participant {
namespace {

// A valid receipt of every in-neighbour in U3 and no other: only then may its b be given away, for
// only then is it known to have masked under this very U2.
Result<void> check_receipts(const AgreedCohort& cohort, const AgreedDelivery& delivery,
                            const Bitmap& u3, const std::vector<MemberSignature>& receipts) {
  Members expected;
  std::copy_if(delivery.in_neighbours().begin(), delivery.in_neighbours().end(),
               std::back_inserter(expected), [&](std::uint32_t v) { return u3.has(v); });
  Members got(receipts.size());
  std::transform(receipts.begin(), receipts.end(), got.begin(),
                 [](const MemberSignature& receipt) { return receipt.member; });
  if (!fault(Fault::receipts_missing)) {
    BLINDSUM_CHECK(
        check_exactly(got, expected, Reason::missing_receipt, Reason::unexpected_receipt));
  }
  if (fault(Fault::receipts_unverified)) return {};
  for (const auto& [member, signature] : receipts) {
    BLINDSUM_CHECK(
        verify(cohort.keys()[member], receipt_statement(delivery.th2(), member), signature));
  }
  return {};
}

// From here on one of the two shares of each in-neighbour is all there is: never both [UNMASK-2].
std::vector<ChosenShare> choose(std::vector<HeldItem> held, const Bitmap& u3) {
  if (fault(Fault::both_shares, Fault::alive_and_dropped, Fault::answer_from_request)) {
    return choose_both(std::move(held));
  }
  std::vector<ChosenShare> chosen;
  chosen.reserve(held.size());
  for (HeldItem& item : held) {
    const ShareKind kind = u3.has(item.from) ? ShareKind::self_mask : ShareKind::mask_key;
    ChosenShare& one =
        chosen.emplace_back(ChosenShare{.from = item.from, .kind = kind, .share = std::nullopt});
    if (!item.shares) continue;
    one.share =
        std::move(kind == ShareKind::self_mask ? item.shares->self_share : item.shares->mask_share);
  }
  return chosen;
}

struct AttestedNow {
  Attested state;
  Attestation attestation;
};

Result<AttestedNow> attest(Uploaded state, const Survivors& message, const SigningKey& identity) {
  BLINDSUM_TRY(survivors, AgreedSurvivors::check(state.cohort, state.delivery, message));
  // [ATTEST-3]
  BLINDSUM_TRY(signature, identity.sign(attest_statement(survivors.th3(), state.cohort.u())));
  std::vector<ChosenShare> shares = choose(std::move(state.held), survivors.u3());
  return AttestedNow{.state = {.cohort = std::move(state.cohort),
                               .delivery = std::move(state.delivery),
                               .survivors = std::move(survivors),
                               .shares = std::move(shares)},
                     .attestation = {.signature = signature}};
}

}  // namespace

// [ATTEST-2]
Result<AgreedSurvivors> AgreedSurvivors::check(const AgreedCohort& cohort,
                                               const AgreedDelivery& delivery,
                                               const Survivors& survivors) {
  if (survivors.th2 != delivery.th2()) return Reason::transcript_mismatch;
  BLINDSUM_TRY(u3, Bitmap::parse(survivors.u3, cohort.n()));
  if (!u3.subset_of(delivery.u2()) && !fault(Fault::u3_outside_u2)) return Reason::not_in_u2;
  if (!u3.has(cohort.u())) return Reason::not_in_u3;
  if (u3.count() < cohort.graph().survivors) return Reason::too_few_survivors;
  BLINDSUM_CHECK(check_receipts(cohort, delivery, u3, survivors.receipts));
  BLINDSUM_TRY(th3, hash_th3(delivery.th2(), u3));
  AgreedSurvivors agreed;
  agreed.u3_ = std::move(u3);
  agreed.th3_ = th3;
  return agreed;
}

// [ATTEST-2] A claim that this participant survived, without its receipt.
State on(Delivered /*state*/, Survivors /*event*/, Scene& scene) {
  return refuse(Reason::wrong_phase, scene);
}

State on(Uploading /*state*/, Survivors /*event*/, Scene& scene) {
  return refuse(Reason::wrong_phase, scene);
}

State on(Uploaded state, Survivors event, Scene& scene) {
  Result<AttestedNow> next = attest(std::move(state), event, scene.context.identity);
  if (next.has_error()) return refuse(next.error(), scene);
  scene.ledger.th3 = next->state.survivors.th3();
  scene.ledger.once.survivors = {.heard = std::move(event), .answer = next->attestation};
  scene.send(next->attestation);
  return std::move(next->state);
}

}  // namespace blindsum::detail::participant
