// Family frames.
#include <doctest/doctest.h>

#include "protocol/wire/frames.h"
#include "tests/vectors/message_json.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {
namespace {

// What is decoded is encoded to what decodes to the same. (Not the same bytes: Protobuf may write
// a message in several ways, and a good vector is in one of the less usual.)
template <class Frame, class Decode>
NamedMessage there_and_back(const Bytes& bytes, const Decode& decode) {
  const Result<Frame> frame = decode(ByteView(bytes));
  const NamedMessage message = named(frame);
  const Result<Frame> again = decode(ByteView(encode_frame(*frame)));
  REQUIRE(again.has_value());
  CHECK(*again == *frame);
  return message;
}

json::object run_frames(const std::string& what, const Input& input) {
  const Bytes bytes = input.bytes("frame");
  NamedMessage message;
  if (input.text("to") == "aggregator") {
    message = there_and_back<FrameToAggregator>(
        bytes, [](ByteView frame) { return decode_to_aggregator(frame); });
  } else {
    message = there_and_back<FrameToParticipant>(
        bytes, [](ByteView frame) { return decode_to_participant(frame); });
  }
  CHECK(message.name == what);
  return message.fields;
}

}  // namespace

TEST_CASE("[WIRE-1, WIRE-2, WIRE-3] vectors of frames") {
  run_family("frames", run_frames);
}

}  // namespace blindsum::vectors
