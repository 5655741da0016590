#include <algorithm>
#include <numeric>

#include "crypto/shamir.h"
#include "tests/crypto/support.h"

namespace blindsum {

namespace {

// l − 5: with it as the slope a line through 5 is zero at 1.
const Bytes minus_five = hex("e8d3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

// What draws one coefficient of this value.
Bytes drawing(const Bytes& coefficient) {
  Bytes wide = coefficient;
  wide.resize(64);
  return wide;
}

Share share_of(std::uint64_t value) {
  return Share::from(scalar_bytes_of(value)).value();
}

template <ScalarTag Tag = MaskKeyTag>
Result<Secret<Tag>> combine_at(const std::vector<std::uint32_t>& points,
                               const std::vector<Share>& shares) {
  std::vector<const Share*> pointers;
  for (const Share& share : shares) pointers.push_back(&share);
  return combine<Tag>(points, pointers);
}

// Combines the shares that split() gave for these points.
Result<MaskKey> combine_some(const std::vector<Share>& all,
                             const std::vector<std::uint32_t>& points) {
  std::vector<const Share*> pointers;
  for (const std::uint32_t point : points) pointers.push_back(&all.at(point - 1));
  return combine<MaskKeyTag>(points, pointers);
}

}  // namespace

TEST_CASE("[SHAMIR-1] shares are the polynomial's values at 1, 2, …") {
  const auto secret = MaskKey::from(scalar_bytes_of(5)).value();
  Bytes script = drawing(scalar_bytes_of(3));
  put_bytes(script, drawing(scalar_bytes_of(2)));
  ScriptedEntropy entropy(script);
  const auto shares = split(secret, 3, 4, entropy).value();
  REQUIRE(shares.size() == 4);
  for (std::uint64_t x = 1; x <= 4; ++x) {
    CHECK(revealed(shares[x - 1]) == scalar_bytes_of(5 + 3 * x + 2 * x * x));
  }
}

TEST_CASE("[SHAMIR-1] a polynomial with a zero share is drawn again, whole") {
  const auto secret = MaskKey::from(scalar_bytes_of(5)).value();
  Bytes script = drawing(minus_five);
  put_bytes(script, drawing(scalar_bytes_of(3)));
  ScriptedEntropy entropy(script);
  const auto shares = split(secret, 2, 2, entropy).value();
  REQUIRE(shares.size() == 2);
  CHECK(revealed(shares[0]) == scalar_bytes_of(8));
  CHECK(revealed(shares[1]) == scalar_bytes_of(11));
}

TEST_CASE("a source that repeats itself is not asked for ever") {
  class Repeating final : public Entropy {
   public:
    Result<void> fill(ByteSpan out) override {
      std::ranges::copy(drawing(minus_five), out.begin());
      return {};
    }
  } repeating;
  const auto secret = MaskKey::from(scalar_bytes_of(5)).value();
  CHECK(split(secret, 2, 2, repeating).error() == CryptoError::entropy_failed);
}

TEST_CASE("[SHAMIR-1] every threshold-sized set of shares rebuilds the secret, none smaller does") {
  constexpr std::uint32_t count = 6;
  SeededEntropy entropy(21);
  for (std::uint32_t threshold = 1; threshold <= count; ++threshold) {
    const auto secret = random_scalar<MaskKeyTag>(entropy).value();
    const auto shares = split(secret, threshold, count, entropy).value();
    for (unsigned set = 1; set < (1U << count); ++set) {
      std::vector<std::uint32_t> points;
      for (std::uint32_t point = 1; point <= count; ++point) {
        if ((set >> (point - 1)) & 1U) points.push_back(point);
      }
      CAPTURE(threshold);
      CAPTURE(set);
      const auto rebuilt = combine_some(shares, points).value();
      CHECK((revealed(rebuilt) == revealed(secret)) == (points.size() >= threshold));
    }
  }
}

TEST_CASE(
    "[REBUILD-2] a large set, in any order, meets the public point; a false share misses it") {
  SeededEntropy entropy(22);
  const auto secret = random_scalar<MaskKeyTag>(entropy).value();
  const Point advertised = public_point(secret).value();
  constexpr std::uint32_t threshold = 67;
  constexpr std::uint32_t count = 100;
  auto shares = split(secret, threshold, count, entropy).value();
  std::vector<std::uint32_t> points(threshold);
  std::iota(points.rbegin(), points.rend(), count - threshold + 1);
  CHECK(public_point(combine_some(shares, points).value()).value() == advertised);

  shares[points[5] - 1] = random_scalar<ShareTag>(entropy).value();
  CHECK(public_point(combine_some(shares, points).value()).value() != advertised);
}

TEST_CASE("points may be any number that is not zero") {
  // The line 5 + 3x, at points whose products overflow a word many times.
  const std::vector<std::uint32_t> points = {0xffffffff, 7, 0xfffffffe, 0x80000000, 3, 0xf0000001};
  std::vector<Share> shares;
  for (const std::uint64_t point : points) shares.push_back(share_of(5 + 3 * point));
  CHECK(revealed(combine_at(points, shares).value()) == scalar_bytes_of(5));
}

TEST_CASE("[REBUILD-2] interpolations that were made together are those made alone") {
  const std::vector<std::vector<std::uint32_t>> sets = {{1, 2, 3}, {9}, {4, 2, 11, 3}, {1, 2, 3}};
  const auto together = Interpolation::at_zero(sets).value();
  REQUIRE(together.size() == sets.size());
  for (std::size_t i = 0; i < sets.size(); ++i) {
    CAPTURE(i);
    std::vector<Share> shares;
    for (const std::uint64_t point : sets[i]) shares.push_back(share_of(5 + 3 * point));
    std::vector<const Share*> pointers;
    for (const Share& share : shares) pointers.push_back(&share);
    CHECK(together[i].size() == sets[i].size());
    CHECK(revealed(combine<MaskKeyTag>(together[i], pointers).value()) ==
          revealed(combine_at(sets[i], shares).value()));
    pointers.push_back(pointers.front());
    CHECK(combine<MaskKeyTag>(together[i], pointers).error() == CryptoError::bad_share_set);
  }
  const std::vector<std::vector<std::uint32_t>> one_is_bad = {{1, 2}, {3, 3}};
  CHECK(Interpolation::at_zero(one_is_bad).error() == CryptoError::bad_share_set);
}

TEST_CASE("one share is the secret where the threshold is one") {
  std::vector<Share> shares;
  shares.push_back(share_of(9));
  CHECK(revealed(combine_at({4}, shares).value()) == scalar_bytes_of(9));
}

TEST_CASE("what is no share set is bad_share_set") {
  SeededEntropy entropy(23);
  const auto secret = MaskKey::from(scalar_bytes_of(5)).value();
  CHECK(split(secret, 0, 3, entropy).error() == CryptoError::bad_share_set);
  CHECK(split(secret, 4, 3, entropy).error() == CryptoError::bad_share_set);
  CHECK(split(secret, 0, 0, entropy).error() == CryptoError::bad_share_set);

  std::vector<Share> shares;
  shares.push_back(share_of(8));
  shares.push_back(share_of(11));
  CHECK(combine_at({}, {}).error() == CryptoError::bad_share_set);
  CHECK(combine_at({1}, shares).error() == CryptoError::bad_share_set);
  CHECK(combine_at({1, 2, 3}, shares).error() == CryptoError::bad_share_set);
  CHECK(combine_at({1, 1}, shares).error() == CryptoError::bad_share_set);
  CHECK(combine_at({0, 1}, shares).error() == CryptoError::bad_share_set);
  CHECK(combine_at({1, 0}, shares).error() == CryptoError::bad_share_set);
  CHECK(combine_at({1, 2}, shares).has_value());
}

TEST_CASE("shares of zero rebuild nothing") {
  std::vector<Share> shares;
  shares.push_back(share_of(1));
  shares.push_back(share_of(2));
  CHECK(combine_at({1, 2}, shares).error() == CryptoError::bad_scalar);
}

TEST_CASE("splitting passes on what the entropy does") {
  const auto secret = MaskKey::from(scalar_bytes_of(5)).value();
  ScriptedEntropy broken;
  CHECK(split(secret, 2, 3, broken).error() == CryptoError::entropy_failed);
}

TEST_CASE("tags are linear in the shares, so that they can be checked") {
  SeededEntropy entropy(24);
  const auto secret = random_scalar<SelfMaskTag>(entropy).value();
  const auto shares = split(secret, 2, 3, entropy).value();
  for (const Share& share : shares) {
    const auto same = SelfMask::from(revealed(share)).value();
    CHECK(share_tag(share).value() == public_point(same).value());
  }
  CHECK(share_tag(shares[0]).value() != share_tag(shares[1]).value());
}

TEST_CASE("[KEY-1] a share that a peer sends is a scalar") {
  CHECK(revealed(parse_share(scalar_bytes_of(8)).value()) == scalar_bytes_of(8));
  CHECK(parse_share(Bytes(32)).error() == CryptoError::bad_scalar);
  CHECK(parse_share(Bytes(32, 0xff)).error() == CryptoError::bad_scalar);
  CHECK(parse_share(Bytes(31, 1)).error() == CryptoError::bad_length);
}

}  // namespace blindsum
