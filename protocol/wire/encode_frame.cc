#include <array>
#include <type_traits>

#include "blindsum.pb.h"
#include "protocol/wire/frames.h"
#include "protocol/wire/message_codec.h"
#include "protocol/wire/strict.h"

namespace blindsum {
namespace {

constexpr std::array<std::uint8_t, 1> kEnvelope{0};  // [WIRE-1]

Bytes frame_of(const v1::Envelope& envelope) {
  return detail::serialise(envelope, kEnvelope);
}

Bytes chunk_frame(ChunkType type, const SessionId& session_id, std::uint64_t offset,
                  ByteView data) {
  Bytes frame = chunk_header(type, session_id, offset);
  put_bytes(frame, data);
  return frame;
}

struct Encoder {
  template <class Message>
  Bytes operator()(const Message& message) const {
    v1::Envelope envelope;
    detail::write(message, envelope);
    return frame_of(envelope);
  }
  template <class Any>
  Bytes operator()(const InRound<Any>& frame) const {
    return encode_in_round(frame.session_id, frame.message);
  }
  Bytes operator()(const PayloadChunk& chunk) const {
    return chunk_frame(ChunkType::payload, chunk.session_id, chunk.offset, chunk.data);
  }
  Bytes operator()(const SumChunk& chunk) const {
    return chunk_frame(ChunkType::sum, chunk.session_id, chunk.offset, chunk.data);
  }
  Bytes operator()(const BrokenInRound&) const { return {}; }
};

struct RoundEncoder {
  const SessionId& session_id;

  template <class Message>
  Bytes operator()(const Message& message) const {
    v1::Envelope envelope;
    detail::write(session_id, message, envelope);
    Bytes frame = frame_of(envelope);
    detail::wipe_shares(envelope);
    return frame;
  }
  Bytes operator()(const UploadChunk& chunk) const {
    return chunk_frame(ChunkType::upload, session_id, chunk.offset, chunk.bytes());
  }
};

}  // namespace

Bytes encode_frame(const FrameToAggregator& frame) {
  return std::visit(Encoder{}, frame);
}

Bytes encode_frame(const FrameToParticipant& frame) {
  return std::visit(Encoder{}, frame);
}

Bytes encode_in_round(const SessionId& session_id, const ToParticipant& message) {
  return std::visit(RoundEncoder{session_id}, message);
}

Bytes encode_in_round(const SessionId& session_id, const ToAggregator& message) {
  return std::visit(RoundEncoder{session_id}, message);
}

Bytes chunk_header(ChunkType type, const SessionId& session_id, std::uint64_t offset) {
  Bytes header;
  header.reserve(kChunkHeaderBytes);
  header.push_back(static_cast<std::uint8_t>(type));
  put_bytes(header, session_id.view());
  put_u64(header, offset);
  return header;
}

Encoded session_statement(const Nonce& nonce, const VerifyKey& aggregator_key,
                          std::uint32_t roster_index, const std::optional<Hash>& exporter) {
  Encoded statement(Label::session);
  statement.bytes(nonce.view()).bytes(aggregator_key.view()).u32(roster_index);
  return statement.bytes(exporter ? exporter->view() : ByteView());
}

}  // namespace blindsum
