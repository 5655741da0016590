// Bytes ↔ domain structs, at the edge and nowhere else (SPEC.md, WIRE). One binary WebSocket message is
// one frame: u8 type, then an Envelope (Protobuf) or a chunk header and raw bytes. Decoding checks sizes,
// points, scalars, enums and refuses unknown fields; its errors are Reasons (bad_frame, wrong_length,
// bad_point, …). No Protobuf type is visible here. Both ends and the simulator use these functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "crypto/bytes.h"
#include "crypto/transcript.h"
#include "protocol/round/messages.h"

namespace blindsum {

using Nonce = Opaque<struct NonceTag, 32>;

// Session messages, outside of any round.
struct Challenge {
  Nonce nonce;
  VerifyKey aggregator_key;
  std::uint32_t version = 0;
};
struct Hello {  // signed over Enc("session"; nonce, aggregator key, roster index, exporter or empty)
  std::uint32_t roster_index = 0;
  std::uint32_t version = 0;
  bool channel_bound = false;  // the signature covers the TLS exporter
  Signature signature;
};
struct Welcome {
  std::uint64_t roster_epoch = 0;
};
struct Join {
  std::string task;
};
struct Leave {};
struct Waiting {  // how many wait for the task's next round, and how many it takes
  std::uint32_t present = 0;
  std::uint32_t needed = 0;
};
struct SessionError {  // the last message before the close
  Reason reason{};
  std::string detail;
};
struct PayloadChunk {
  SessionId session_id;
  std::uint64_t offset = 0;
  Bytes data;
};
struct SumChunk {
  SessionId session_id;
  std::uint64_t offset = 0;
  Bytes data;
};
template <class Message>
struct InRound {
  SessionId session_id;
  Message message;
};
// A frame that names a round but does not parse: lets the machine refuse by name.
struct BrokenInRound {
  SessionId session_id;
  Error error;
};

using FrameToAggregator = std::variant<Hello, Join, Leave, InRound<ToAggregator>, BrokenInRound>;
using FrameToParticipant =
    std::variant<Challenge, Welcome, Waiting, SessionError, PayloadChunk, SumChunk,
                 InRound<ToParticipant>, BrokenInRound>;

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

Result<FrameToAggregator> decode_to_aggregator(ByteView frame);
Result<FrameToParticipant> decode_to_participant(ByteView frame);
Bytes encode_frame(const FrameToAggregator& frame);
Bytes encode_frame(const FrameToParticipant& frame);
// Same bytes as encode_frame, without copying the message into a frame first.
Bytes encode_in_round(const SessionId& session_id, const ToParticipant& message);
Bytes encode_in_round(const SessionId& session_id, const ToAggregator& message);
// Header of a chunk frame (type ‖ session id ‖ offset), to which the caller appends raw bytes.
enum class ChunkType : std::uint8_t { upload = 1, payload = 2, sum = 3 };
Bytes chunk_header(ChunkType type, const SessionId& session_id, std::uint64_t offset);
// What is signed in Hello.
Encoded session_statement(const Nonce& nonce, const VerifyKey& aggregator_key,
                          std::uint32_t roster_index, std::optional<Hash> exporter);

}  // namespace blindsum
