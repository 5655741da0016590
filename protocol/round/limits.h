// Bounds of a round: every number that an offer, a roster or an operator may choose is held against
// one of these before it decides a size, a loop or an allocation. Used by the parameter finder, the
// policy, the roster and the codec. Widening one changes what a peer can make us do: the
// static_asserts say how they hang together. Those of a vector are included with them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "protocol/vector/vector_limits.h"

namespace blindsum {

// A secret needs two other holders (t >= 2), so two members can never run a round.
inline constexpr std::uint32_t kMinCohort = 3;
// Every participant verifies every advert: at 4096 that is about 0.2 s. More people, more cohorts.
inline constexpr std::uint32_t kMaxCohort = 4096;
// Up to here everybody is everybody's neighbour, and no probability is left in the argument.
inline constexpr std::uint32_t kCompleteGraphUpTo = 100;

// Least threshold: t = 1 would hand the secret itself to every holder.
inline constexpr std::uint32_t kMinThreshold = 2;

// Bits of secrecy (sigma) and of liveness (eta) that may be asked for [PARAM-4]. ristretto255 gives
// about 126 bits, so that more would be a promise that nothing keeps.
inline constexpr std::uint32_t kMaxSigma = 128;
inline constexpr std::uint32_t kMaxEta = 64;

// Fractions (gamma, delta) are whole millionths.
inline constexpr std::uint32_t kMillion = 1'000'000;

// A pick's in-degree cap is min(n - 1, kInDegreePerPick * k + kInDegreeSpare + c).
inline constexpr std::uint32_t kInDegreePerPick = 3;
inline constexpr std::uint32_t kInDegreeSpare = 32;

// A round's parameters (SPEC.md, PARAM-4, LIMIT-1).
inline constexpr std::size_t kMaxTaskBytes = 64;
inline constexpr std::uint32_t kMaxPhaseMs = 86'400'000;  // a day
inline constexpr std::uint64_t kMaxPayloadBytes = std::uint64_t{1} << 33;

// A roster: the pool that cohorts are drawn from [LIMIT-1]. At 70 bytes a member about 4.5 MB.
inline constexpr std::uint32_t kMaxRosterMembers = 65'536;
inline constexpr std::size_t kMaxMemberNameBytes = 64;

// A record, so that it fits an envelope with its proof [LIMIT-1].
inline constexpr std::size_t kMaxRecordBytes = std::size_t{3} << 20;

// From an item to the root of its dealer's tree: k is at most n - 1 [TREE-2].
inline constexpr std::uint32_t kMaxPathHashes = std::bit_width(kMaxCohort - 2);

static_assert(kMaxPathHashes == 12, "it travels as one byte");
static_assert(kMinThreshold + 1 == kMinCohort, "t holders other than the dealer must exist");
static_assert(kMinCohort <= kCompleteGraphUpTo && kCompleteGraphUpTo < kMaxCohort);
static_assert(kMaxCohort <= kMaxRosterMembers, "a cohort is drawn from one roster");
// The in-degree cap and n * ppm must not overflow before they are cut to n - 1.
static_assert(std::uint64_t{kInDegreePerPick} * kMaxCohort + kInDegreeSpare + kMaxCohort <=
              std::numeric_limits<std::uint32_t>::max());
static_assert(std::uint64_t{kMaxCohort} * kMillion + kMillion <=
              std::numeric_limits<std::uint64_t>::max());

}  // namespace blindsum
