#include "client/result_check.h"

#include "crypto/transcript.h"
#include "faults/faults.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/reason.h"
#include "protocol/vector/accumulator.h"
#include "protocol/wire/documents.h"

namespace blindsum {
namespace {

Result<RecordProof> proof_of(const RoundRecord& message, const OwnTranscript& own) {
  if (!message.proof_bytes.empty()) return decode_record_proof(message.proof_bytes);
  RecordProof proof;
  if (own.adverts != nullptr) proof.adverts = *own.adverts;
  if (own.attestations != nullptr) proof.attestations = *own.attestations;
  return proof;
}

}  // namespace

Result<SignedRecord> check_record(const RoundRecord& message, const SessionId& id,
                                  const Roster& roster, const VerifyKey& aggregator,
                                  const OwnTranscript& own) {
  BLINDSUM_TRY(content, decode_record(message.record_bytes));
  BLINDSUM_TRY(proof, proof_of(message, own));
  SignedRecord record{.record_bytes = message.record_bytes,
                      .content = std::move(content),
                      .signature = message.signature,
                      .proof = std::move(proof)};
  if (fault(Fault::record_unchecked)) return record;
  BLINDSUM_CHECK(verify_record(record, roster, aggregator, own));
  const RoundParameters& parameters = record.content.offer.parameters;
  if (parameters.session_id != id) return Reason::record_mismatch;
  return record;
}

bool is_signed_record(const RoundRecord& message, const SessionId& id,
                      const VerifyKey& aggregator) {
  const auto content = decode_record(message.record_bytes);
  return content && content->offer.parameters.session_id == id &&
         verify_record_signature(message.record_bytes, message.signature, aggregator).has_value();
}

bool is_survivor(const SignedRecord& record, std::uint32_t roster_index) {
  const auto u3 = Bitmap::parse(record.content.u3, record.proof.n());
  if (!u3) return false;
  for (const std::uint32_t member : u3->members()) {
    if (record.proof.adverts[member].advert.roster_index == roster_index) return true;
  }
  return false;
}

std::uint64_t sum_bytes(const RecordContent& record) {
  const RoundParameters& parameters = record.offer.parameters;
  const auto ring = Ring::of_bits(parameters.ring_bits);
  if (!ring || !parameters.share_sum || record.outcome != Reason::ok) return 0;
  return ring->packed_size(parameters.vector_length);
}

Result<Aggregate> check_sum(const SignedRecord& record, ByteView packed) {
  BLINDSUM_TRY(digest, sha256(packed));
  if (digest != record.content.sum_digest && !fault(Fault::record_unchecked)) {
    return Reason::record_mismatch;  // [RECORD-4]
  }
  const RoundParameters& parameters = record.content.offer.parameters;
  BLINDSUM_TRY(ring, Ring::of_bits(parameters.ring_bits));
  BLINDSUM_TRY(sum, Accumulator::from_packed(ring, parameters.vector_length, packed));
  BLINDSUM_TRY(u3, Bitmap::parse(record.content.u3, record.proof.n()));
  return decode(sum.sum(), parameters.codec, parameters.schema, u3.count());
}

}  // namespace blindsum
