// ristretto255: a group of prime order l = 2^252 + 27742317777372353535851937790883648493, over
// libsodium.
//
// Three secret scalars a round, never mixed up because their types differ: the mask key s, the
// channel key c and the self mask b. A Point is canonical and not the identity, a scalar canonical
// and not zero, by construction: libsodium 1.0.18 takes the identity for a valid point and does not
// look at scalars.
#pragma once

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "crypto/result.h"
#include "crypto/secret.h"

namespace blindsum {

inline constexpr std::size_t scalar_bytes = 32;
inline constexpr std::size_t point_bytes = 32;

// [KEY-1] 32 bytes little-endian, 0 < x < l. In constant time but for the answer.
// Errors: bad_length, bad_scalar.
[[nodiscard]] Result<void> check_canonical_scalar(ByteView bytes);

// What the tags of scalars derive from: every Secret with such a tag is 0 < x < l.
struct ScalarKind {
  [[nodiscard]] static Result<void> check(ByteView bytes) { return check_canonical_scalar(bytes); }
};

template <class Tag>
concept ScalarTag = std::derived_from<Tag, ScalarKind>;

struct MaskKeyTag : ScalarKind {};
struct ChannelKeyTag : ScalarKind {};
struct SelfMaskTag : ScalarKind {};
struct ShareTag : ScalarKind {};
struct SharedPointTag {};

using MaskKey = Secret<MaskKeyTag>;          // s: pairwise masks; revealed when its owner drops
using ChannelKey = Secret<ChannelKeyTag>;    // c: seals shares; never revealed
using SelfMask = Secret<SelfMaskTag>;        // b: own mask; revealed when its owner survives
using Share = Secret<ShareTag>;              // one value f(i) of a Shamir polynomial
using SharedPoint = Secret<SharedPointTag>;  // what two keys agree on; only HKDF reads it

// [KEY-2] A public group element.
class Point {
 public:
  // Errors: bad_length, bad_point, identity_point.
  [[nodiscard]] static Result<Point> parse(ByteView bytes);

  ByteView view() const { return bytes_; }

  auto operator<=>(const Point&) const = default;

 private:
  using Encoding = std::array<std::uint8_t, point_bytes>;
  explicit Point(const Encoding& bytes) : bytes_(bytes) {}

  // x·G. Errors: identity_point if x = 0 mod l.
  [[nodiscard]] static Result<Point> base_times(ByteView scalar);

  template <ScalarTag Tag>
  friend Result<Point> public_point(const Secret<Tag>& secret);

  Encoding bytes_;
};

namespace detail {

// Writes a uniform scalar of [0, l) to `out`, which is scalar_bytes long.
[[nodiscard]] Result<void> draw_scalar(Entropy& entropy, ByteSpan out);

[[nodiscard]] Result<SharedPoint> multiply(ByteView scalar, const Point& point);

}  // namespace detail

// [KEY-4] Uniform in 1..l-1. Errors: entropy_failed; bad_scalar if chance gave a zero (it does
// not).
template <ScalarTag Tag>
[[nodiscard]] Result<Secret<Tag>> random_scalar(Entropy& entropy) {
  return Secret<Tag>::produce(Reveal::draw,
                              [&](ByteSpan out) { return detail::draw_scalar(entropy, out); });
}

// x·G: the public key of a key, the commitment to a self mask, the tag of a share. Errors: none
// that an input causes.
template <ScalarTag Tag>
[[nodiscard]] Result<Point> public_point(const Secret<Tag>& secret) {
  return Point::base_times(secret.reveal(Reveal::multiply_point));
}

// x·P: what both sides of a pair reach [MASK-3]. Errors: none that an input causes.
template <ScalarTag Tag>
[[nodiscard]] Result<SharedPoint> agree(const Secret<Tag>& secret, const Point& point) {
  return detail::multiply(secret.reveal(Reveal::multiply_point), point);
}

}  // namespace blindsum
