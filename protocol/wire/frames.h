// Bytes ↔ domain structs, at the edge and nowhere else (SPEC.md, WIRE and Appendix B). One binary
// WebSocket message is one frame: u8 type, then an Envelope (Protobuf) or a chunk header and raw
// bytes. Decoding checks sizes, points, reasons, text, and refuses unknown fields; no Protobuf type
// is visible here. The server, the SDK, the simulator and the fuzzers use these functions.
//
// Errors of decoding are Reasons. bad_frame and message_too_large end the session [WIRE-2, WIRE-4].
// What names a round and breaks another rule is a malformed message of that round, BrokenInRound
// [WIRE-3].
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "crypto/bytes.h"
#include "crypto/transcript.h"
#include "protocol/round/messages.h"

namespace blindsum {

// Frames and what is in them [WIRE-1, WIRE-4, LIMIT-1], bytes.
inline constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
inline constexpr std::size_t kChunkHeaderBytes = 1 + SessionId::size_bytes + sizeof(std::uint64_t);
inline constexpr std::size_t kMaxChunkFrameBytes = kChunkHeaderBytes + kChunkBytes;
inline constexpr std::size_t kMaxEnvelopeFrameBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxFrameBytes = kMaxEnvelopeFrameBytes;
// Before Welcome: whoever reads the socket has to keep this one.
inline constexpr std::size_t kMaxFirstFrameBytes = 4096;
// A name, perhaps one that a later version has [WIRE-3, WIRE-7].
inline constexpr std::size_t kMaxReasonBytes = 64;
// detail: one line for people. Encoding cuts what is longer and replaces what is not printable.
inline constexpr std::size_t kMaxDetailBytes = 256;

static_assert(kMaxChunkFrameBytes <= kMaxFrameBytes);

using Nonce = Opaque<struct NonceTag, 32>;

// Session messages, outside of any round.
struct Challenge {
  Nonce nonce;
  VerifyKey aggregator_key;
  std::uint32_t version = 0;
  friend bool operator==(const Challenge&, const Challenge&) = default;
};
struct Hello {  // signed over session_statement()
  std::uint32_t roster_index = 0;
  std::uint32_t version = 0;
  bool exporter_bound = false;  // the signature covers the TLS exporter
  Signature signature;
  friend bool operator==(const Hello&, const Hello&) = default;
};
struct Welcome {
  std::uint64_t roster_epoch = 0;
  Hash roster_hash;
  friend bool operator==(const Welcome&, const Welcome&) = default;
};
struct Join {
  std::string task;
  friend bool operator==(const Join&, const Join&) = default;
};
struct Joined {  // and again as the counts change: how many wait for the task's next round
  std::string task;
  std::uint32_t waiting = 0;
  std::uint32_t needed = 0;  // that it takes
  friend bool operator==(const Joined&, const Joined&) = default;
};
struct Leave {  // takes the Join back; a running round goes on
  friend bool operator==(const Leave&, const Leave&) = default;
};
struct SessionError {  // the last message before the close
  Reason reason{};
  std::string detail;
  friend bool operator==(const SessionError&, const SessionError&) = default;
};
struct PayloadChunk {
  SessionId session_id;
  std::uint64_t offset = 0;
  Bytes data;
  friend bool operator==(const PayloadChunk&, const PayloadChunk&) = default;
};
struct SumChunk {
  SessionId session_id;
  std::uint64_t offset = 0;
  Bytes data;
  friend bool operator==(const SumChunk&, const SumChunk&) = default;
};
template <class Message>
struct InRound {
  SessionId session_id;
  Message message;
  friend bool operator==(const InRound&, const InRound&) = default;
};
// A frame that names a round but does not parse: lets the machine refuse by name. Only decoding
// makes it; encode_frame() has no bytes for it.
struct BrokenInRound {
  SessionId session_id;
  Error error;  // a Reason
  friend bool operator==(const BrokenInRound&, const BrokenInRound&) = default;
};

using FrameToAggregator = std::variant<Hello, Join, Leave, InRound<ToAggregator>, BrokenInRound>;
using FrameToParticipant = std::variant<Challenge, Welcome, Joined, SessionError, PayloadChunk,
                                        SumChunk, InRound<ToParticipant>, BrokenInRound>;

// Errors: bad_frame, message_too_large.
[[nodiscard]] Result<FrameToAggregator> decode_to_aggregator(ByteView frame);
// The same; takes over the memory of an upload's chunk instead of copying it, and leaves every
// other frame as it was.
[[nodiscard]] Result<FrameToAggregator> decode_to_aggregator(Bytes&& frame);
[[nodiscard]] Result<FrameToParticipant> decode_to_participant(ByteView frame);
// Empty for BrokenInRound. An Offer's session id is that of its parameters.
Bytes encode_frame(const FrameToAggregator& frame);
Bytes encode_frame(const FrameToParticipant& frame);
// Same bytes as encode_frame, without copying the message into a frame first.
Bytes encode_in_round(const SessionId& session_id, const ToParticipant& message);
Bytes encode_in_round(const SessionId& session_id, const ToAggregator& message);
// Header of a chunk frame (type ‖ session id ‖ offset), to which the caller appends 1 to
// kChunkBytes raw bytes.
enum class ChunkType : std::uint8_t { upload = 1, payload = 2, sum = 3 };
Bytes chunk_header(ChunkType type, const SessionId& session_id, std::uint64_t offset);
// What is signed in Hello [SESSION-2]; no exporter if the client cannot read it.
Encoded session_statement(const Nonce& nonce, const VerifyKey& aggregator_key,
                          std::uint32_t roster_index, const std::optional<Hash>& exporter);

}  // namespace blindsum
