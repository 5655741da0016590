// VOID at the participant: a promise never to unmask, and the proof that enough have given it
// (SPEC.md, chapter 15). From disk, so that it is the same for a round in memory, one that is over,
// and one that this process never saw.
#include <algorithm>

#include "faults/faults.h"
#include "protocol/round/participant/state.h"

namespace blindsum {
namespace detail::participant {
namespace {

// Before the vote or the certificate: what of it is on disk.
Result<KeptCohort> find_cohort(ParticipantStore& store, const SessionId& id) {
  Result<std::optional<KeptRound>> kept = store.find_round(id);
  if (kept.has_error()) return store_error(kept.error());
  if (!*kept || !(*kept)->cohort) return Reason::unknown_round;
  return *std::move((*kept)->cohort);
}

}  // namespace

std::optional<std::uint32_t> find_member(const KeptCohort& cohort, std::uint32_t roster_index) {
  const auto found =
      std::find_if(cohort.members.begin(), cohort.members.end(),
                   [&](const KeptMember& member) { return member.roster_index == roster_index; });
  if (found == cohort.members.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - cohort.members.begin());
}

std::vector<VerifyKey> keys_of(const KeptCohort& cohort) {
  std::vector<VerifyKey> keys(cohort.members.size());
  std::transform(cohort.members.begin(), cohort.members.end(), keys.begin(),
                 [](const KeptMember& member) { return member.key; });
  return keys;
}

// [VOID-1, VOID-2, VOID-5]
State void_requested(State state, Scene& scene) {
  const ParticipantContext& context = scene.context;
  if (!scene.ledger.session) return out_of_phase(std::move(state), "VOID request", scene);
  const Result<VoidVote> vote =
      vote_void(context.store, context.identity, context.roster_index, *scene.ledger.session);
  if (vote.has_value()) {
    scene.ledger.voted = true;
    scene.send(*vote);
    if (is_over(state)) return state;
    return end(RoundEnd::aborted, Reason::already_void, scene);
  }
  const Error why = vote.error();
  if (why == Reason::already_unmasked || (why == Reason::unknown_round && is_over(state))) {
    scene.send(Refusal{.reason = reason_of(why), .detail = {}});
    return state;
  }
  if (is_over(state)) {
    scene.effects.emplace_back(EvidenceFound{reason_of(why), "VOID request", {}});
    return state;
  }
  return refuse(why, scene);
}

// [VOID-3] Also after the own unmask: a quorum that will not unmask is enough.
State void_certified(State state, const VoidCertificate& certificate, Scene& scene) {
  Ledger& ledger = scene.ledger;
  if (!ledger.session || !ledger.cohort_kept) {
    return out_of_phase(std::move(state), "VOID certificate", scene);
  }
  const Result<void> accepted =
      accept_void_certificate(scene.context.store, *ledger.session, certificate);
  if (accepted.has_value()) ledger.input_spent = false;
  if (is_over(state)) {
    if (accepted.has_error()) {
      scene.effects.emplace_back(
          EvidenceFound{reason_of(accepted.error()), "VOID certificate", {certificate}});
    }
    return state;
  }
  if (accepted.has_error()) return refuse(accepted.error(), scene);
  return end(RoundEnd::aborted, Reason::already_void, scene);
}

}  // namespace detail::participant

Result<VoidVote> vote_void(ParticipantStore& store, const SigningKey& identity,
                           std::uint32_t roster_index, const SessionId& id) {
  BLINDSUM_TRY(cohort, detail::participant::find_cohort(store, id));
  const std::optional<std::uint32_t> u = detail::participant::find_member(cohort, roster_index);
  if (!u) return Reason::not_in_cohort;
  const Result<void> kept = fault(Fault::void_after_unmask) ? Result<void>() : store.keep_void(id);
  if (kept.has_error()) return detail::participant::store_error(kept.error());
  BLINDSUM_TRY(signature, identity.sign(void_statement(cohort.th1, *u)));
  return VoidVote{.signature = signature};
}

// [VOID-4]
Result<void> accept_void_certificate(ParticipantStore& store, const SessionId& id,
                                     const VoidCertificate& certificate) {
  BLINDSUM_TRY(cohort, detail::participant::find_cohort(store, id));
  const std::vector<VerifyKey> keys = detail::participant::keys_of(cohort);
  Bitmap all(static_cast<std::uint32_t>(keys.size()));
  for (std::uint32_t u = 0; u < all.size(); ++u) all.add(u);
  if (!fault(Fault::void_unverified)) {
    BLINDSUM_CHECK(
        verify_quorum(certificate.votes, all, cohort.quorum, keys, cohort.th1, void_statement));
  }
  const Result<void> released = store.release_input(id);
  if (released.has_error()) return detail::participant::store_error(released.error());
  return {};
}

}  // namespace blindsum
