// Phase 5 at the participant: the one share of each in-neighbour that it gives away (SPEC.md,
// chapter 14).
#include "faults/faults.h"
#include "protocol/round/participant/faulty.h"
#include "protocol/round/participant/state.h"

namespace blindsum::detail::participant {
namespace {

// [UNMASK-2, UNMASK-3] Who may call this has an UnmaskRight; the kinds were chosen by its th3.
Result<Unmask> make_unmask(const UnmaskRight& right, const std::vector<ChosenShare>& shares,
                           const Certificate& certificate, const AgreedCohort& cohort,
                           const SigningKey& identity) {
  Unmask unmask;
  for (const ChosenShare& chosen : shares) {
    if (fault(Fault::answer_from_request, Fault::alive_and_dropped) &&
        is_not_asked(chosen, certificate, cohort.n())) {
      continue;
    }
    if (!chosen.share) {
      unmask.not_held.push_back(chosen.from);
      continue;
    }
    BLINDSUM_TRY(share, RevealedShare::from(chosen.share->reveal(Reveal::send_unmask)));
    unmask.entries.push_back({.member = chosen.from, .kind = chosen.kind, .share = share});
  }
  BLINDSUM_TRY(hash, hash_answer(unmask));
  BLINDSUM_TRY(signature, identity.sign(unmask_statement(right.th3(), cohort.u(), hash)));
  unmask.answer_hash = hash;
  unmask.signature = signature;
  return unmask;
}

Result<Unmask> unmask(const Attested& state, const Certificate& certificate, Scene& scene) {
  BLINDSUM_TRY(right,
               UnmaskRight::check(state.cohort, state.delivery, state.survivors, certificate));
  BLINDSUM_TRY(answer,
               make_unmask(right, state.shares, certificate, state.cohort, scene.context.identity));
  // [DISK-2, VOID-2] Last, so that nothing but sending can still go wrong.
  const Result<void> kept = scene.context.store.keep_unmask(*scene.ledger.session);
  if (kept.has_error()) return store_error(kept.error());
  return answer;
}

}  // namespace

State on(Attested state, Certificate event, Scene& scene) {
  Result<Unmask> answer = unmask(state, event, scene);
  if (answer.has_error()) {
    // It may still be one of another U3, which leaves this participant out for good [INPUT-3].
    release_if_left_out(event, scene);
    return refuse(answer.error(), scene);
  }
  scene.ledger.unmasked = true;
  scene.ledger.once.certificate = {.heard = std::move(event), .answer = *answer};
  scene.send(*std::move(answer));
  if (fault(Fault::alive_and_dropped)) return state;
  return Unmasked{};
}

}  // namespace blindsum::detail::participant
