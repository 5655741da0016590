#include <doctest/doctest.h>

#include "crypto/transcript.h"
#include "protocol/round/limits.h"
#include "protocol/round/round_transcript.h"
#include "protocol/wire/documents.h"
#include "tests/wire/proto_writer.h"
#include "tests/wire/random_messages.h"

namespace blindsum {
namespace {

SigningKey key_of(std::uint64_t seed) {
  SeededEntropy entropy(seed);
  return SigningKey::generate(entropy).value();
}

TEST_CASE("parameters come back as they were") {
  RandomMessages random(60);
  for (int round = 0; round < 500; ++round) {
    const RoundParameters parameters = random.parameters();
    const Bytes bytes = encode_parameters(parameters);
    const auto back = decode_parameters(bytes);
    REQUIRE(back.has_value());
    REQUIRE(*back == parameters);
    REQUIRE(encode_parameters(*back) == bytes);
  }
}

TEST_CASE("[PARAM-1] the bytes of parameters, field by field") {
  RandomMessages random(61);
  RoundParameters p = random.parameters();
  p.version = 1;
  p.suite = 2;
  p.task = "spam";
  p.round = 5;
  p.roster_epoch = 6;
  p.n_min = 8;
  p.n_max = 9;
  p.max_corrupt = 10;
  p.gamma_ppm = 11;
  p.delta_ppm = 12;
  p.min_survivors = 13;
  p.sigma = 14;
  p.eta = 15;
  p.vector_length = 16;
  p.ring_bits = 17;
  p.codec = {CodecKind::fixed_point, 1.5, 1024, 300, 0};
  p.schema.tensors = {{"w", {57, 2}}, {"b", {}}};
  p.limits = {21, 22, 23, 24, 25};
  p.share_sum = true;
  p.payload_size = 26;
  Proto expected;
  expected.number(1, 1).number(2, 2).bytes(3, p.session_id.view()).text(4, "spam").number(5, 5);
  expected.number(6, 6).bytes(7, p.roster_hash.view());
  for (std::uint32_t field = 8; field <= 17; ++field) expected.number(field, field);
  expected.message(18, Proto().number(1, 1).float64(2, 1.5).float64(3, 1024).number(4, 300));
  expected.message(19, Proto().text(1, "w").bytes(2, Proto().varint(57).varint(2).view()));
  expected.message(19, Proto().text(1, "b"));
  expected.bytes(20, p.payload_hash.view()).bytes(21, p.previous_record.view());
  Proto limits;
  for (std::uint32_t phase = 1; phase <= 5; ++phase) limits.number(phase, 20 + phase);
  expected.message(22, limits).bytes(23, p.aggregator_key.view()).number(24, 1).number(25, 26);
  CHECK(encode_parameters(p) == expected.view());
}

TEST_CASE("[PARAM-1, PARAM-4, CODEC-1, LIMIT-1] parameters that are none: bad_parameters") {
  RandomMessages random(62);
  RoundParameters right = random.parameters();
  right.schema.tensors = {{"w", {3}}};
  right.codec = {CodecKind::count, 0, 0, 0, 9};
  const Bytes bytes = encode_parameters(right);
  REQUIRE(decode_parameters(bytes).has_value());
  const auto refused = [](const Bytes& wrong) {
    return decode_parameters(wrong).error() == Reason::bad_parameters;
  };
  CHECK(refused({}));
  CHECK(refused(appended(bytes, Proto().number(26, 1))));
  const auto with_codec = [&](const Proto& codec) {
    return replaced(bytes, Proto().message(18, codec));
  };
  const Proto counts = Proto().number(1, 3).number(5, 9);
  CHECK_FALSE(refused(with_codec(counts)));
  CHECK(refused(with_codec(Proto(counts).number(8, 1))));
  CHECK(refused(with_codec(Proto(counts).number(6, 1))));
  CHECK(refused(with_codec(Proto(counts).number(7, 1))));
  CHECK(refused(with_codec(Proto().raw_number(1, 0).number(5, 9))));
  CHECK(refused(with_codec(Proto().number(1, 4).number(5, 9))));
  CHECK_FALSE(refused(replaced(bytes, Proto().number(8, 0xFFFFFFFF))));
  CHECK(refused(replaced(bytes, Proto().number(8, 0x100000000))));
  CHECK(refused(appended(bytes, Proto().number(8, 5))));  // once too often
  for (const std::uint32_t field : {3U, 7U, 20U, 21U, 23U}) {
    CAPTURE(field);
    CHECK_FALSE(refused(replaced(bytes, Proto().message(field, Bytes(32)))));
    CHECK(refused(replaced(bytes, Proto().message(field, Bytes(31)))));
    CHECK(refused(replaced(bytes, Proto().message(field, Bytes()))));
  }
  CHECK(refused(replaced(bytes, Proto().text(4, std::string(65, 't')))));
  CHECK(refused(replaced(bytes, Proto().text(4, "t\n"))));
  CHECK(refused(replaced(bytes, Proto().message(19, Proto().text(1, std::string(65, 'n'))))));
  CHECK(refused(replaced(bytes, Proto().message(19, Proto().bytes(2, Bytes(9, 1))))));
  Proto many;
  for (std::size_t i = 0; i < kMaxTensors - 1; ++i) many.message(19, Proto().text(1, "t"));
  CHECK_FALSE(refused(appended(bytes, many)));
  CHECK(refused(appended(bytes, many.message(19, Proto().text(1, "t")))));
}

TEST_CASE("[LIMIT-1, LIMIT-3] parameters above 64 KiB: bad_parameters") {
  RandomMessages random(63);
  RoundParameters parameters = random.parameters();
  parameters.schema.tensors = {};
  const Bytes bytes = encode_parameters(parameters);
  // One tensor with a shape of nothing again and again: only the size is wrong.
  const auto of_size = [&](std::size_t size) {
    constexpr std::size_t framing = 2 + 3;
    Proto tensor = Proto().text(1, (size - bytes.size() - framing) % 2 == 1 ? "t" : "tt");
    while (bytes.size() + framing + tensor.view().size() < size) tensor.message(2, Bytes());
    return appended(bytes, Proto().message(19, tensor));
  };
  REQUIRE(of_size(kMaxParameterBytes).size() == kMaxParameterBytes);
  CHECK(decode_parameters(of_size(kMaxParameterBytes)).has_value());
  CHECK(decode_parameters(of_size(kMaxParameterBytes + 1)).error() == Reason::bad_parameters);
}

TEST_CASE("[PARAM-1, ENC-4] an offer is signed over the bytes that travel") {
  const SigningKey aggregator = key_of(64);
  RandomMessages random(64);
  RoundParameters parameters = random.parameters();
  CHECK(sign_offer(parameters, aggregator).error() == Reason::bad_parameters);  // another's key
  parameters.aggregator_key = aggregator.verify_key();
  const Offer offer = sign_offer(parameters, aggregator).value();
  CHECK(offer.parameters == parameters);
  CHECK(offer.parameter_bytes == encode_parameters(parameters));
  CHECK(verify(aggregator.verify_key(), Encoded(Label::offer).bytes(offer.parameter_bytes),
               offer.signature)
            .has_value());
  parameters.task = std::string(65, 't');
  CHECK(sign_offer(parameters, aggregator).error() == Reason::bad_parameters);
}

TEST_CASE("[ROSTER-1, ROSTER-2] a roster file is what the authority signed") {
  const SigningKey authority = key_of(65);
  RandomMessages random(65);
  for (int round = 0; round < 20; ++round) {
    const RosterContent content = random.roster();
    const Bytes file = sign_roster(content, authority).value();
    const Roster roster = read_roster(file, authority.verify_key()).value();
    CHECK(roster.content() == content);
    const ByteView bytes = roster.bytes();
    CHECK(Bytes(bytes.begin(), bytes.end()) == encode_roster(content));
    CHECK(roster.hash() == hash_of(Encoded(Label::roster).bytes(bytes)).value());
    const UnverifiedRoster unverified = read_unverified_roster(file).value();
    CHECK(unverified.content == content);
    CHECK(unverified.signature.has_value());
    CHECK(reason_of(read_roster(file, key_of(1).verify_key()).error()) == Reason::bad_signature);
  }
}

TEST_CASE("[ROSTER-1] the bytes of a roster and of its file") {
  RandomMessages random(66);
  RosterContent content{3, {{7, "clinic", random.verify_key()}}, 1'700'000'000, "board"};
  const Proto member =
      Proto().number(1, 7).text(2, "clinic").bytes(3, content.members[0].key.view());
  const Proto roster =
      Proto().number(1, 3).message(2, member).number(3, 1'700'000'000).text(4, "board");
  CHECK(encode_roster(content) == roster.view());
  CHECK(encode_unsigned_roster(content) == Proto().message(1, roster).view());
  const SigningKey authority = key_of(66);
  const Signature signature = authority.sign(Encoded(Label::roster).bytes(roster.view())).value();
  CHECK(sign_roster(content, authority).value() ==
        Proto().message(1, roster).bytes(2, signature.view()).view());
}

TEST_CASE("an unsigned roster is a draft for the authority's tools only") {
  RandomMessages random(67);
  const SigningKey authority = key_of(67);
  RosterContent content = random.roster();
  content.members.clear();
  const Bytes draft = encode_unsigned_roster(content);
  const UnverifiedRoster read = read_unverified_roster(draft).value();
  CHECK(read.content == content);
  CHECK_FALSE(read.signature.has_value());
  CHECK(read_roster(draft, authority.verify_key()).error() == Reason::bad_signature);
  CHECK(sign_roster(content, authority).error() == Reason::bad_roster);
}

TEST_CASE("[ROSTER-3] files that are no roster: bad_roster") {
  RandomMessages random(68);
  const SigningKey authority = key_of(68);
  const Bytes roster = encode_roster(random.roster());
  const auto file_of = [&](const Bytes& bytes) {
    const Signature signature = authority.sign(Encoded(Label::roster).bytes(bytes)).value();
    return Proto().bytes(1, bytes).bytes(2, signature.view()).view();
  };
  const auto refused = [&](const Bytes& file) {
    return read_roster(file, authority.verify_key()).error() == Reason::bad_roster &&
           read_unverified_roster(file).error() == Reason::bad_roster;
  };
  REQUIRE(read_roster(file_of(roster), authority.verify_key()).has_value());
  CHECK(refused(Bytes(40, 0xFF)));
  CHECK(refused(appended(file_of(roster), Proto().number(3, 1))));
  CHECK(refused(Proto().bytes(1, roster).bytes(2, Bytes(63, 1)).view()));
  CHECK(refused(file_of(appended(roster, Proto().number(5, 1)))));
  CHECK(refused(file_of(appended(roster, Proto().message(2, Proto().number(4, 1))))));
  CHECK(refused(file_of(appended(roster, Proto().message(2, Proto().bytes(3, Bytes(31)))))));
  CHECK(refused(file_of(replaced(roster, Proto().text(4, "a\nb")))));
  const Bytes file = file_of(roster);
  for (std::size_t size = 0; size < file.size(); ++size) {
    CHECK(read_roster(ByteView(file).first(size), authority.verify_key()).has_error());
  }
}

TEST_CASE("[LIMIT-1, LIMIT-3] the largest roster passes, one member more does not: bad_roster") {
  RosterContent content{1, {}, 0, ""};
  for (std::uint32_t i = 0; i < kMaxRosterMembers; ++i) {
    std::string name = std::to_string(i);
    name.resize(kMaxMemberNameBytes, '.');
    content.members.push_back({0xFFFF0000 + i, std::move(name), {}});
  }
  CHECK(encode_roster(content).size() < kMaxRosterBytes);
  CHECK(read_unverified_roster(encode_unsigned_roster(content)).value().content == content);
  content.members.push_back({0, "one more", {}});
  CHECK(read_unverified_roster(encode_unsigned_roster(content)).error() == Reason::bad_roster);
  const Bytes too_large(kMaxRosterBytes + 1);
  CHECK(read_unverified_roster(Proto().bytes(1, too_large).view()).error() == Reason::bad_roster);
}

}  // namespace
}  // namespace blindsum
