// The record of a round (SPEC.md, RECORD): everything that was agreed, by whom, and what came of
// it. The aggregator's machine fills it in, wire/ makes the bytes, the server signs, chains and
// keeps them; anybody with the roster verifies it offline.
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
  std::vector<SignedAdvert> cohort;  // empty when aborted before
  Hash th0, th1, th2, th3;           // zero from where the round did not get to
  Bytes u2, u3;                      // bitmaps; empty likewise
  QuorumSignatures attestations;
  Reason outcome{};  // ok, or why it aborted
  std::string detail;
  std::vector<Blame> blame;
  PhaseTimings timings;
  Hash sum_digest;  // SHA-256 of the packed sum; zero when aborted
  Hash previous_record;
  friend bool operator==(const RecordContent&, const RecordContent&) = default;
};

struct SignedRecord {
  Bytes record_bytes;
  RecordContent content;
  Signature signature;
};

// What a participant has verified of its round with its own eyes, and need not verify again: the
// adverts are two thirds of what a record costs to check. Digests of the very bytes, signatures
// included; nothing = not verified.
struct VerifiedBefore {
  std::optional<Hash> adverts;
  std::optional<Hash> attestations;
};
// Of all that the adverts' signatures, and those of a certificate, are verified with, but the
// roster. Errors: library_failed.
Result<Hash> digest_of_adverts(const Hash& th0, const std::vector<SignedAdvert>& adverts);
Result<Hash> digest_of_attestations(const Hash& th3, const QuorumSignatures& attestations);

// Everything that can be checked offline: both signatures of the aggregator, roster epoch and hash,
// every advert, th0..th3 recomputed, k, t, quorum, the certificate. Errors: a Reason.
Result<void> verify_record(const SignedRecord& record, const Roster& roster,
                           const VerifyKey& aggregator_key, const VerifiedBefore& before = {});
// SHA-256 of Enc("record"; record bytes): what the next record points to.
Result<Hash> record_hash(ByteView record_bytes);

}  // namespace blindsum
