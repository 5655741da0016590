#include "tests/sim/random.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace blindsum::sim {

// SplitMix64 spreads the seed, so that neighbouring seeds have nothing in common.
Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint32_t Random::below(std::uint32_t bound) {
  return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
}

std::uint32_t Random::between(std::uint32_t low, std::uint32_t high) {
  return low + below(high - low + 1);
}

bool Random::chance(std::uint32_t per_mille) {
  return below(1000) < per_mille;
}

std::vector<std::uint32_t> Random::sample(std::uint32_t count, std::uint32_t bound) {
  std::vector<std::uint32_t> all(bound);
  std::iota(all.begin(), all.end(), 0U);
  for (std::uint32_t i = 0; i < count; ++i) std::swap(all[i], all[i + below(bound - i)]);
  all.resize(count);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace blindsum::sim
