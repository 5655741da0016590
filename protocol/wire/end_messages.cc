// How a round ends, for everybody or for one: results, aborts, refusals, VOID.
#include "blindsum.pb.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {
namespace {

template <class Message, class Body>
Result<Message> read_reasoned(const Body& in) {
  BLINDSUM_CHECK(check_reason(in.reason()));
  BLINDSUM_TRY(detail, read_detail(in.detail()));
  return Message{read_reason(in.reason()), detail};
}

template <class Message, class Body>
void write_reasoned(const SessionId& id, const Message& message, Body& body) {
  body.set_session_id(field_of(id.view()));
  body.set_reason(write_reason(message.reason));
  body.set_detail(write_detail(message.detail));
}

}  // namespace

Result<VoidRequest> read(const v1::VoidRequest&) {
  return VoidRequest{};
}

void write(const SessionId& id, const VoidRequest&, v1::Envelope& out) {
  out.mutable_void_request()->set_session_id(field_of(id.view()));
}

Result<VoidVote> read(const v1::Void& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  return VoidVote{signature};
}

void write(const SessionId& id, const VoidVote& message, v1::Envelope& out) {
  v1::Void& body = *out.mutable_void_();
  body.set_session_id(field_of(id.view()));
  body.set_signature(field_of(message.signature.view()));
}

Result<VoidCertificate> read(const v1::VoidCertificate& in) {
  BLINDSUM_TRY(votes, read_quorum(in.signers(), in.signatures()));
  return VoidCertificate{std::move(votes)};
}

void write(const SessionId& id, const VoidCertificate& message, v1::Envelope& out) {
  v1::VoidCertificate& body = *out.mutable_void_certificate();
  body.set_session_id(field_of(id.view()));
  body.set_signers(field_of(message.votes.signers));
  body.set_signatures(write_signatures(message.votes.signatures));
}

Result<RoundRecord> read(const v1::RoundResult& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  return RoundRecord{bytes_of(in.record()), signature, in.sum_size(), bytes_of(in.proof())};
}

void write(const SessionId& id, const RoundRecord& message, v1::Envelope& out) {
  v1::RoundResult& body = *out.mutable_round_result();
  body.set_session_id(field_of(id.view()));
  body.set_record(field_of(message.record_bytes));
  body.set_signature(field_of(message.signature.view()));
  body.set_sum_size(message.sum_size);
  body.set_proof(field_of(message.proof_bytes));
}

Result<RoundAborted> read(const v1::RoundAborted& in) {
  return read_reasoned<RoundAborted>(in);
}

void write(const SessionId& id, const RoundAborted& message, v1::Envelope& out) {
  write_reasoned(id, message, *out.mutable_round_aborted());
}

Result<Refusal> read(const v1::Refusal& in) {
  return read_reasoned<Refusal>(in);
}

void write(const SessionId& id, const Refusal& message, v1::Envelope& out) {
  write_reasoned(id, message, *out.mutable_refusal());
}

Result<Rejection> read(const v1::Rejected& in) {
  return read_reasoned<Rejection>(in);
}

void write(const SessionId& id, const Rejection& message, v1::Envelope& out) {
  write_reasoned(id, message, *out.mutable_rejected());
}

}  // namespace blindsum::detail
