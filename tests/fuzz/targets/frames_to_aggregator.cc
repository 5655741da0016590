// Whatever a participant may send [WIRE-1, WIRE-2, WIRE-3]: session messages, every message of a
// round on its way up, chunks of uploads.
#include "protocol/round/round_transcript.h"
#include "protocol/wire/frames.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

// What is hashed and signed over is the very bytes that came [UNMASK-2].
void check_unmask(const Unmask& unmask) {
  FUZZ_EXPECT(hash_answer(unmask).value() == unmask.answer_hash);
}

void check_chunk(const UploadChunk& chunk) {
  FUZZ_EXPECT(!chunk.bytes().empty());
  FUZZ_EXPECT(chunk.bytes().size() <= kChunkBytes);
}

bool run(ByteView input) {
  const auto frame = decode_to_aggregator(input);
  Bytes given(input.begin(), input.end());
  FUZZ_EXPECT(decode_to_aggregator(std::move(given)) == frame);
  if (frame.has_error()) {
    FUZZ_EXPECT(frame.error() == Reason::bad_frame || frame.error() == Reason::message_too_large);
    return false;
  }
  const Bytes encoded = encode_frame(*frame);
  if (std::holds_alternative<BrokenInRound>(*frame)) {
    FUZZ_EXPECT(encoded.empty());
    return false;
  }
  // Protobuf has more than one encoding of a message, so that ours need not be what came; but it
  // says the same.
  FUZZ_EXPECT(decode_to_aggregator(encoded) == frame);
  if (const auto* in_round = std::get_if<InRound<ToAggregator>>(&*frame)) {
    FUZZ_EXPECT(encode_in_round(in_round->session_id, in_round->message) == encoded);
    if (const auto* unmask = std::get_if<Unmask>(&in_round->message)) check_unmask(*unmask);
    if (const auto* chunk = std::get_if<UploadChunk>(&in_round->message)) {
      check_chunk(*chunk);
      FUZZ_EXPECT(std::ranges::equal(encoded, input));
    }
  }
  return true;
}

const Registered registered("frames_to_aggregator", run);

}  // namespace
}  // namespace blindsum::fuzz
