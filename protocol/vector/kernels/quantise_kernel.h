// [CODEC-3] The inner loop of encoding, one implementation per instruction set, chosen once by what
// the CPU has. All of them give the same bits: the operations are the rule's, in its order, each
// rounded on its own. They check nothing; values are finite, and |q| < 2^(b−1).
#pragma once

#include <cstdint>
#include <span>

#include "protocol/vector/ring.h"

namespace blindsum::detail {

struct FixedPoint {
  double clip = 0;
  double scale = 0;
  double weight = 0;
};

struct QuantiseKernel {
  const char* name;
  bool supported;  // by this CPU; else it must not be called
  // words[i] = values[i], rounded up iff the top 53 bits of random[i] say so. All three have the
  // same length, words the ring's width.
  void (*quantise)(const FixedPoint& terms, Ring ring, std::span<const double> values,
                   std::span<const std::uint64_t> random, const WordSpan& words);
};

// Fastest first; the last one is portable.
std::span<const QuantiseKernel> quantise_kernels();
// The first that is supported.
const QuantiseKernel& quantise_kernel();

void quantise_portable(const FixedPoint& terms, Ring ring, std::span<const double> values,
                       std::span<const std::uint64_t> random, const WordSpan& words);
void quantise_avx2(const FixedPoint& terms, Ring ring, std::span<const double> values,
                   std::span<const std::uint64_t> random, const WordSpan& words);
void quantise_avx512(const FixedPoint& terms, Ring ring, std::span<const double> values,
                     std::span<const std::uint64_t> random, const WordSpan& words);

}  // namespace blindsum::detail
