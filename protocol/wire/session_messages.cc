#include "blindsum.pb.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/message_codec.h"

namespace blindsum::detail {
namespace {

// The server says which of them it serves; here they are bounded.
Result<std::string> read_task(const std::string& task) {
  if (task.size() > kMaxTaskBytes) return Reason::wrong_length;
  return task;
}

}  // namespace

Result<Challenge> read(const v1::Challenge& in) {
  BLINDSUM_TRY(nonce, fixed<Nonce>(in.nonce()));
  BLINDSUM_TRY(aggregator_key, fixed<VerifyKey>(in.aggregator_key()));
  return Challenge{nonce, aggregator_key, in.protocol_version()};
}

void write(const Challenge& message, v1::Envelope& out) {
  v1::Challenge& body = *out.mutable_challenge();
  body.set_nonce(field_of(message.nonce.view()));
  body.set_aggregator_key(field_of(message.aggregator_key.view()));
  body.set_protocol_version(message.version);
}

Result<Hello> read(const v1::Hello& in) {
  BLINDSUM_TRY(signature, fixed<Signature>(in.signature()));
  return Hello{in.roster_index(), in.protocol_version(), in.exporter_bound(), signature};
}

void write(const Hello& message, v1::Envelope& out) {
  v1::Hello& body = *out.mutable_hello();
  body.set_protocol_version(message.version);
  body.set_roster_index(message.roster_index);
  body.set_exporter_bound(message.exporter_bound);
  body.set_signature(field_of(message.signature.view()));
}

Result<Welcome> read(const v1::Welcome& in) {
  BLINDSUM_TRY(roster_hash, fixed<Hash>(in.roster_hash()));
  return Welcome{in.roster_epoch(), roster_hash};
}

void write(const Welcome& message, v1::Envelope& out) {
  v1::Welcome& body = *out.mutable_welcome();
  body.set_roster_epoch(message.roster_epoch);
  body.set_roster_hash(field_of(message.roster_hash.view()));
}

Result<Join> read(const v1::Join& in) {
  BLINDSUM_TRY(task, read_task(in.task()));
  return Join{task};
}

void write(const Join& message, v1::Envelope& out) {
  out.mutable_join()->set_task(message.task);
}

Result<Joined> read(const v1::Joined& in) {
  BLINDSUM_TRY(task, read_task(in.task()));
  return Joined{task, in.waiting(), in.needed()};
}

void write(const Joined& message, v1::Envelope& out) {
  v1::Joined& body = *out.mutable_joined();
  body.set_task(message.task);
  body.set_waiting(message.waiting);
  body.set_needed(message.needed);
}

Result<Leave> read(const v1::Leave&) {
  return Leave{};
}

void write(const Leave&, v1::Envelope& out) {
  out.mutable_leave();
}

Result<SessionError> read(const v1::SessionError& in) {
  BLINDSUM_CHECK(check_reason(in.reason()));
  BLINDSUM_TRY(detail, read_detail(in.detail()));
  return SessionError{read_reason(in.reason()), detail};
}

void write(const SessionError& message, v1::Envelope& out) {
  v1::SessionError& body = *out.mutable_session_error();
  body.set_reason(write_reason(message.reason));
  body.set_detail(write_detail(message.detail));
}

}  // namespace blindsum::detail
