// All chance of the simulator: the same seed gives the same numbers on every machine (xoshiro256**,
// Blackman and Vigna; not for anything secret, which takes tests/support/seeded_entropy.h).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace blindsum::sim {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  // In [0, bound), bound > 0; the bias of 2^-32 does not matter here.
  std::uint32_t below(std::uint32_t bound);
  // In [low, high].
  std::uint32_t between(std::uint32_t low, std::uint32_t high);
  bool chance(std::uint32_t per_mille);
  template <class T>
  const T& one_of(const std::vector<T>& values) {
    return values[below(static_cast<std::uint32_t>(values.size()))];
  }
  // `count` different numbers below `bound`, ascending; count <= bound.
  std::vector<std::uint32_t> sample(std::uint32_t count, std::uint32_t bound);
  // A stream of its own: what one part draws does not shift what another does.
  Random fork() { return Random(next()); }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace blindsum::sim
