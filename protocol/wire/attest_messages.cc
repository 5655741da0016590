#include "blindsum.pb.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {
namespace {

constexpr std::size_t kReceiptBytes = 4 + Signature::size_bytes;  // [ATTEST-1]

}  // namespace

Result<Survivors> read(const v1::AttestRequest& in) {
  BLINDSUM_TRY(th2, fixed<Hash>(in.th2()));
  BLINDSUM_TRY(u3, bitmap_of(in.u3()));
  BLINDSUM_TRY(count, count_entries(in.receipts(), kReceiptBytes));
  Survivors survivors{th2, std::move(u3), {}};
  survivors.receipts.reserve(count);
  FieldReader reader(view_of(in.receipts()));
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t member = reader.u32();
    survivors.receipts.push_back({member, reader.fixed<Signature>()});
  }
  return survivors;
}

void write(const SessionId& id, const Survivors& message, v1::Envelope& out) {
  Bytes receipts;
  receipts.reserve(message.receipts.size() * kReceiptBytes);
  for (const MemberSignature& receipt : message.receipts) {
    put_u32(receipts, receipt.member);
    put_bytes(receipts, receipt.signature.view());
  }
  v1::AttestRequest& body = *out.mutable_attest_request();
  body.set_session_id(field_of(id.view()));
  body.set_th2(field_of(message.th2.view()));
  body.set_u3(field_of(message.u3));
  body.set_receipts(field_of(receipts));
}

Result<Attestation> read(const v1::Attestation& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  return Attestation{signature};
}

void write(const SessionId& id, const Attestation& message, v1::Envelope& out) {
  v1::Attestation& body = *out.mutable_attestation();
  body.set_session_id(field_of(id.view()));
  body.set_signature(field_of(message.signature.view()));
}

Result<QuorumSignatures> read_quorum(const std::string& signers, const std::string& signatures) {
  BLINDSUM_TRY(bitmap, bitmap_of(signers));
  BLINDSUM_TRY(count, count_entries(signatures, Signature::size_bytes));
  QuorumSignatures quorum{std::move(bitmap), {}};
  quorum.signatures.reserve(count);
  FieldReader reader(view_of(signatures));
  for (std::size_t i = 0; i < count; ++i) quorum.signatures.push_back(reader.fixed<Signature>());
  return quorum;
}

std::string write_signatures(const std::vector<Signature>& signatures) {
  Bytes out;
  out.reserve(signatures.size() * Signature::size_bytes);
  for (const Signature& signature : signatures) put_bytes(out, signature.view());
  return field_of(out);
}

Result<Certificate> read(const v1::UnmaskRequest& in) {
  BLINDSUM_TRY(th2, fixed<Hash>(in.th2()));
  BLINDSUM_TRY(u3, bitmap_of(in.u3()));
  BLINDSUM_TRY(attestations, read_quorum(in.signers(), in.signatures()));
  return Certificate{th2, std::move(u3), std::move(attestations)};
}

void write(const SessionId& id, const Certificate& message, v1::Envelope& out) {
  v1::UnmaskRequest& body = *out.mutable_unmask_request();
  body.set_session_id(field_of(id.view()));
  body.set_th2(field_of(message.th2.view()));
  body.set_u3(field_of(message.u3));
  body.set_signers(field_of(message.attestations.signers));
  body.set_signatures(write_signatures(message.attestations.signatures));
}

}  // namespace blindsum::detail
