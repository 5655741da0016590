#include "client/result_check.h"

#include "crypto/transcript.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/reason.h"
#include "protocol/vector/accumulator.h"
#include "protocol/wire/documents.h"

namespace blindsum {
namespace {

bool contradicts(const std::optional<Hash>& own, const Hash& recorded) {
  return own && *own != recorded;
}

}  // namespace

Result<SignedRecord> check_record(const RoundRecord& message, const SessionId& id,
                                  const Roster& roster, const VerifyKey& aggregator,
                                  const OwnTranscript& own) {
  BLINDSUM_TRY(content, decode_record(message.record_bytes));
  SignedRecord record{.record_bytes = message.record_bytes,
                      .content = std::move(content),
                      .signature = message.signature};
  BLINDSUM_CHECK(verify_record(record, roster, aggregator, own.verified));
  const RoundParameters& parameters = record.content.offer.parameters;
  if (parameters.session_id != id) return Reason::record_mismatch;
  if (contradicts(own.th0, record.content.th0) || contradicts(own.th1, record.content.th1) ||
      contradicts(own.th2, record.content.th2) || contradicts(own.th3, record.content.th3)) {
    return Reason::record_mismatch;
  }
  return record;
}

bool is_survivor(const RecordContent& record, std::uint32_t roster_index) {
  const auto n = static_cast<std::uint32_t>(record.cohort.size());
  const auto u3 = Bitmap::parse(record.u3, n);
  if (!u3) return false;
  for (const std::uint32_t member : u3->members()) {
    if (record.cohort[member].advert.roster_index == roster_index) return true;
  }
  return false;
}

std::uint64_t sum_bytes(const RecordContent& record) {
  const RoundParameters& parameters = record.offer.parameters;
  const auto ring = Ring::of_bits(parameters.ring_bits);
  if (!ring || !parameters.share_sum || record.outcome != Reason::ok) return 0;
  return ring->packed_size(parameters.vector_length);
}

Result<Aggregate> check_sum(const RecordContent& record, ByteView packed) {
  BLINDSUM_TRY(digest, sha256(packed));
  if (digest != record.sum_digest) return Reason::record_mismatch;  // [RECORD-4]
  const RoundParameters& parameters = record.offer.parameters;
  BLINDSUM_TRY(ring, Ring::of_bits(parameters.ring_bits));
  BLINDSUM_TRY(sum, Accumulator::from_packed(ring, parameters.vector_length, packed));
  BLINDSUM_TRY(u3, Bitmap::parse(record.u3, static_cast<std::uint32_t>(record.cohort.size())));
  return decode(sum.sum(), parameters.codec, parameters.schema, u3.count());
}

}  // namespace blindsum
