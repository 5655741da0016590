// The record of a round (SPEC.md, RECORD): what was agreed, and what came of it; and beside it, not
// signed with it, what proves that its members agreed. The aggregator's machine fills both in,
// wire/ makes the bytes, the server signs, chains and keeps them; anybody with the roster verifies
// them offline.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/round/messages.h"
#include "protocol/round/roster.h"

namespace blindsum {

enum class BlameKind : std::uint32_t {
  bad_share = 1,        // a holder's share is off its tag
  bad_dealing = 2,      // good shares of a dealer miss its point
  unopened_pair = 3,    // a holder reports that a dealer's box does not open: one of the two
  unopened_dealer = 4,  // more than c holders report the same dealer
  conflicting = 5,      // two different signed answers for one phase
};
struct Blame {
  BlameKind kind{};
  std::uint32_t accused = 0;             // cohort index
  std::optional<std::uint32_t> witness;  // cohort index of the other one, where there is one
  Bytes evidence;                        // signed bytes, by kind (SPEC.md, BLAME)
  friend bool operator==(const Blame&, const Blame&) = default;
};

struct PhaseTimings {  // ms spent in each phase; 0 for one not reached
  std::uint32_t advertise_ms = 0, share_ms = 0, mask_ms = 0, attest_ms = 0, unmask_ms = 0;
  friend bool operator==(const PhaseTimings&, const PhaseTimings&) = default;
};

struct RecordContent {
  Offer offer;
  Hash th0, th1, th2, th3;  // zero from where the round did not get to
  Bytes u2, u3;             // bitmaps; empty likewise
  bool certified = false;   // a certificate of th3 was fixed
  Reason outcome{};         // ok, or why it aborted
  std::string detail;
  std::vector<Blame> blame;
  PhaseTimings timings;
  Hash sum_digest;  // SHA-256 of the packed sum; zero when aborted
  Hash previous_record;
  friend bool operator==(const RecordContent&, const RecordContent&) = default;
};

// [RECORD-8] What shows that a record is true: it is verified against the record's hashes and the
// roster, so nobody has to sign it.
struct RecordProof {
  std::vector<SignedAdvert> adverts;  // of the cohort: th1 is over them; empty when aborted before
  QuorumSignatures attestations;      // of th3, any quorum's; empty likewise

  std::uint32_t n() const { return static_cast<std::uint32_t>(adverts.size()); }
  friend bool operator==(const RecordProof&, const RecordProof&) = default;
};

struct SignedRecord {
  Bytes record_bytes;
  RecordContent content;
  Signature signature;
  RecordProof proof;
};

// What a participant has established of its round with its own eyes, as far as it came; null and
// nothing for the rest. No record may contradict it, and what it has verified it need not verify
// again: the adverts are two thirds of what a record costs to check [RECORD-5].
struct OwnTranscript {
  std::optional<Hash> th0, th1, th2, th3;
  const std::vector<SignedAdvert>* adverts = nullptr;  // all good, under th0
  const QuorumSignatures* attestations = nullptr;      // a certificate of th3
};

// Everything that can be checked offline: both signatures of the aggregator, roster epoch and hash,
// every advert, th0..th3 recomputed, k, t, quorum, the certificate. Errors: a Reason; missing_proof
// if the proof is not all there.
Result<void> verify_record(const SignedRecord& record, const Roster& roster,
                           const VerifyKey& aggregator_key, const OwnTranscript& own = {});
// The aggregator's signature of a record, and nothing else: what two stories take [RECORD-2].
// Errors: bad_signature.
Result<void> verify_record_signature(ByteView record_bytes, const Signature& signature,
                                     const VerifyKey& aggregator_key);
// SHA-256 of Enc("record"; record bytes): what the next record points to.
Result<Hash> record_hash(ByteView record_bytes);

}  // namespace blindsum
