#include "protocol/vector/kernels/quantise_kernel.h"

#include <algorithm>
#include <array>

#include "protocol/vector/kernels/cpu.h"

namespace blindsum::detail {

std::span<const QuantiseKernel> quantise_kernels() {
  static const std::array kernels{
#if defined(__x86_64__)
      QuantiseKernel{"avx512", has_avx512(), quantise_avx512},
      QuantiseKernel{"avx2", has_avx2(), quantise_avx2},
#endif
      QuantiseKernel{"portable", true, quantise_portable},
  };
  return kernels;
}

const QuantiseKernel& quantise_kernel() {
  static const QuantiseKernel& best = *std::ranges::find_if(
      quantise_kernels(), [](const QuantiseKernel& kernel) { return kernel.supported; });
  return best;
}

}  // namespace blindsum::detail
