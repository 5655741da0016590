#include "protocol/vector/kernels/packing_kernel.h"

#include <algorithm>
#include <array>

#include "protocol/vector/kernels/cpu.h"

namespace blindsum::detail {

std::span<const PackingKernel> packing_kernels() {
  static const std::array kernels{
#if defined(__x86_64__)
      PackingKernel{"avx512", has_avx512(), pack_avx512, unpack_add_avx512},
      PackingKernel{"avx2", has_avx2(), pack_avx2, unpack_add_avx2},
#endif
      PackingKernel{"portable", true, pack_portable, unpack_add_portable},
  };
  return kernels;
}

const PackingKernel& packing_kernel() {
  static const PackingKernel& best = *std::ranges::find_if(
      packing_kernels(), [](const PackingKernel& kernel) { return kernel.supported; });
  return best;
}

}  // namespace blindsum::detail
