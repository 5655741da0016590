#include <doctest/doctest.h>

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
