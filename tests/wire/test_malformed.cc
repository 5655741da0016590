// Frames that break one rule each, and what they are called.
#include <doctest/doctest.h>

#include "protocol/round/limits.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "tests/wire/proto_writer.h"
#include "tests/wire/random_messages.h"

namespace blindsum {
namespace {

const SessionId kId = SessionId::from(Bytes(32, 0x5A)).value();
const Bytes kSignature(64, 0x11);
const Bytes kHash(32, 0x22);

Proto in_round() {
  return Proto().bytes(1, kId.view());
}

std::string up(const Bytes& frame) {
  const auto decoded = decode_to_aggregator(frame);
  if (decoded.has_error()) return decoded.error().message();
  const auto* broken = std::get_if<BrokenInRound>(&*decoded);
  if (broken == nullptr) return "fine";
  CHECK(broken->session_id == kId);
  return "round: " + broken->error.message();
}

std::string down(const Bytes& frame) {
  const auto decoded = decode_to_participant(frame);
  if (decoded.has_error()) return decoded.error().message();
  const auto* broken = std::get_if<BrokenInRound>(&*decoded);
  if (broken == nullptr) return "fine";
  CHECK(broken->session_id == kId);
  return "round: " + broken->error.message();
}

Bytes valid_advert() {
  RandomMessages random(40);
  Bytes out(4);
  for (int i = 0; i < 3; ++i) put_bytes(out, random.point().view());
  return out;
}

Bytes with(Bytes bytes, std::size_t at, ByteView patch) {
  std::copy(patch.begin(), patch.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  return bytes;
}

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

TEST_CASE("where a singular field comes twice, the last one counts") {
  const Bytes frame = envelope_frame(12, in_round().number(2, 5).number(2, 6));
  const auto decoded = decode_to_participant(frame);
  CHECK(decoded.value() == FrameToParticipant(InRound<ToParticipant>{kId, UploadGrant{6}}));
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
  // A session id that is none names no round.
  for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{33}}) {
    CHECK(down(envelope_frame(12, Proto().bytes(1, Bytes(size)))) == "bad_frame");
    CHECK(up(envelope_frame(13, Proto().bytes(1, Bytes(size)).bytes(2, kSignature))) ==
          "bad_frame");
  }
}

TEST_CASE("[WIRE-3] in a round it is a malformed message of that round: wrong_length") {
  const Bytes long_signature(65, 0);
  const Bytes short_hash(31, 0);
  const std::string long_detail(kMaxDetailBytes + 1, 'x');
  const std::string wrong = "round: wrong_length";
  // To the aggregator.
  CHECK(up(envelope_frame(8, in_round().bytes(2, valid_advert()))) == wrong);
  CHECK(up(envelope_frame(8, in_round().bytes(2, Bytes(99)).bytes(3, kSignature))) == wrong);
  CHECK(up(envelope_frame(10, in_round().bytes(2, Bytes(216)).bytes(3, long_signature))) == wrong);
  CHECK(up(envelope_frame(10, in_round().bytes(2, Bytes(217)).bytes(3, kSignature))) == wrong);
  CHECK(up(envelope_frame(13, in_round().bytes(2, long_signature))) == wrong);
  CHECK(up(envelope_frame(16, in_round())) == wrong);
  CHECK(up(envelope_frame(18, in_round().bytes(2, Bytes(8)))) == wrong);
  CHECK(up(envelope_frame(21, in_round().text(3, long_detail))) == wrong);
  CHECK(up(envelope_frame(24, in_round().bytes(2, short_hash))) == wrong);
  // To the participant.
  CHECK(down(envelope_frame(9, in_round().bytes(2, Bytes(163)))) == wrong);
  CHECK(down(envelope_frame(11, in_round().bytes(3, Bytes(219)))) == wrong);
  CHECK(down(envelope_frame(11, in_round().bytes(4, Bytes(101)))) == wrong);
  CHECK(down(envelope_frame(15, in_round().bytes(2, short_hash))) == wrong);
  CHECK(down(envelope_frame(15, in_round().bytes(2, kHash).bytes(4, Bytes(67)))) == wrong);
  CHECK(down(envelope_frame(17, in_round())) == wrong);
  CHECK(down(envelope_frame(17, in_round().bytes(2, kHash).bytes(5, Bytes(63)))) == wrong);
  CHECK(down(envelope_frame(19, in_round().bytes(3, long_signature))) == wrong);
  CHECK(down(envelope_frame(20, in_round().text(3, long_detail))) == wrong);
  CHECK(down(envelope_frame(22, in_round().text(3, long_detail))) == wrong);
  CHECK(down(envelope_frame(25, in_round().bytes(3, Bytes(65)))) == wrong);
}

TEST_CASE("[WIRE-3, LIMIT-1] more entries than a cohort has members: wrong_length") {
  const auto items = [](std::size_t count) {
    return up(envelope_frame(10, in_round().bytes(2, Bytes(216 * count)).bytes(3, kSignature)));
  };
  CHECK(items(kMaxCohort) == "fine");
  CHECK(items(kMaxCohort + 1) == "round: wrong_length");
  const auto entries = [](std::uint32_t field, std::size_t entry_bytes, std::size_t count) {
    const Bytes all(entry_bytes * count);
    return down(envelope_frame(11, in_round().bytes(field, all)));
  };
  CHECK(entries(3, 220, kMaxCohort) == "fine");
  CHECK(entries(3, 220, kMaxCohort + 1) == "round: wrong_length");
  CHECK(entries(4, 100, kMaxCohort) == "fine");
  CHECK(entries(4, 100, kMaxCohort + 1) == "round: wrong_length");
  CHECK(down(envelope_frame(25, in_round().bytes(3, Bytes(64 * (kMaxCohort + 1))))) ==
        "round: wrong_length");
}

TEST_CASE("[BITMAP-1] a bitmap longer than any cohort's: bad_bitmap") {
  CHECK(down(envelope_frame(11, in_round().bytes(2, Bytes(512)))) == "fine");
  CHECK(down(envelope_frame(11, in_round().bytes(2, Bytes(513)))) == "round: bad_bitmap");
  CHECK(down(envelope_frame(25, in_round().bytes(2, Bytes(513)))) == "round: bad_bitmap");
}

TEST_CASE("[KEY-2] points of adverts: bad_point, identity_point") {
  const Bytes advert = valid_advert();
  const Bytes identity(32, 0);
  const Bytes no_point(32, 0xFF);
  const auto sent = [](const Bytes& bytes) {
    return up(envelope_frame(8, in_round().bytes(2, bytes).bytes(3, kSignature)));
  };
  const auto relayed = [&](const Bytes& bytes) {
    Bytes entries = advert;
    put_bytes(entries, kSignature);
    put_bytes(entries, bytes);
    put_bytes(entries, kSignature);
    return down(envelope_frame(9, in_round().bytes(2, entries)));
  };
  CHECK(sent(advert) == "fine");
  CHECK(relayed(advert) == "fine");
  for (const std::size_t at : {std::size_t{4}, std::size_t{36}, std::size_t{68}}) {
    CHECK(sent(with(advert, at, identity)) == "round: identity_point");
    CHECK(sent(with(advert, at, no_point)) == "round: bad_point");
    CHECK(relayed(with(advert, at, identity)) == "round: identity_point");
    CHECK(relayed(with(advert, at, no_point)) == "round: bad_point");
  }
}

TEST_CASE("[UNMASK-4] an answer that does not parse exactly: wrong_length, wrong_item") {
  const auto answer = [](const Bytes& body) {
    return up(envelope_frame(18, in_round().bytes(2, body).bytes(3, kSignature)));
  };
  Bytes entry;
  put_u32(entry, 1);
  put_u32(entry, 5);
  entry.push_back(1);
  entry.resize(entry.size() + 32);  // a share of zeros: a bad share, not a bad message
  Bytes body = entry;
  put_u32(body, 2);
  put_u32(body, 8);
  put_u32(body, 9);
  CHECK(answer(body) == "fine");
  for (std::size_t size = 0; size < body.size(); ++size) {
    CHECK(answer(Bytes(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size))) ==
          "round: wrong_length");
  }
  CHECK(answer(with(body, 8, Bytes{2})) == "round: wrong_item");
  CHECK(answer(with(body, 8, Bytes{0xFF})) == "round: wrong_item");
  for (const std::size_t count_at : {std::size_t{0}, entry.size()}) {
    Bytes huge;
    put_u32(huge, 0xFFFFFFFF);
    CHECK(answer(with(body, count_at, huge)) == "round: wrong_length");
  }
  body.push_back(0);
  CHECK(answer(body) == "round: wrong_length");
}

