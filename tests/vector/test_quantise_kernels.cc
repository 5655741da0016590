// Every kernel against the sentence of the spec, in doubles, one value at a time.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "protocol/vector/kernels/quantise_kernel.h"
#include "tests/vector/support.h"

namespace blindsum {
namespace {

using detail::FixedPoint;
using detail::QuantiseKernel;

// "z = (clamp(x, −clip, clip)·scale)·weight; q = ⌊z⌋ + [U < z − ⌊z⌋], U = 53 bits / 2^53"
std::int64_t quantised(const FixedPoint& terms, double x, std::uint64_t random) {
  const double scaled = std::clamp(x, -terms.clip, terms.clip) * terms.scale;
  const double z = scaled * terms.weight;
  const double u = static_cast<double>(random >> 11) / 9007199254740992.0;
  return static_cast<std::int64_t>(std::floor(z)) + (u < z - std::floor(z) ? 1 : 0);
}

// Into a vector that is longer by a step, whose end must stay as it is.
RingVector run(const QuantiseKernel& kernel, const FixedPoint& terms, Ring ring,
               const std::vector<double>& values, const std::vector<std::uint64_t>& random) {
  RingVector out(ring, values.size() + 8);
  for (std::uint64_t i = 0; i < out.size(); ++i) out.set(i, 1);
  if (!values.empty()) kernel.quantise(terms, ring, values, random, out.words(0, values.size()));
  return out;
}

void check(const QuantiseKernel& kernel, const FixedPoint& terms, Ring ring,
           const std::vector<double>& values, const std::vector<std::uint64_t>& random) {
  const RingVector out = run(kernel, terms, ring, values, random);
  for (std::size_t i = 0; i < values.size(); ++i) {
    CAPTURE(values[i]);
    CAPTURE(random[i]);
    REQUIRE(ring.centred(out.get(i)) == quantised(terms, values[i], random[i]));
  }
  for (std::uint64_t i = values.size(); i < out.size(); ++i) REQUIRE(out.get(i) == 1);
}

// Uniform, near the borders of the clip, near integers, tiny, huge, zeros of both signs.
double any_double(Entropy& entropy, const FixedPoint& terms) {
  const std::uint64_t drawn = random_u64(entropy);
  const double unit = static_cast<double>(drawn >> 11) * 0x1p-52 - 1;
  switch (drawn % 8) {
    case 0:
      return std::nextafter(drawn % 16 < 8 ? terms.clip : -terms.clip, unit);
    case 1:
      return std::nextafter(std::floor(unit * 1000) / (terms.scale * terms.weight), unit);
    case 2:
      return unit * 1e-300;
    case 3:
      return unit * 1e300;
    case 4:
      return drawn % 16 < 8 ? 0.0 : -0.0;
    default:
      return unit * terms.clip * 1.1;
  }
}

std::vector<QuantiseKernel> supported_kernels() {
  std::vector<QuantiseKernel> kernels;
  for (const QuantiseKernel& kernel : detail::quantise_kernels()) {
    if (kernel.supported) kernels.push_back(kernel);
  }
  return kernels;
}

TEST_CASE("[CODEC-3] every kernel rounds as the spec says, in every ring") {
  SeededEntropy entropy(31);
  for (const QuantiseKernel& kernel : supported_kernels()) {
    for (std::uint32_t bits = kMinRingBits; bits <= kMaxRingBits; ++bits) {
      CAPTURE(kernel.name);
      CAPTURE(bits);
      // As near to the ring's limit, and to that of doubles, as check_ring() lets a codec come.
      const double most = std::ldexp(1.0, static_cast<int>(std::min(bits - 1, 53U))) - 1;
      const FixedPoint terms{.clip = 1.25, .scale = most / 4, .weight = 3};
      for (std::size_t length = 0; length <= 40; ++length) {
        std::vector<double> values(length);
        std::vector<std::uint64_t> random(length);
        for (double& value : values) value = any_double(entropy, terms);
        for (std::uint64_t& word : random) word = random_u64(entropy);
        check(kernel, terms, ring_of(bits), values, random);
      }
    }
  }
}

TEST_CASE("[CODEC-3] between two integers the upper one comes out iff U is below the fraction") {
  constexpr FixedPoint terms{.clip = 2.0, .scale = 1024.0, .weight = 1};
  constexpr std::uint64_t quarter = std::uint64_t{1} << 62;  // and one step below it
  const std::vector<std::uint64_t> random{0, quarter - 2048, quarter, ~std::uint64_t{0},
                                          0, quarter - 2048, quarter, ~std::uint64_t{0}};
  for (const QuantiseKernel& kernel : supported_kernels()) {
    for (const std::uint32_t bits : {16U, 32U, 40U}) {
      for (const std::int64_t whole : {0, 5, -5}) {
        CAPTURE(kernel.name);
        CAPTURE(bits);
        const double value = (static_cast<double>(whole) + 0.25) / terms.scale;
        const Ring ring = ring_of(bits);
        const RingVector out = run(kernel, terms, ring, std::vector<double>(8, value), random);
        for (std::uint64_t i = 0; i < 8; ++i) {
          CHECK(ring.centred(out.get(i)) == whole + (i % 4 < 2 ? 1 : 0));
        }
      }
    }
  }
}

TEST_CASE("[CODEC-2, CODEC-3] no value is ever encoded above the bound") {
  SeededEntropy entropy(12);
  const auto between = [&](double least, double most) {
    return least + (most - least) * static_cast<double>(random_u64(entropy) >> 11) * 0x1p-53;
  };
  for (int round = 0; round < 2000; ++round) {
    const CodecParameters codec{.kind = CodecKind::fixed_point,
                                .clip = between(0.001, 10),
                                .scale = between(0.001, 1000),
                                .weight_bound = 1 + random_u64(entropy) % 1000};
    const auto bound = static_cast<std::int64_t>(value_bound(codec).value());
    const Ring ring = least_ring(codec, 1).value();
    const FixedPoint terms{.clip = codec.clip,
                           .scale = codec.scale,
                           .weight = static_cast<double>(codec.weight_bound)};
    std::vector<double> values;
    for (int i = 0; i < 3; ++i) {
      values.insert(values.end(), {codec.clip, -codec.clip, 1e9, -1e9});
    }
    // U = 0: rounds up whatever is above an integer.
    const std::vector<std::uint64_t> lowest(values.size());
    for (const QuantiseKernel& kernel : supported_kernels()) {
      const RingVector out = run(kernel, terms, ring, values, lowest);
      for (std::uint64_t i = 0; i < values.size(); ++i) {
        REQUIRE(std::abs(ring.centred(out.get(i))) <= bound);
      }
      REQUIRE(ring.centred(out.get(0)) == bound);
    }
  }
}

TEST_CASE("the portable way to quantise is everywhere, and the one that is taken is supported") {
  CHECK(detail::quantise_kernels().back().supported);
  CHECK(detail::quantise_kernel().supported);
}

}  // namespace
}  // namespace blindsum
