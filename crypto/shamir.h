// Shamir's secret sharing over Z_l: the secret is a ristretto255 scalar and is f(0) of a polynomial
// of degree threshold-1; share i is f(i), i = 1..count. Any `threshold` shares rebuild the secret,
// fewer say nothing about it. Every share has a public tag f(i)·G, by which the holder checks it
// and a liar is named.
//
// A participant splits s and b in phase 2; the aggregator combines in phase 5 and checks what comes
// out against the advertised point: combine() cannot know that a share is false, or that there are
// too few.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "crypto/group.h"
#include "crypto/result.h"

namespace blindsum {

namespace detail {

[[nodiscard]] Result<std::vector<Share>> split(ByteView secret, std::uint32_t threshold,
                                               std::uint32_t count, Entropy& entropy);

[[nodiscard]] Result<void> combine(std::span<const std::uint32_t> points,
                                   std::span<const Share* const> shares, ByteSpan out);

}  // namespace detail

// [SHAMIR-1] Element i of the answer is the share at point i + 1. 1 <= threshold <= count.
// Errors: bad_share_set, entropy_failed.
template <ScalarTag Tag>
[[nodiscard]] Result<std::vector<Share>> split(const Secret<Tag>& secret, std::uint32_t threshold,
                                               std::uint32_t count, Entropy& entropy) {
  return detail::split(secret.reveal(Reveal::split), threshold, count, entropy);
}

// [REBUILD-2] shares[i] is the share at points[i], in any order; exactly as many as the threshold
// are wanted (more do no harm and cost time). Time grows with the square of their number. Errors:
// bad_share_set if there are none, the lengths differ, or a point is zero or comes twice;
// bad_scalar if the shares are those of zero.
template <ScalarTag Tag>
[[nodiscard]] Result<Secret<Tag>> combine(std::span<const std::uint32_t> points,
                                          std::span<const Share* const> shares) {
  return Secret<Tag>::produce(Reveal::combine,
                              [&](ByteSpan out) { return detail::combine(points, shares, out); });
}

// f(i)·G.
[[nodiscard]] Result<Point> share_tag(const Share& share);

// A share that a peer revealed. Errors: bad_length, bad_scalar.
[[nodiscard]] Result<Share> parse_share(ByteView bytes);

}  // namespace blindsum
