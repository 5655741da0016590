// Shamir's secret sharing over Z_l: the secret is a ristretto255 scalar and is f(0) of a polynomial
// of degree threshold-1; share i is f(i), i = 1..count. Any `threshold` shares rebuild the secret,
// fewer say nothing about it. Every share has a public tag f(i)·G, by which the holder checks it
// and a liar is named.
//
// A participant splits s and b in phase 2; the aggregator combines in phase 5 and checks what comes
// out against the advertised point: combine() cannot know that a share is false, or that there are
// too few.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "crypto/group.h"
#include "crypto/result.h"

namespace blindsum {

namespace detail {

[[nodiscard]] Result<std::vector<Share>> split(ByteView secret, std::uint32_t threshold,
                                               std::uint32_t count, Entropy& entropy);

}  // namespace detail

// [SHAMIR-1] Element i of the answer is the share at point i + 1. 1 <= threshold <= count.
// Errors: bad_share_set, entropy_failed.
template <ScalarTag Tag>
[[nodiscard]] Result<std::vector<Share>> split(const Secret<Tag>& secret, std::uint32_t threshold,
                                               std::uint32_t count, Entropy& entropy) {
  return detail::split(secret.reveal(Reveal::split), threshold, count, entropy);
}

// The Lagrange coefficients at 0 of a set of points: what the shares at these points are to be
// multiplied with. Public; nothing of it depends on a secret, so all secrets whose shares come from
// the same points use the same one.
class Interpolation {
 public:
  // One for each set. All together cost one inversion, so who needs several asks for them at once.
  // Time grows with the square of a set's size. Errors: bad_share_set if a set is empty, or one of
  // its points is zero or comes twice.
  [[nodiscard]] static Result<std::vector<Interpolation>> at_zero(
      std::span<const std::vector<std::uint32_t>> point_sets);

  std::size_t size() const { return inverses_.size(); }

  // f(0) of shares[i] = f(x_i). Errors: bad_share_set unless there are size() shares.
  [[nodiscard]] Result<void> apply(std::span<const Share* const> shares, ByteSpan out) const;

 private:
  using Scalar = std::array<std::uint8_t, scalar_bytes>;
  Interpolation(std::vector<Scalar> inverses, const Scalar& numerator)
      : inverses_(std::move(inverses)), numerator_(numerator) {}

  std::vector<Scalar> inverses_;  // of the coefficients' denominators
  Scalar numerator_;              // x_1 · … · x_t, which all coefficients share
};

// [REBUILD-2] shares[i] is the share at the i-th point of the interpolation; it has exactly as many
// as the threshold (more do no harm and cost time). Errors: bad_share_set if the numbers differ;
// bad_scalar if the shares are those of zero.
template <ScalarTag Tag>
[[nodiscard]] Result<Secret<Tag>> combine(const Interpolation& interpolation,
                                          std::span<const Share* const> shares) {
  return Secret<Tag>::produce(Reveal::combine,
                              [&](ByteSpan out) { return interpolation.apply(shares, out); });
}

// The same for a single set of points, in any order. Errors: those of Interpolation::at_zero(),
// too.
template <ScalarTag Tag>
[[nodiscard]] Result<Secret<Tag>> combine(const std::vector<std::uint32_t>& points,
                                          std::span<const Share* const> shares) {
  BLINDSUM_TRY(interpolations, Interpolation::at_zero({&points, 1}));
  return combine<Tag>(interpolations.front(), shares);
}

// f(i)·G.
[[nodiscard]] Result<Point> share_tag(const Share& share);

// A share that a peer revealed. Errors: bad_length, bad_scalar.
[[nodiscard]] Result<Share> parse_share(ByteView bytes);

}  // namespace blindsum
