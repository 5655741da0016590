// Bounds of a vector and of what its schema may say [LIMIT-1, PARAM-4, CODEC-2]. Used by the codec,
// by the parser of round parameters, and by whoever sizes a buffer. protocol/round/limits.h has
// those of a cohort.
#pragma once

#include <cstddef>
#include <cstdint>

namespace blindsum {

inline constexpr std::uint32_t kMinRingBits = 2;
inline constexpr std::uint32_t kMaxRingBits = 64;

// Ring elements of one vector: 8 GiB of packed bytes at 64 bits.
inline constexpr std::uint64_t kMaxVectorLength = std::uint64_t{1} << 30;

inline constexpr std::size_t kMaxTensors = 256;
inline constexpr std::size_t kMaxTensorRank = 8;
inline constexpr std::size_t kMaxTensorNameBytes = 64;

// Up to here a double counts in ones, so that rounding an encoded value is exact.
inline constexpr std::uint64_t kMaxFixedPointBound = std::uint64_t{1} << 53;
inline constexpr std::uint64_t kMaxWeightBound = std::uint64_t{1} << 32;
// Below 2^62 two vectors always fit into the widest ring.
inline constexpr std::uint64_t kMaxIntegerBound = (std::uint64_t{1} << 62) - 1;

static_assert(kMaxVectorLength <= UINT64_MAX / kMaxRingBits, "packed sizes are computed in bits");
static_assert(kMaxWeightBound <= kMaxFixedPointBound, "a weight is a double without a loss");

}  // namespace blindsum
