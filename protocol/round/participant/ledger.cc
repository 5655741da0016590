// What is left of a round at the participant when it is over (SPEC.md, RECORD-10).
#include <utility>

#include "protocol/round/participant/state.h"

namespace blindsum::detail::participant {

void forget_answers(Ledger& ledger) {
  TakenOnce& once = ledger.once;
  if (once.cohort.heard) ledger.proof.adverts = std::move(once.cohort.heard->adverts);
  if (once.certificate.heard) {
    ledger.proof.attestations = std::move(once.certificate.heard->attestations);
  }
  once = {};
}

OwnTranscript own_transcript(const Ledger& ledger) {
  const TakenOnce& once = ledger.once;
  OwnTranscript own{.th0 = ledger.th0,
                    .th1 = ledger.th1,
                    .th2 = ledger.th2,
                    .th3 = ledger.th3,
                    .adverts = nullptr,
                    .attestations = nullptr};
  if (once.cohort.heard) {
    own.adverts = &once.cohort.heard->adverts;
  } else if (!ledger.proof.adverts.empty()) {
    own.adverts = &ledger.proof.adverts;
  }
  if (once.certificate.heard) {
    own.attestations = &once.certificate.heard->attestations;
  } else if (!ledger.proof.attestations.signatures.empty()) {
    own.attestations = &ledger.proof.attestations;
  }
  return own;
}

}  // namespace blindsum::detail::participant
