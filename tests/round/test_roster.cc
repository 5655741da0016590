#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "crypto/sign.h"
#include "protocol/round/limits.h"
#include "protocol/round/reason.h"
#include "protocol/round/roster.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {
namespace {

RosterContent content_of(std::initializer_list<std::uint32_t> indices) {
  RosterContent content{.epoch = 7, .members = {}, .not_after = 0, .authority = "Consortium"};
  for (const std::uint32_t index : indices) {
    content.members.push_back(
        {index, "member " + std::to_string(index), seeded_key(index).verify_key()});
  }
  return content;
}

// The bytes stand for what wire/ would make of the content: here, any bytes do.
const Bytes kBytes{1, 2, 3};

Result<Roster> verified(RosterContent content) {
  const SigningKey authority = seeded_key(1000);
  const Signature signature = authority.sign(roster_statement(kBytes)).value();
  return Roster::verify(kBytes, std::move(content), signature, authority.verify_key());
}

Error error_of(RosterContent content) {
  const auto error = check_roster(content).error();
  // What the authority's tools refuse to sign, nobody takes.
  CHECK(verified(std::move(content)).error() == error);
  return error;
}

RosterContent with_name(const std::string& name) {
  RosterContent content = content_of({1, 2});
  content.members[0].name = name;
  return content;
}

TEST_CASE("[ROSTER-1] a roster shows what was verified") {
  const RosterContent content = content_of({0, 3, 4, 4'000'000'000});
  const auto roster = verified(content);
  REQUIRE(roster.has_value());
  CHECK(roster->epoch() == 7);
  CHECK(roster->members() == content.members);
  CHECK(roster->content() == content);
  CHECK(Bytes(roster->bytes().begin(), roster->bytes().end()) == kBytes);
  CHECK(roster->authority_key() == seeded_key(1000).verify_key());
  CHECK(roster->hash() == hash_of(Encoded(Label::roster).bytes(kBytes)).value());
}

TEST_CASE("members are found by their index, and nobody else is") {
  const auto roster = verified(content_of({0, 3, 4, 4'000'000'000})).value();
  for (const std::uint32_t index : {0U, 3U, 4U, 4'000'000'000U}) {
    const RosterMember* member = roster.find(index);
    REQUIRE(member != nullptr);
    CHECK(member->index == index);
    CHECK(member->key == seeded_key(index).verify_key());
  }
  for (const std::uint32_t index : {1U, 2U, 5U, 4'294'967'295U}) CHECK(!roster.find(index));
}

TEST_CASE("[ROSTER-2] only the authority's signature over these bytes will do") {
  const SigningKey authority = seeded_key(1000);
  const Signature good = authority.sign(roster_statement(kBytes)).value();
  const auto error = [&](const Bytes& bytes, const Signature& signature, const VerifyKey& key) {
    return Roster::verify(bytes, content_of({1, 2}), signature, key).error();
  };
  CHECK(error({1, 2, 4}, good, authority.verify_key()) == CryptoError::bad_signature);
  CHECK(error(kBytes, good, seeded_key(1001).verify_key()) == CryptoError::bad_signature);
  // Signed for another use.
  const Signature other = authority.sign(Encoded(Label::offer).bytes(kBytes)).value();
  CHECK(error(kBytes, other, authority.verify_key()) == CryptoError::bad_signature);
  Signature flipped = good;
  flipped.bytes[5] ^= 1;
  CHECK(error(kBytes, flipped, authority.verify_key()) == CryptoError::bad_signature);
}

TEST_CASE("[ROSTER-2] the signature is looked at before the content") {
  const auto roster =
      Roster::verify(kBytes, RosterContent{}, Signature{}, seeded_key(1000).verify_key());
  CHECK(roster.error() == CryptoError::bad_signature);
}

TEST_CASE("[ROSTER-3] members are strictly ascending") {
  CHECK(error_of(content_of({2, 1})) == Reason::bad_roster);
  RosterContent same = content_of({1, 2});
  same.members[1].index = 1;
  CHECK(error_of(std::move(same)) == Reason::bad_roster);
}

TEST_CASE("[ROSTER-3] names and keys are unique") {
  RosterContent name = content_of({1, 2, 3});
  name.members[2].name = name.members[0].name;
  CHECK(error_of(std::move(name)) == Reason::bad_roster);
  RosterContent key = content_of({1, 2, 3});
  key.members[2].key = key.members[0].key;
  CHECK(error_of(std::move(key)) == Reason::bad_roster);
}

TEST_CASE("[ROSTER-3] an epoch, and between one and 65,536 members") {
  CHECK(error_of(content_of({})) == Reason::bad_roster);
  RosterContent unnumbered = content_of({1});
  unnumbered.epoch = 0;
  CHECK(error_of(std::move(unnumbered)) == Reason::bad_roster);
  RosterContent crowd = content_of({0});
  crowd.members.resize(kMaxRosterMembers + 1, crowd.members[0]);
  CHECK(error_of(std::move(crowd)) == Reason::bad_roster);
  CHECK(check_roster(content_of({0})).has_value());
}

TEST_CASE("[ROSTER-3] names are 1 to 64 bytes of printable UTF-8") {
  for (const std::string& good :
       {std::string("a"), std::string(64, 'x'), std::string("Universitätsklinikum Köln"),
        std::string("病院 3"), std::string("\xF0\x9F\x8F\xA5"), std::string("\xC2\xA0")}) {
    CAPTURE(good);
    CHECK(verified(with_name(good)).has_value());
  }
  for (const std::string& bad :
       {std::string(), std::string(65, 'x'), std::string("two\nlines"), std::string("a\0b", 3),
        std::string("\x1B[2J"), std::string("\x7F"), std::string("\xC2\x85"),  // C1 control
        std::string("\x80"), std::string("\xC3"), std::string("\xC3("), std::string("\xE2\x82"),
        std::string("\xC0\xAF"), std::string("\xE0\x80\xAF"), std::string("\xF0\x80\x80\xAF"),
        std::string("\xED\xA0\x80"), std::string("\xF4\x90\x80\x80"), std::string("\xF8\x88"),
        std::string("\xFF")}) {
    CAPTURE(bad);
    CHECK(error_of(with_name(bad)) == Reason::bad_roster);
  }
}

TEST_CASE("[ROSTER-3] the authority's name may be missing, but not unprintable") {
  RosterContent content = content_of({1});
  content.authority.clear();
  CHECK(verified(content).has_value());
  content.authority = "line\r";
  CHECK(error_of(content) == Reason::bad_roster);
  content.authority = std::string(65, 'x');
  CHECK(error_of(content) == Reason::bad_roster);
}

TEST_CASE("[ROSTER-3] every key is a point of the prime-order subgroup") {
  RosterContent content = content_of({1, 2});
  content.members[1].key = VerifyKey{};  // of order 4
  CHECK(error_of(content) == CryptoError::bad_point);
  content.members[1].key.bytes[0] = 1;  // the identity
  CHECK(error_of(content) == CryptoError::bad_point);
  content.members[1].key.bytes.fill(0xFF);  // not canonical
  CHECK(error_of(content) == CryptoError::bad_point);
}

TEST_CASE("[ROSTER-4] a roster ends with its last second, or never") {
  RosterContent content = content_of({1});
  CHECK_FALSE(roster_expired(verified(content).value(), ~UnixSeconds{0}));
  content.not_after = 1'800'000'000;
  const auto roster = verified(content).value();
  CHECK(roster.not_after() == 1'800'000'000);
  CHECK_FALSE(roster_expired(roster, 0));
  CHECK_FALSE(roster_expired(roster, 1'800'000'000));
  CHECK(roster_expired(roster, 1'800'000'001));
}

}  // namespace
}  // namespace blindsum
