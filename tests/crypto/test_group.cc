#include <algorithm>
#include <string>

#include "crypto/group.h"
#include "tests/crypto/support.h"

namespace blindsum {

namespace {

const Bytes group_order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

// a + b as 256-bit little-endian numbers.
Bytes sum_of(const Bytes& a, const Bytes& b) {
  Bytes sum(a.size());
  unsigned carry = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    carry += unsigned{a[i]} + unsigned{b[i]};
    sum[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  REQUIRE(carry == 0);
  return sum;
}

Bytes interop_scalar() {
  Bytes scalar = counting(0x01, 32);
  scalar[31] = 0x0e;
  return scalar;
}

Error refusal_of(const Bytes& scalar) {
  const auto checked = check_canonical_scalar(scalar);
  return checked.has_error() ? checked.error() : Error();
}

}  // namespace

TEST_CASE("[KEY-6] the interop vector") {
  const auto secret = MaskKey::from(interop_scalar()).value();
  const Point point = public_point(secret).value();
  CHECK(to_hex(point.view()) == "e8835e752e8aec919de2d5f0e1d9bf5b9021bafa0758b7ddd47033c08fe9e008");
}

TEST_CASE("small multiples of the base point are those of RFC 9496") {
  const std::pair<std::uint64_t, const char*> multiples[] = {
      {1, "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"},
      {2, "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919"},
      {15, "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e"},
  };
  for (const auto& [factor, encoding] : multiples) {
    const auto secret = SelfMask::from(scalar_bytes_of(factor)).value();
    CHECK(to_hex(public_point(secret).value().view()) == encoding);
  }
}

TEST_CASE("[KEY-1] scalars below l and not zero are accepted") {
  Bytes highest = group_order;
  highest[0] -= 1;
  CHECK(check_canonical_scalar(highest).has_value());
  CHECK(check_canonical_scalar(scalar_bytes_of(1)).has_value());
  CHECK(check_canonical_scalar(scalar_bytes_of(0x100)).has_value());
  CHECK(check_canonical_scalar(interop_scalar()).has_value());
  for (std::size_t i = 0; i < scalar_bytes; ++i) {
    CAPTURE(i);
    Bytes one_byte(scalar_bytes);
    one_byte[i] = i == 31 ? 0x0f : 0xff;
    CHECK(check_canonical_scalar(one_byte).has_value());
  }
}

TEST_CASE("[KEY-1] zero, l and what only acts like a scalar are bad_scalar") {
  const Bytes scalar = interop_scalar();
  Bytes high_bit = scalar;
  high_bit[31] |= 0x80;
  for (const Bytes& bad : {Bytes(32), group_order, sum_of(group_order, scalar_bytes_of(1)),
                           sum_of(scalar, group_order), high_bit, Bytes(32, 0xff)}) {
    CAPTURE(to_hex(bad));
    CHECK(refusal_of(bad) == CryptoError::bad_scalar);
    CHECK(MaskKey::from(bad).error() == CryptoError::bad_scalar);
  }
}

TEST_CASE("[KEY-1] the comparison with l looks at every byte") {
  // l with one byte one higher is above it, with one byte one lower below it, whichever byte it is.
  for (std::size_t i = 0; i < scalar_bytes; ++i) {
    CAPTURE(i);
    Bytes above = group_order;
    if (above[i] != 0xff) {
      above[i] += 1;
      CHECK(refusal_of(above) == CryptoError::bad_scalar);
    }
    Bytes below = group_order;
    if (below[i] != 0) {
      below[i] -= 1;
      CHECK(check_canonical_scalar(below).has_value());
    }
  }
}

TEST_CASE("[KEY-1] scalars have 32 bytes") {
  for (const std::size_t size : {0U, 31U, 33U, 64U}) {
    CHECK(refusal_of(Bytes(size, 1)) == CryptoError::bad_length);
    CHECK(MaskKey::from(Bytes(size, 1)).error() == CryptoError::bad_length);
  }
}

TEST_CASE("[KEY-2] the identity is no point") {
  CHECK(Point::parse(Bytes(32)).error() == CryptoError::identity_point);
}

TEST_CASE("[KEY-2] what is not a canonical encoding is bad_point") {
  // From RFC 9496, A.3: non-canonical field element, negative field element, non-square x²,
  // negative x·y, s = −1.
  for (const char* text : {
           "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
           "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
           "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
           "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
       }) {
    CAPTURE(text);
    CHECK(Point::parse(hex(text)).error() == CryptoError::bad_point);
  }
}

TEST_CASE("[KEY-2] the highest bit is not ignored") {
  // libsodium takes these for the base point and for the identity.
  Bytes base = hex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76");
  REQUIRE(Point::parse(base).has_value());
  base[31] |= 0x80;
  CHECK(Point::parse(base).error() == CryptoError::bad_point);
  Bytes identity(32);
  identity[31] = 0x80;
  CHECK(Point::parse(identity).error() == CryptoError::bad_point);
}

TEST_CASE("[KEY-2] points have 32 bytes") {
  for (const std::size_t size : {0U, 31U, 33U}) {
    CHECK(Point::parse(Bytes(size)).error() == CryptoError::bad_length);
  }
}

TEST_CASE("[KEY-4] random scalars are canonical, and those of the entropy") {
  SeededEntropy entropy(11);
  const auto first = random_scalar<MaskKeyTag>(entropy).value();
  const auto second = random_scalar<MaskKeyTag>(entropy).value();
  CHECK(revealed(first) != revealed(second));
  SeededEntropy again(11);
  CHECK(revealed(random_scalar<MaskKeyTag>(again).value()) == revealed(first));

  // The highest draws reach the highest scalars: the top nibble below 2^252 is taken in all its
  // values.
  std::array<int, 16> top{};
  for (int i = 0; i < 1000; ++i) {
    ++top.at(revealed(random_scalar<SelfMaskTag>(entropy).value())[31]);
  }
  CHECK(std::ranges::all_of(top, [](int count) { return count > 25; }));  // expected 62.5
}

TEST_CASE("a scalar is 512 bits of entropy, reduced mod l") {
  // l + 5 in 64 bytes is 5.
  Bytes wide = sum_of(group_order, scalar_bytes_of(5));
  wide.resize(64);
  ScriptedEntropy entropy(wide);
  CHECK(revealed(random_scalar<MaskKeyTag>(entropy).value()) == scalar_bytes_of(5));
}

TEST_CASE("random scalars pass on what the entropy does") {
  ScriptedEntropy broken;
  CHECK(random_scalar<MaskKeyTag>(broken).error() == CryptoError::entropy_failed);
  ScriptedEntropy zeros(Bytes(64));
  CHECK(random_scalar<MaskKeyTag>(zeros).error() == CryptoError::bad_scalar);
}

TEST_CASE("[KEY-5] both sides of a pair agree, others do not") {
  SeededEntropy entropy(12);
  const auto a = random_scalar<ChannelKeyTag>(entropy).value();
  const auto b = random_scalar<ChannelKeyTag>(entropy).value();
  const auto other = random_scalar<ChannelKeyTag>(entropy).value();
  const Point point_a = public_point(a).value();
  const Point point_b = public_point(b).value();
  CHECK(point_a != point_b);
  CHECK(Point::parse(point_a.view()).value() == point_a);
  const Bytes agreed = revealed(agree(a, point_b).value());
  CHECK(agreed == revealed(agree(b, point_a).value()));
  CHECK(agreed != revealed(agree(other, point_a).value()));
  CHECK(Point::parse(agreed).has_value());
}

TEST_CASE("agreement with the base point is the public point") {
  const auto one = MaskKey::from(scalar_bytes_of(1)).value();
  const auto secret = MaskKey::from(interop_scalar()).value();
  const Point base = public_point(one).value();
  CHECK(to_hex(revealed(agree(secret, base).value())) ==
        to_hex(public_point(secret).value().view()));
}

}  // namespace blindsum
