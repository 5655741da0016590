// Frames that break one rule each, and what they are called: frames, Envelopes, session messages.
#include <doctest/doctest.h>

#include "protocol/wire/frames.h"
#include "tests/wire/random_messages.h"
#include "tests/wire/verdict.h"

namespace blindsum {
namespace {

TEST_CASE("[WIRE-1] empty messages, unknown types and chunks of the wrong direction: bad_frame") {
  CHECK(up({}) == "bad_frame");
  CHECK(down({}) == "bad_frame");
  CHECK(up({0}) == "bad_frame");
  CHECK(down({0}) == "bad_frame");
  for (int type = 4; type < 256; ++type) {
    Bytes frame(100, 0);
    frame[0] = static_cast<std::uint8_t>(type);
    CHECK(up(frame) == "bad_frame");
    CHECK(down(frame) == "bad_frame");
  }
  Bytes chunk = chunk_header(ChunkType::upload, kId, 0);
  chunk.push_back(1);
  CHECK(up(chunk) == "fine");
  CHECK(down(chunk) == "bad_frame");
  for (const std::uint8_t type : {std::uint8_t{2}, std::uint8_t{3}}) {
    chunk[0] = type;
    CHECK(up(chunk) == "bad_frame");
    CHECK(down(chunk) == "fine");
  }
}

TEST_CASE(
    "[WIRE-1, WIRE-4] chunks without a header or bytes: bad_frame; too large: message_too_large") {
  for (const std::uint8_t type : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    const auto decode = type == 1 ? up : down;
    const Bytes header = chunk_header(static_cast<ChunkType>(type), kId, 7);
    for (std::size_t size = 1; size <= header.size(); ++size) {
      CHECK(decode(Bytes(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(size))) ==
            "bad_frame");
    }
    Bytes chunk = header;
    chunk.resize(kMaxChunkFrameBytes);
    CHECK(decode(chunk) == "fine");
    chunk.push_back(0);
    CHECK(decode(chunk) == "message_too_large");
  }
}

TEST_CASE("[WIRE-4] an Envelope above 4 MiB: message_too_large") {
  // Only its size is wrong.
  const auto frame_of = [](std::size_t record_bytes) {
    return envelope_frame(
        19, in_round().bytes(2, Bytes(record_bytes)).bytes(3, kSignature).number(4, 1));
  };
  const std::size_t overhead = frame_of(4'000'000).size() - 4'000'000;
  CHECK(frame_of(kMaxEnvelopeFrameBytes - overhead).size() == kMaxEnvelopeFrameBytes);
  CHECK(down(frame_of(kMaxEnvelopeFrameBytes - overhead)) == "fine");
  CHECK(down(frame_of(kMaxEnvelopeFrameBytes - overhead + 1)) == "message_too_large");
  CHECK(up(frame_of(kMaxEnvelopeFrameBytes - overhead + 1)) == "message_too_large");
}

TEST_CASE("[WIRE-2] a body of the other direction, or none: bad_frame") {
  RandomMessages random(41);
  for (const FrameToAggregator& frame : random.frames_to_aggregator()) {
    CHECK(down(encode_frame(frame)) == "bad_frame");
  }
  for (const FrameToParticipant& frame : random.frames_to_participant()) {
    CHECK(up(encode_frame(frame)) == "bad_frame");
  }
}

TEST_CASE("[WIRE-2] unknown fields at any depth, and trailing bytes: bad_frame") {
  RandomMessages random(42);
  const std::vector<Bytes> unknown{
      Proto().raw_number(99, 1).view(),
      Proto().raw_number(1000, 0).view(),
      Proto().text(99, "x").view(),
      Proto().float64(99, 1.0).view(),
      Proto().varint(99 << 3 | 5).view(),
      Proto().varint(99 << 3 | 3).view(),
      Proto().varint(0).varint(0).view(),
      Bytes{0xFF},
      Bytes{0x0A, 0x05, 0x01},
  };
  for (const FrameToAggregator& frame : random.frames_to_aggregator()) {
    if (encode_frame(frame).front() != 0) continue;
    for (const Bytes& extra : unknown) {
      Bytes bytes = encode_frame(frame);
      put_bytes(bytes, extra);
      CHECK(up(bytes) == "bad_frame");
    }
  }
  for (const Bytes& extra : unknown) {
    CHECK(down(envelope_frame(12, in_round().append(extra))) == "bad_frame");
    CHECK(up(envelope_frame(26, Proto().append(extra))) == "bad_frame");
  }
  CHECK(down(envelope_frame(12, in_round().number(2, 5))) == "fine");
}

TEST_CASE("[WIRE-2] fields of another wire type: bad_frame") {
  CHECK(down(envelope_frame(12, in_round().text(2, "5"))) == "bad_frame");
  CHECK(down(envelope_frame(12, in_round().float64(2, 5))) == "bad_frame");
  CHECK(down(envelope_frame(12, Proto().raw_number(1, 5))) == "bad_frame");
  CHECK(up(Bytes{0, 5 << 3, 1}) == "bad_frame");
}

TEST_CASE("[WIRE-2] numbers that their type does not hold, text that is not printable: bad_frame") {
  const auto hello = [](std::uint64_t index, std::uint64_t bound) {
    return envelope_frame(2,
                          Proto().raw_number(2, index).raw_number(3, bound).bytes(4, kSignature));
  };
  CHECK(up(hello(0xFFFFFFFF, 1)) == "fine");
  CHECK(up(hello(0x100000000, 1)) == "bad_frame");
  CHECK(up(hello(1, 2)) == "bad_frame");
  // A varint of ten bytes whose last has more than the 64th bit.
  const Bytes endless(10, 0xFF);
  CHECK(down(envelope_frame(12, in_round().varint(2 << 3).append(endless))) == "bad_frame");
  for (const char* text : {"\xFF\xFE", "a\nb", "\x1b[2J"}) {
    CHECK(up(envelope_frame(5, Proto().text(1, text))) == "bad_frame");
    CHECK(up(envelope_frame(21, in_round().text(2, "bad_order").text(3, text))) == "bad_frame");
  }
}

TEST_CASE("[WIRE-2] a singular field twice, or two bodies: bad_frame") {
  CHECK(down(envelope_frame(12, in_round().number(2, 5))) == "fine");
  CHECK(down(envelope_frame(12, in_round().number(2, 5).number(2, 5))) == "bad_frame");
  CHECK(down(envelope_frame(12, in_round().append(in_round().view()))) == "bad_frame");
  const Bytes once = envelope_frame(12, in_round().number(2, 5));
  for (const std::uint32_t other :
       {12U, 14U}) {  // Protobuf merges the one, and takes the last of the other
    Bytes twice = once;
    const Bytes more = envelope_frame(other, in_round());
    twice.insert(twice.end(), more.begin() + 1, more.end());
    CHECK(down(twice) == "bad_frame");
  }
}

TEST_CASE("[WIRE-3] without a round a wrong length is a bad_frame") {
  CHECK(up(envelope_frame(2, Proto().bytes(4, Bytes(63)))) == "bad_frame");
  CHECK(up(envelope_frame(2, Proto())) == "bad_frame");
  CHECK(up(envelope_frame(5, Proto().text(1, std::string(64, 'a')))) == "fine");
  CHECK(up(envelope_frame(5, Proto().text(1, std::string(65, 'a')))) == "bad_frame");
  CHECK(down(envelope_frame(1, Proto().bytes(1, kHash).bytes(2, Bytes(33)))) == "bad_frame");
  CHECK(down(envelope_frame(3, Proto().bytes(2, Bytes(31)))) == "bad_frame");
  const std::string long_detail(kMaxDetailBytes + 1, 'x');
  CHECK(down(envelope_frame(4, Proto().text(2, long_detail))) == "bad_frame");
  const std::string long_reason(kMaxReasonBytes + 1, 'x');
  CHECK(down(envelope_frame(4, Proto().text(1, long_reason))) == "bad_frame");
  // A session id that is none names no round.
  for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{33}}) {
    CHECK(down(envelope_frame(12, Proto().bytes(1, Bytes(size)))) == "bad_frame");
    CHECK(up(envelope_frame(13, Proto().bytes(1, Bytes(size)).bytes(2, kSignature))) ==
          "bad_frame");
  }
}

}  // namespace
}  // namespace blindsum
