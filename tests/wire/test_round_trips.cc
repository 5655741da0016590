#include <doctest/doctest.h>

#include <utility>

#include "protocol/wire/frames.h"
#include "tests/wire/random_messages.h"

namespace blindsum {
namespace {

constexpr int kRounds = 200;

TEST_CASE("every frame to the aggregator comes back as it was") {
  RandomMessages random(20);
  for (int round = 0; round < kRounds; ++round) {
    for (const FrameToAggregator& frame : random.frames_to_aggregator()) {
      const Bytes bytes = encode_frame(frame);
      const auto back = decode_to_aggregator(bytes);
      CAPTURE(frame.index());
      REQUIRE(back.has_value());
      REQUIRE(*back == frame);
      REQUIRE(encode_frame(*back) == bytes);
      Bytes given = bytes;
      REQUIRE(decode_to_aggregator(std::move(given)).value() == frame);
    }
  }
}

TEST_CASE("a chunk keeps the memory that it came in, any other frame is left to be wiped") {
  RandomMessages random(24);
  for (const FrameToAggregator& frame : random.frames_to_aggregator()) {
    Bytes given = encode_frame(frame);
    const Bytes before = given;
    const auto* memory = given.data();
    const auto back = decode_to_aggregator(std::move(given));
    const auto* in_round = std::get_if<InRound<ToAggregator>>(&back.value());
    const auto* chunk =
        in_round == nullptr ? nullptr : std::get_if<UploadChunk>(&in_round->message);
    if (chunk == nullptr) {
      CHECK(given == before);
    } else {
      CHECK(chunk->data.data() == memory);
    }
  }
}

TEST_CASE("every frame to a participant comes back as it was") {
  RandomMessages random(21);
  for (int round = 0; round < kRounds; ++round) {
    for (const FrameToParticipant& frame : random.frames_to_participant()) {
      const Bytes bytes = encode_frame(frame);
      const auto back = decode_to_participant(bytes);
      CAPTURE(frame.index());
      REQUIRE(back.has_value());
      REQUIRE(*back == frame);
      REQUIRE(encode_frame(*back) == bytes);
    }
  }
}

TEST_CASE("a message of a round has the same bytes with and without its frame") {
  RandomMessages random(22);
  for (const FrameToParticipant& frame : random.frames_to_participant()) {
    const auto* in_round = std::get_if<InRound<ToParticipant>>(&frame);
    if (in_round == nullptr) continue;
    CHECK(encode_in_round(in_round->session_id, in_round->message) == encode_frame(frame));
  }
  for (const FrameToAggregator& frame : random.frames_to_aggregator()) {
    const auto* in_round = std::get_if<InRound<ToAggregator>>(&frame);
    if (in_round == nullptr) continue;
    CHECK(encode_in_round(in_round->session_id, in_round->message) == encode_frame(frame));
  }
}

TEST_CASE("what does not parse has no bytes") {
  CHECK(encode_frame(FrameToAggregator(BrokenInRound{{}, Reason::wrong_length})).empty());
  CHECK(encode_frame(FrameToParticipant(BrokenInRound{{}, Reason::wrong_length})).empty());
}

TEST_CASE("a detail that breaks the rules is mended by its sender") {
  RandomMessages random(23);
  const auto id = random.fixed<SessionId>();
  const Bytes frame = encode_in_round(
      id, ToAggregator(Refusal{Reason::bad_order, "two\nlines " + std::string(300, 'x')}));
  const auto back = decode_to_aggregator(frame);
  const Refusal refusal{Reason::bad_order, "two?lines " + std::string(246, 'x')};
  CHECK(back.value() == FrameToAggregator(InRound<ToAggregator>{id, refusal}));
  CHECK(refusal.detail.size() == kMaxDetailBytes);
}

}  // namespace
}  // namespace blindsum
