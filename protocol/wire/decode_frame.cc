#include <optional>
#include <utility>

#include "blindsum.pb.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/fields.h"
#include "protocol/wire/frames.h"
#include "protocol/wire/message_codec.h"
#include "protocol/wire/strict.h"

namespace blindsum {
namespace {

constexpr std::uint8_t kEnvelope = 0;

struct ChunkHeader {
  SessionId session_id;
  std::uint64_t offset = 0;
};

// [WIRE-1, WIRE-4] The bytes are what comes after it.
Result<ChunkHeader> read_chunk_header(ByteView frame) {
  if (frame.size() > kMaxChunkFrameBytes) return Reason::message_too_large;
  if (frame.size() <= kChunkHeaderBytes) return Reason::bad_frame;
  BLINDSUM_TRY(session_id, SessionId::from(frame.subspan(1, SessionId::size_bytes)));
  const ByteView offset = frame.subspan(1 + SessionId::size_bytes, sizeof(std::uint64_t));
  return ChunkHeader{session_id, get_u64(offset.first<8>())};
}

Bytes chunk_data(ByteView frame) {
  const ByteView data = frame.subspan(kChunkHeaderBytes);
  return {data.begin(), data.end()};
}

bool is_chunk(ByteView frame, ChunkType type) {
  return !frame.empty() && frame.front() == static_cast<std::uint8_t>(type);
}

Result<v1::Envelope> read_envelope(ByteView frame) {
  if (frame.size() > kMaxEnvelopeFrameBytes) return Reason::message_too_large;
  v1::Envelope envelope;
  if (!detail::parse_strictly(frame.subspan(1), kMaxCohort, envelope)) return Reason::bad_frame;
  return Result<v1::Envelope>(std::move(envelope));
}

// A message outside of rounds: what is wrong in it is wrong with the frame [WIRE-3].
template <class Frame, class Body>
Result<Frame> of_session(const Body& body) {
  auto message = detail::read(body);
  if (message.has_error()) return Reason::bad_frame;
  return Frame(std::move(*message));
}

// A message of a round: what is wrong in it is a matter of that round [WIRE-3].
template <class Frame, class Any, class Body>
Result<Frame> of_round(const Body& body) {
  const auto session_id = detail::fixed<SessionId>(body.session_id());
  if (session_id.has_error()) return Reason::bad_frame;
  auto message = detail::read(body);
  if (message.has_error()) {
    return Frame(BrokenInRound{*session_id, reason_of(message.error())});
  }
  return Frame(InRound<Any>{*session_id, Any(std::move(*message))});
}

template <class Body>
Result<FrameToAggregator> to_aggregator(const Body& body) {
  return of_round<FrameToAggregator, ToAggregator>(body);
}

template <class Body>
Result<FrameToParticipant> to_participant(const Body& body) {
  return of_round<FrameToParticipant, ToParticipant>(body);
}

// [PARAM-1] The session id of parameters that may be wrong in everything else.
std::optional<SessionId> session_id_of(const std::string& parameter_bytes) {
  const auto field = detail::find_bytes(detail::view_of(parameter_bytes),
                                        v1::RoundParameters::kSessionIdFieldNumber);
  if (!field) return std::nullopt;
  const auto session_id = SessionId::from(*field);
  return session_id.has_value() ? std::optional(*session_id) : std::nullopt;
}

// The only message of a round that carries the round's name inside something signed.
Result<FrameToParticipant> of_offer(const v1::Offer& body) {
  auto offer = detail::read(body);
  if (offer.has_value()) {
    const SessionId session_id = offer->parameters.session_id;
    return FrameToParticipant(InRound<ToParticipant>{session_id, std::move(*offer)});
  }
  const auto session_id = session_id_of(body.parameters());
  if (!session_id) return Reason::bad_frame;
  return FrameToParticipant(BrokenInRound{*session_id, reason_of(offer.error())});
}

Result<FrameToAggregator> from_participant(const v1::Envelope& envelope) {
  using Body = v1::Envelope::BodyCase;
  switch (envelope.body_case()) {
    case Body::kHello:
      return of_session<FrameToAggregator>(envelope.hello());
    case Body::kJoin:
      return of_session<FrameToAggregator>(envelope.join());
    case Body::kLeave:
      return of_session<FrameToAggregator>(envelope.leave());
    case Body::kAdvert:
      return to_aggregator(envelope.advert());
    case Body::kShares:
      return to_aggregator(envelope.shares());
    case Body::kReceipt:
      return to_aggregator(envelope.receipt());
    case Body::kAttestation:
      return to_aggregator(envelope.attestation());
    case Body::kUnmask:
      return to_aggregator(envelope.unmask());
    case Body::kVoid:
      return to_aggregator(envelope.void_());
    case Body::kRefusal:
      return to_aggregator(envelope.refusal());
    default:  // the other direction, or nothing
      return Reason::bad_frame;
  }
}

Result<FrameToParticipant> from_aggregator(const v1::Envelope& envelope) {
  using Body = v1::Envelope::BodyCase;
  switch (envelope.body_case()) {
    case Body::kChallenge:
      return of_session<FrameToParticipant>(envelope.challenge());
    case Body::kWelcome:
      return of_session<FrameToParticipant>(envelope.welcome());
    case Body::kSessionError:
      return of_session<FrameToParticipant>(envelope.session_error());
    case Body::kJoined:
      return of_session<FrameToParticipant>(envelope.joined());
    case Body::kOffer:
      return of_offer(envelope.offer());
    case Body::kCohort:
      return to_participant(envelope.cohort());
    case Body::kDelivery:
      return to_participant(envelope.delivery());
    case Body::kUploadGrant:
      return to_participant(envelope.upload_grant());
    case Body::kUploadAccepted:
      return to_participant(envelope.upload_accepted());
    case Body::kAttestRequest:
      return to_participant(envelope.attest_request());
    case Body::kUnmaskRequest:
      return to_participant(envelope.unmask_request());
    case Body::kRoundResult:
      return to_participant(envelope.round_result());
    case Body::kRoundAborted:
      return to_participant(envelope.round_aborted());
    case Body::kRejected:
      return to_participant(envelope.rejected());
    case Body::kVoidRequest:
      return to_participant(envelope.void_request());
    case Body::kVoidCertificate:
      return to_participant(envelope.void_certificate());
    default:  // the other direction, or nothing
      return Reason::bad_frame;
  }
}

}  // namespace

Result<FrameToAggregator> decode_to_aggregator(ByteView frame) {
  if (frame.empty()) return Reason::bad_frame;
  if (is_chunk(frame, ChunkType::upload)) {
    BLINDSUM_TRY(header, read_chunk_header(frame));
    return FrameToAggregator(
        InRound<ToAggregator>{header.session_id, UploadChunk{header.offset, chunk_data(frame)}});
  }
  if (frame.front() != kEnvelope) return Reason::bad_frame;
  BLINDSUM_TRY(envelope, read_envelope(frame));
  Result<FrameToAggregator> message = from_participant(envelope);
  detail::wipe_shares(envelope);
  return message;
}

Result<FrameToAggregator> decode_to_aggregator(Bytes&& frame) {
  if (!is_chunk(frame, ChunkType::upload)) return decode_to_aggregator(ByteView(frame));
  BLINDSUM_TRY(header, read_chunk_header(frame));
  return FrameToAggregator(InRound<ToAggregator>{
      header.session_id, UploadChunk{header.offset, std::move(frame), kChunkHeaderBytes}});
}

Result<FrameToParticipant> decode_to_participant(ByteView frame) {
  if (frame.empty()) return Reason::bad_frame;
  if (is_chunk(frame, ChunkType::payload)) {
    BLINDSUM_TRY(header, read_chunk_header(frame));
    return FrameToParticipant(PayloadChunk{header.session_id, header.offset, chunk_data(frame)});
  }
  if (is_chunk(frame, ChunkType::sum)) {
    BLINDSUM_TRY(header, read_chunk_header(frame));
    return FrameToParticipant(SumChunk{header.session_id, header.offset, chunk_data(frame)});
  }
  if (frame.front() != kEnvelope) return Reason::bad_frame;
  BLINDSUM_TRY(envelope, read_envelope(frame));
  return from_aggregator(envelope);
}

}  // namespace blindsum
