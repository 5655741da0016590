#include "blindsum.pb.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {

Result<UploadGrant> read(const v1::UploadGrant& in) {
  return UploadGrant{in.offset()};
}

void write(const SessionId& id, const UploadGrant& message, v1::Envelope& out) {
  v1::UploadGrant& body = *out.mutable_upload_grant();
  body.set_session_id(field_of(id.view()));
  body.set_offset(message.offset);
}

Result<Receipt> read(const v1::Receipt& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  return Receipt{signature};
}

void write(const SessionId& id, const Receipt& message, v1::Envelope& out) {
  v1::Receipt& body = *out.mutable_receipt();
  body.set_session_id(field_of(id.view()));
  body.set_signature(field_of(message.signature.view()));
}

Result<UploadAck> read(const v1::UploadAccepted&) {
  return UploadAck{};
}

void write(const SessionId& id, const UploadAck&, v1::Envelope& out) {
  out.mutable_upload_accepted()->set_session_id(field_of(id.view()));
}

}  // namespace blindsum::detail
