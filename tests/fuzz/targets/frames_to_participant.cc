// Whatever an aggregator may send [WIRE-1, WIRE-2, WIRE-3]: session messages, every message of a
// round on its way down, chunks of payloads and sums.
#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

template <class Chunk>
void check_chunk(const FrameToParticipant& frame, ByteView input, ByteView encoded) {
  const auto* chunk = std::get_if<Chunk>(&frame);
  if (chunk == nullptr) return;
  FUZZ_EXPECT(!chunk->data.empty() && chunk->data.size() <= kChunkBytes);
  FUZZ_EXPECT(std::ranges::equal(encoded, input));
}

// An offer keeps the bytes that were signed, and says what they say [ENC-4].
void check_offer(const ToParticipant& message, const SessionId& session_id) {
  const auto* offer = std::get_if<Offer>(&message);
  if (offer == nullptr) return;
  FUZZ_EXPECT(decode_parameters(offer->parameter_bytes) == offer->parameters);
  FUZZ_EXPECT(offer->parameters.session_id == session_id);
}

bool run(ByteView input) {
  const auto frame = decode_to_participant(input);
  if (frame.has_error()) {
    FUZZ_EXPECT(frame.error() == Reason::bad_frame || frame.error() == Reason::message_too_large);
    return false;
  }
  const Bytes encoded = encode_frame(*frame);
  if (std::holds_alternative<BrokenInRound>(*frame)) {
    FUZZ_EXPECT(encoded.empty());
    return false;
  }
  FUZZ_EXPECT(decode_to_participant(encoded) == frame);
  check_chunk<PayloadChunk>(*frame, input, encoded);
  check_chunk<SumChunk>(*frame, input, encoded);
  if (const auto* in_round = std::get_if<InRound<ToParticipant>>(&*frame)) {
    FUZZ_EXPECT(encode_in_round(in_round->session_id, in_round->message) == encoded);
    check_offer(in_round->message, in_round->session_id);
  }
  return true;
}

const Registered registered("frames_to_participant", run);

}  // namespace
}  // namespace blindsum::fuzz