TEST_CASE("[WIRE-7] a reason that is not on the list is shown as internal_error") {
  for (const char* name : {"", "ok", "unknown", "Bad_order", "bad_order "}) {
    const Bytes frame = envelope_frame(21, in_round().text(2, name));
    const Refusal refusal{Reason::internal_error, ""};
    CHECK(decode_to_aggregator(frame).value() ==
          FrameToAggregator(InRound<ToAggregator>{kId, refusal}));
  }
}

TEST_CASE("[PARAM-1, WIRE-3] an offer that is wrong names its round if it can: bad_parameters") {
  RandomMessages random(43);
  RoundParameters parameters = random.parameters();
  parameters.session_id = kId;
  parameters.codec.kind = static_cast<CodecKind>(9);
  const Bytes wrong = encode_parameters(parameters);
  CHECK(down(envelope_frame(7, Proto().bytes(1, wrong).bytes(2, kSignature))) ==
        "round: bad_parameters");
  parameters.codec.kind = CodecKind::count;
  const Bytes right = encode_parameters(parameters);
  CHECK(down(envelope_frame(7, Proto().bytes(1, right).bytes(2, kSignature))) == "fine");
  CHECK(down(envelope_frame(7, Proto().bytes(1, right).bytes(2, Bytes(63)))) ==
        "round: wrong_length");
  CHECK(down(envelope_frame(7, Proto().bytes(1, Bytes(40, 0xFF)).bytes(2, kSignature))) ==
        "bad_frame");
  CHECK(down(envelope_frame(7, Proto().bytes(2, kSignature))) == "bad_frame");
}

}  // namespace
}  // namespace blindsum
