#include "tests/vectors/message_json.h"

#include "protocol/wire/message_codec.h"

namespace blindsum::vectors {
namespace {

using Named = NamedMessage;

json::string digits(std::uint64_t value) {
  return json::string(std::to_string(value));
}
std::string name(Reason reason) {
  return std::string(name_of(reason));
}
std::string view_hex(const std::string& bytes) {
  return hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// Messages of a session.

Named named_message(const Challenge& m) {
  return {"Challenge",
          {{"nonce", hex(m.nonce.view())},
           {"aggregator_key", hex(m.aggregator_key.view())},
           {"protocol_version", m.version}}};
}
Named named_message(const Hello& m) {
  return {"Hello",
          {{"protocol_version", m.version},
           {"roster_index", m.roster_index},
           {"exporter_bound", m.exporter_bound},
           {"signature", hex(m.signature.view())}}};
}
Named named_message(const Welcome& m) {
  return {"Welcome",
          {{"roster_epoch", digits(m.roster_epoch)}, {"roster_hash", hex(m.roster_hash.view())}}};
}
Named named_message(const SessionError& m) {
  return {"SessionError", {{"reason", name(m.reason)}, {"detail", m.detail}}};
}
Named named_message(const Join& m) {
  return {"Join", {{"task", m.task}}};
}
Named named_message(const Joined& m) {
  return {"Joined", {{"task", m.task}, {"waiting", m.waiting}, {"needed", m.needed}}};
}
Named named_message(const Leave&) {
  return {"Leave", {}};
}
template <class Chunk>
json::object chunk_fields(const SessionId& id, const Chunk& chunk, ByteView data) {
  return {{"session_id", hex(id.view())}, {"offset", digits(chunk.offset)}, {"data", hex(data)}};
}
Named named_message(const PayloadChunk& m) {
  return {"PayloadChunk", chunk_fields(m.session_id, m, m.data)};
}
Named named_message(const SumChunk& m) {
  return {"SumChunk", chunk_fields(m.session_id, m, m.data)};
}
Named named_message(const BrokenInRound& m) {
  throw Refused{"frame", reason_of(m.error)};
}

// Messages of a round: after the session id.

using Fields = json::object;

Named in_round(const SignedAdvert& m) {
  return {"Advert", {{"advert", hex(m.advert.bytes())}, {"signature", hex(m.signature.view())}}};
}
Named in_round(const Shares& m) {
  Bytes items;
  for (const ShareItem& item : m.items) put_bytes(items, share_item_bytes(item));
  return {"Shares", {{"items", hex(items)}, {"signature", hex(m.signature.view())}}};
}
Named in_round(const Receipt& m) {
  return {"Receipt", {{"signature", hex(m.signature.view())}}};
}
Named in_round(const Attestation& m) {
  return {"Attestation", {{"signature", hex(m.signature.view())}}};
}
Named in_round(const Unmask& m) {
  return {"Unmask",
          {{"body", hex(unmask_answer_bytes(m.entries, m.not_held))},
           {"signature", hex(m.signature.view())}}};
}
Named in_round(const VoidVote& m) {
  return {"Void", {{"signature", hex(m.signature.view())}}};
}
template <class Ending>
Fields ending(const Ending& m) {
  return {{"reason", name(m.reason)}, {"detail", m.detail}};
}
Named in_round(const Refusal& m) {
  return {"Refusal", ending(m)};
}
Named in_round(const Offer& m) {
  return {"Offer",
          {{"parameters", hex(m.parameter_bytes)}, {"signature", hex(m.signature.view())}}};
}
Named in_round(const Cohort& m) {
  return {"Cohort", {{"adverts", view_hex(detail::write_adverts(m.adverts))}}};
}
Named in_round(const Delivery& m) {
  Bytes items;
  Bytes proofs;
  for (const InboundItem& item : m.items) put_bytes(items, inbound_item_bytes(item));
  for (const SharesProof& proof : m.proofs) put_bytes(proofs, shares_proof_bytes(proof));
  return {"Delivery", {{"u2", hex(m.u2)}, {"items", hex(items)}, {"proofs", hex(proofs)}}};
}
Named in_round(const UploadGrant& m) {
  return {"UploadGrant", {{"offset", digits(m.offset)}}};
}
Named in_round(const UploadAck&) {
  return {"UploadAccepted", {}};
}
Named in_round(const Survivors& m) {
  Bytes receipts;
  for (const MemberSignature& receipt : m.receipts) {
    put_u32(receipts, receipt.member);
    put_bytes(receipts, receipt.signature.view());
  }
  return {"AttestRequest",
          {{"th2", hex(m.th2.view())}, {"u3", hex(m.u3)}, {"receipts", hex(receipts)}}};
}
Named in_round(const Certificate& m) {
  return {"UnmaskRequest",
          {{"th2", hex(m.th2.view())},
           {"u3", hex(m.u3)},
           {"signers", hex(m.attestations.signers)},
           {"signatures", view_hex(detail::write_signatures(m.attestations.signatures))}}};
}
Named in_round(const RoundRecord& m) {
  return {"RoundResult",
          {{"record", hex(m.record_bytes)},
           {"signature", hex(m.signature.view())},
           {"sum_size", digits(m.sum_size)},
           {"proof", hex(m.proof_bytes)}}};
}
Named in_round(const RoundAborted& m) {
  return {"RoundAborted", ending(m)};
}
Named in_round(const Rejection& m) {
  return {"Rejected", ending(m)};
}
Named in_round(const VoidRequest&) {
  return {"VoidRequest", {}};
}
Named in_round(const VoidCertificate& m) {
  return {"VoidCertificate",
          {{"signers", hex(m.votes.signers)},
           {"signatures", view_hex(detail::write_signatures(m.votes.signatures))}}};
}

template <class Any>
Named named_message(const InRound<Any>& m) {
  return std::visit(
      [&](const auto& message) -> Named {
        if constexpr (std::is_same_v<std::decay_t<decltype(message)>, UploadChunk>) {
          return {"UploadChunk", chunk_fields(m.session_id, message, message.bytes())};
        } else {
          Named rest = in_round(message);
          if (rest.name == "Offer") return rest;  // its parameters name the round
          Fields fields{{"session_id", hex(m.session_id.view())}};
          for (const auto& field : rest.fields) fields[field.key()] = field.value();
          return {rest.name, fields};
        }
      },
      m.message);
}

template <class Frame>
Named named_frame(const Result<Frame>& frame) {
  if (frame.has_error()) refuse("frame", reason_of(frame.error()));
  return std::visit([](const auto& message) { return named_message(message); }, *frame);
}

}  // namespace

NamedMessage named(const Result<FrameToAggregator>& frame) {
  return named_frame(frame);
}
NamedMessage named(const Result<FrameToParticipant>& frame) {
  return named_frame(frame);
}

}  // namespace blindsum::vectors
