// What a quorum's certificate proves to a participant: that it may unmask, or that it was left out
// and may use its input again (SPEC.md, CERT, UNMASK-5, INPUT-3).
#include <algorithm>

#include "faults/faults.h"
#include "protocol/round/participant/state.h"

namespace blindsum {
namespace detail::participant {

CertificateBasis basis(const AgreedCohort& cohort, const AgreedDelivery& delivery) {
  return {.th2 = delivery.th2(),
          .u2 = delivery.u2(),
          .quorum = cohort.graph().quorum,
          .survivors = cohort.graph().survivors,
          .keys = cohort.keys()};
}

// [CERT-1]
Result<VerifiedCertificate> VerifiedCertificate::check(const CertificateBasis& basis,
                                                       const Certificate& certificate) {
  if (certificate.th2 != basis.th2) return Reason::transcript_mismatch;
  BLINDSUM_TRY(u3, Bitmap::parse(certificate.u3, basis.u2.size()));
  if (!u3.subset_of(basis.u2)) return Reason::not_in_u2;
  if (u3.count() < basis.survivors) return Reason::too_few_survivors;
  BLINDSUM_TRY(th3, hash_th3(basis.th2, u3));
  BLINDSUM_CHECK(
      verify_quorum(certificate.attestations, u3, basis.quorum, basis.keys, th3, attest_statement));
  return VerifiedCertificate(std::move(u3));
}

// [UNMASK-1] Its own th3 first: a certificate of another one is not even looked at.
Result<UnmaskRight> UnmaskRight::check(const AgreedCohort& cohort, const AgreedDelivery& delivery,
                                       const AgreedSurvivors& survivors,
                                       const Certificate& certificate) {
  BLINDSUM_TRY(u3, Bitmap::parse(certificate.u3, cohort.n()));
  const bool is_own_u3 =
      u3 == survivors.u3() || fault(Fault::answer_from_request, Fault::alive_and_dropped);
  if (certificate.th2 != delivery.th2() || !is_own_u3) {
    return Reason::transcript_mismatch;
  }
  BLINDSUM_CHECK(VerifiedCertificate::check(basis(cohort, delivery), certificate));
  return UnmaskRight(survivors.th3());
}

namespace {

// Of a member of U2 that has not attested. In U3, it waits for Survivors, from which it takes its
// labels; the aggregator sends them before the certificate when it resumes.
template <class Unattested>
State left_out_or_early(Unattested state, const Certificate& certificate, Scene& scene) {
  const Result<VerifiedCertificate> verified =
      VerifiedCertificate::check(basis(state.cohort, state.delivery), certificate);
  if (verified.has_error()) return refuse(verified.error(), scene);
  if (verified->u3().has(state.cohort.u())) {
    return out_of_phase(std::move(state), "certificate", scene);
  }
  Ledger& ledger = scene.ledger;  // [UNMASK-5, INPUT-3]
  if (ledger.input_spent) {
    const Result<void> released = scene.context.store.release_input(*ledger.session);
    if (released.has_error()) return refuse(store_error(released.error()), scene);
    ledger.input_spent = false;
  }
  return end(RoundEnd::left_out, Reason::not_in_u3, scene);
}

}  // namespace

State on(Delivered state, Certificate event, Scene& scene) {
  return left_out_or_early(std::move(state), event, scene);
}

State on(Uploading state, Certificate event, Scene& scene) {
  return left_out_or_early(std::move(state), event, scene);
}

State on(Uploaded state, Certificate event, Scene& scene) {
  return left_out_or_early(std::move(state), event, scene);
}

void release_if_left_out(const Certificate& certificate, Scene& scene) {
  Ledger& ledger = scene.ledger;
  if (!ledger.input_spent) return;
  const Result<Inclusion> inclusion = accept_certificate(
      scene.context.store, scene.context.roster_index, *ledger.session, certificate);
  if (inclusion.has_value() && *inclusion == Inclusion::left_out) ledger.input_spent = false;
}

// [PHASE-6]
State on(Over state, Certificate event, Scene& scene) {
  release_if_left_out(event, scene);
  return state;
}

}  // namespace detail::participant

Result<Inclusion> accept_certificate(ParticipantStore& store, std::uint32_t roster_index,
                                     const SessionId& id, const Certificate& certificate) {
  const Result<std::optional<KeptRound>> kept = store.find_round(id);
  if (kept.has_error()) return detail::participant::store_error(kept.error());
  if (!*kept || !(*kept)->cohort || !(*kept)->spent) return Reason::unknown_round;
  const KeptCohort& cohort = *(*kept)->cohort;
  const SpentInput& spent = *(*kept)->spent;
  const auto u = detail::participant::find_member(cohort, roster_index);
  if (!u) return Reason::not_in_cohort;
  const std::vector<VerifyKey> keys = detail::participant::keys_of(cohort);
  BLINDSUM_TRY(u2, Bitmap::parse(spent.u2, static_cast<std::uint32_t>(keys.size())));
  BLINDSUM_TRY(verified,
               detail::participant::VerifiedCertificate::check({.th2 = spent.th2,
                                                                .u2 = u2,
                                                                .quorum = cohort.quorum,
                                                                .survivors = cohort.survivors,
                                                                .keys = keys},
                                                               certificate));
  if (verified.u3().has(*u)) return Inclusion::in_u3;
  const Result<void> released = store.release_input(id);
  if (released.has_error()) return detail::participant::store_error(released.error());
  return Inclusion::left_out;
}

}  // namespace blindsum
