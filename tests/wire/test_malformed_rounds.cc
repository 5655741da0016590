// Frames that break one rule each, and what they are called: the messages of a round.
#include <doctest/doctest.h>

#include "protocol/round/limits.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "tests/wire/random_messages.h"
#include "tests/wire/verdict.h"

namespace blindsum {
namespace {

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

TEST_CASE("[WIRE-3] in a round it is a malformed message of that round: wrong_length") {
  const Bytes long_signature(65, 0);
  const Bytes short_hash(31, 0);
  const std::string long_detail(kMaxDetailBytes + 1, 'x');
  const std::string long_reason(kMaxReasonBytes + 1, 'x');
  const std::string wrong = "round: wrong_length";
  // To the aggregator.
  CHECK(up(envelope_frame(8, in_round().bytes(2, valid_advert()))) == wrong);
  CHECK(up(envelope_frame(8, in_round().bytes(2, Bytes(99)).bytes(3, kSignature))) == wrong);
  CHECK(up(envelope_frame(10, in_round().bytes(2, Bytes(152)).bytes(3, long_signature))) == wrong);
  CHECK(up(envelope_frame(10, in_round().bytes(2, Bytes(153)).bytes(3, kSignature))) == wrong);
  CHECK(up(envelope_frame(13, in_round().bytes(2, long_signature))) == wrong);
  CHECK(up(envelope_frame(16, in_round())) == wrong);
  CHECK(up(envelope_frame(18, in_round().bytes(2, Bytes(8)))) == wrong);
  CHECK(up(envelope_frame(21, in_round().text(3, long_detail))) == wrong);
  CHECK(up(envelope_frame(21, in_round().text(2, long_reason))) == wrong);
  CHECK(up(envelope_frame(24, in_round().bytes(2, short_hash))) == wrong);
  // To the participant.
  CHECK(down(envelope_frame(9, in_round().bytes(2, Bytes(163)))) == wrong);
  CHECK(down(envelope_frame(11, in_round().bytes(3, Bytes(156)))) == wrong);
  CHECK(down(envelope_frame(11, in_round().bytes(4, Bytes(101)))) == wrong);
  CHECK(down(envelope_frame(15, in_round().bytes(2, short_hash))) == wrong);
  CHECK(down(envelope_frame(15, in_round().bytes(2, kHash).bytes(4, Bytes(67)))) == wrong);
  CHECK(down(envelope_frame(17, in_round())) == wrong);
  CHECK(down(envelope_frame(17, in_round().bytes(2, kHash).bytes(5, Bytes(63)))) == wrong);
  CHECK(down(envelope_frame(19, in_round().bytes(3, long_signature))) == wrong);
  CHECK(down(envelope_frame(20, in_round().text(3, long_detail))) == wrong);
  CHECK(down(envelope_frame(20, in_round().text(2, long_reason))) == wrong);
  CHECK(down(envelope_frame(22, in_round().text(3, long_detail))) == wrong);
  CHECK(down(envelope_frame(25, in_round().bytes(3, Bytes(65)))) == wrong);
}

TEST_CASE("[WIRE-3, LIMIT-1] more entries than a cohort has members: wrong_length") {
  const auto items = [](std::size_t count) {
    return up(envelope_frame(10, in_round().bytes(2, Bytes(152 * count)).bytes(3, kSignature)));
  };
  CHECK(items(kMaxCohort) == "fine");
  CHECK(items(kMaxCohort + 1) == "round: wrong_length");
  const auto entries = [](std::uint32_t field, std::size_t entry_bytes, std::size_t count) {
    const Bytes all(entry_bytes * count);
    return down(envelope_frame(11, in_round().bytes(field, all)));
  };
  CHECK(entries(3, 157, kMaxCohort) == "fine");
  CHECK(entries(3, 157, kMaxCohort + 1) == "round: wrong_length");
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
  const auto counted = [&](std::uint32_t entries, std::uint32_t not_held) {
    Bytes all;
    put_u32(all, entries);
    all.resize(all.size() + std::size_t{entries} * 37);
    put_u32(all, not_held);
    all.resize(all.size() + std::size_t{not_held} * 4);
    return answer(all);
  };
  CHECK(counted(kMaxCohort, kMaxCohort) == "fine");
  CHECK(counted(kMaxCohort + 1, 0) == "round: wrong_length");
  CHECK(counted(0, kMaxCohort + 1) == "round: wrong_length");
}

TEST_CASE("[U2-2, WIRE-3] an inbound item says how long its path is, and has it") {
  const auto items = [](const Bytes& field) {
    return down(envelope_frame(11, in_round().bytes(3, field)));
  };
  const auto item = [](std::uint8_t says, std::size_t hashes) {
    Bytes bytes(156);
    bytes.push_back(says);
    bytes.resize(bytes.size() + 32 * hashes);
    return bytes;
  };
  CHECK(items(item(0, 0)) == "fine");
  CHECK(items(item(12, 12)) == "fine");
  CHECK(items(item(13, 13)) == "round: wrong_length");
  CHECK(items(item(255, 255)) == "round: wrong_length");
  CHECK(items(item(2, 1)) == "round: wrong_length");
  CHECK(items(item(1, 2)) == "round: wrong_length");
  Bytes two = item(7, 7);
  put_bytes(two, item(6, 6));
  for (std::size_t size = 1; size <= two.size(); ++size) {
    const bool is_whole = size == 157 + 7 * 32 || size == two.size();
    CHECK(items(Bytes(two.begin(), two.begin() + static_cast<std::ptrdiff_t>(size))) ==
          (is_whole ? "fine" : "round: wrong_length"));
  }
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

TEST_CASE("[PARAM-1, LIMIT-3] parameters that do not parse name their round if it can be found") {
  RandomMessages random(44);
  RoundParameters parameters = random.parameters();
  parameters.session_id = kId;
  parameters.round = 3;  // a number of 0 is not written, and would not come twice below
  const Bytes right = encode_parameters(parameters);
  const auto offered = [&](const Bytes& more) {
    Bytes bytes = right;
    bytes.insert(bytes.end(), more.begin(), more.end());
    return down(envelope_frame(7, Proto().bytes(1, bytes).bytes(2, kSignature)));
  };
  CHECK(offered({}) == "fine");
  CHECK(offered(Proto().number(26, 1).view()) == "round: bad_parameters");
  CHECK(offered(Proto().bytes(27, Bytes(3)).view()) == "round: bad_parameters");
  CHECK(offered(Proto().number(5, 1).number(5, 1).view()) == "round: bad_parameters");
  CHECK(offered(Proto().bytes(19, Bytes(70000)).view()) == "round: bad_parameters");
  Proto tensors;
  for (std::size_t i = 0; i <= kMaxTensors; ++i) tensors.message(19, Bytes());
  CHECK(offered(tensors.view()) == "round: bad_parameters");
  // Which round it is cannot be told.
  CHECK(offered(Proto().bytes(3, kId.view()).view()) == "bad_frame");
  CHECK(offered({0xD0}) == "bad_frame");
}

}  // namespace
}  // namespace blindsum
