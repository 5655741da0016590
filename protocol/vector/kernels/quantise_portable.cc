#include "protocol/vector/kernels/quantise_kernel.h"

namespace blindsum::detail {
namespace {

// Uniform in [0, 1), of 53 bits.
double uniform(std::uint64_t random) {
  return static_cast<double>(static_cast<std::int64_t>(random >> 11)) * 0x1p-53;
}

// By value: std::clamp() chooses between references, so that the address that is read, or a branch,
// would tell which values were clipped.
double clamp(double value, double least, double most) {
  const double raised = value < least ? least : value;
  return most < raised ? most : raised;
}

template <class Word>
void quantise_words(const FixedPoint& terms, Ring ring, std::span<const double> values,
                    std::span<const std::uint64_t> random, std::span<Word> words) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double clamped = clamp(values[i], -terms.clip, terms.clip);
    const double z = (clamped * terms.scale) * terms.weight;
    // ⌊z⌋ without a call: |z| ≤ 2^53, so that integers and doubles turn into each other exactly.
    auto below = static_cast<std::int64_t>(z);
    below -= static_cast<double>(below) > z ? 1 : 0;
    const bool up = uniform(random[i]) < z - static_cast<double>(below);
    const std::int64_t q = below + (up ? 1 : 0);
    words[i] = static_cast<Word>(static_cast<std::uint64_t>(q) & ring.mask());
  }
}

}  // namespace

void quantise_portable(const FixedPoint& terms, Ring ring, std::span<const double> values,
                       std::span<const std::uint64_t> random, const WordSpan& words) {
  std::visit([&](auto span) { quantise_words(terms, ring, values, random, span); }, words);
}

}  // namespace blindsum::detail
