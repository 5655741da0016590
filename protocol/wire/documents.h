// The three documents that are signed as bytes and kept: round parameters, roster, record. Encoded
// once by whoever signs; everybody else parses exactly those bytes [ENC-4] (SPEC.md, Appendix B).
// And what stands beside a record, unsigned. The server, the SDK and the command line use these
// functions.
#pragma once

#include <cstddef>
#include <optional>

#include "crypto/bytes.h"
#include "crypto/sign.h"
#include "protocol/round/limits.h"
#include "protocol/round/parameters.h"
#include "protocol/round/record.h"
#include "protocol/round/roster.h"

namespace blindsum {

// [LIMIT-1], bytes. A roster's: index, key and framing of a member take less than 64 beside its
// name.
inline constexpr std::size_t kMaxParameterBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMaxRosterBytes = std::size_t{9} << 20;
inline constexpr std::size_t kMaxBlames = 65'536;
// Framing and signature around one of them in a file.
inline constexpr std::size_t kFileOverheadBytes = 128;
// Of the largest cohort: an advert with its signature, an attestation and a bit of each member.
inline constexpr std::size_t kMaxProofBytes =
    kMaxCohort * (164 + Signature::size_bytes) + kMaxCohort / 8 + kFileOverheadBytes;
inline constexpr std::size_t kMaxRecordFileBytes =
    kMaxRecordBytes + kMaxProofBytes + kFileOverheadBytes;

Bytes encode_parameters(const RoundParameters& parameters);
// Parses; what the values may be is check_parameters()'s to say. Errors: bad_parameters [PARAM-1].
[[nodiscard]] Result<RoundParameters> decode_parameters(ByteView bytes);
// Encodes and signs with the secret half of parameters.aggregator_key. Errors: bad_parameters if
// the key is another, or the bytes are more than anybody accepts; library_failed.
[[nodiscard]] Result<Offer> sign_offer(const RoundParameters& parameters,
                                       const SigningKey& aggregator);

// The bytes that the authority signs, and that the roster hash is over.
Bytes encode_roster(const RosterContent& content);
// A roster file: those bytes and the authority's signature. Errors: bad_roster, bad_point: the
// content is not one that anybody accepts; library_failed.
[[nodiscard]] Result<Bytes> sign_roster(const RosterContent& content, const SigningKey& authority);
// Errors: bad_roster, bad_signature, bad_point; library_failed.
[[nodiscard]] Result<Roster> read_roster(ByteView file, const VerifyKey& authority);

// For the authority's own tools: a roster file that has no signature yet, and reading one without a
// look at content or signature. Errors: bad_roster.
Bytes encode_unsigned_roster(const RosterContent& content);
struct UnverifiedRoster {
  RosterContent content;
  std::optional<Signature> signature;
};
[[nodiscard]] Result<UnverifiedRoster> read_unverified_roster(ByteView file);

// Leaves out evidence, and then blames, from the last one backwards, until the record has no more
// than kMaxRecordBytes.
Bytes encode_record(const RecordContent& content);
// Signs those bytes; the content that comes back is what they say. Errors: those of
// decode_record(), if the content is not one that anybody accepts; library_failed.
[[nodiscard]] Result<SignedRecord> sign_record(const RecordContent& content, RecordProof proof,
                                               const SigningKey& aggregator);
// Parses, and holds what is there twice against each other [RECORD-6]; verify_record() does the
// rest. Errors: record_mismatch; wrong_length, bad_parameters, bad_bitmap.
[[nodiscard]] Result<RecordContent> decode_record(ByteView record_bytes);
// [RECORD-8] In a file, and on its way to who lacks it. Nothing of a proof is no bytes, and back.
// Errors: record_mismatch; wrong_length, bad_bitmap, bad_point, identity_point.
Bytes encode_record_proof(const RecordProof& proof);
[[nodiscard]] Result<RecordProof> decode_record_proof(ByteView bytes);
// A record file: the record bytes, the aggregator's signature, which is not looked at, and the
// proof. Errors: those of the two above.
Bytes encode_record_file(const SignedRecord& record);
[[nodiscard]] Result<SignedRecord> read_record_file(ByteView file);

}  // namespace blindsum
