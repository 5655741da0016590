// What stands beside a record, and both in a file [RECORD-7, RECORD-8].
#include <utility>

#include "blindsum.pb.h"
#include "protocol/round/reason.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/frames.h"
#include "protocol/wire/message_codec.h"
#include "protocol/wire/strict.h"

namespace blindsum {

using detail::field_of;

// [LIMIT-1] A file has all that a RoundResult has, but the session id and a number.
static_assert(kMaxRecordFileBytes + kFileOverheadBytes <= kMaxEnvelopeFrameBytes,
              "a record travels with its proof in one message");

Bytes encode_record_proof(const RecordProof& proof) {
  v1::RecordProof out;
  out.set_adverts(detail::write_adverts(proof.adverts));
  out.set_signers(field_of(proof.attestations.signers));
  out.set_signatures(detail::write_signatures(proof.attestations.signatures));
  return detail::serialise(out);
}

Result<RecordProof> decode_record_proof(ByteView bytes) {
  v1::RecordProof in;
  if (bytes.size() > kMaxProofBytes || !detail::parse_strictly(bytes, 0, in)) {
    return Reason::record_mismatch;
  }
  BLINDSUM_TRY(adverts, detail::read_adverts(in.adverts()));
  BLINDSUM_TRY(attestations, detail::read_quorum(in.signers(), in.signatures()));
  return RecordProof{std::move(adverts), std::move(attestations)};
}

Bytes encode_record_file(const SignedRecord& record) {
  v1::RecordFile out;
  out.set_record(field_of(record.record_bytes));
  out.set_signature(field_of(record.signature.view()));
  out.set_proof(field_of(encode_record_proof(record.proof)));
  return detail::serialise(out);
}

Result<SignedRecord> read_record_file(ByteView file) {
  v1::RecordFile in;
  if (file.size() > kMaxRecordFileBytes || !detail::parse_strictly(file, 0, in)) {
    return Reason::record_mismatch;
  }
  BLINDSUM_TRY(signature, detail::fixed<Signature>(in.signature()));
  BLINDSUM_TRY(content, decode_record(detail::view_of(in.record())));
  BLINDSUM_TRY(proof, decode_record_proof(detail::view_of(in.proof())));
  return SignedRecord{detail::bytes_of(in.record()), std::move(content), signature,
                      std::move(proof)};
}

}  // namespace blindsum
