// The kernels that apply mask streams, one a file in crypto/kernels/, all bit-identical. The best
// that the processor supports is active; the environment variable BLINDSUM_KERNEL forces one, for
// comparisons and for machines whose best is at fault. init_crypto() chooses, once.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "crypto/mask_stream.h"
#include "crypto/result.h"

namespace blindsum {

namespace detail {

struct KernelTile;
using ApplyStreams = Result<void> (*)(std::span<const MaskStream> streams, const KernelTile& tile);

}  // namespace detail

inline constexpr const char* kMaskKernelVariable = "BLINDSUM_KERNEL";

struct MaskKernel {
  std::string_view name;         // as in BLINDSUM_KERNEL and in logs
  bool supported;                // by this processor and its operating system
  detail::ApplyStreams streams;  // null in a build for another architecture
};

// All of them, by name the same on every machine; the fastest of each architecture first, the
// portable one last.
std::span<const MaskKernel* const> mask_kernels();

// The one that apply_masks() uses. After init_crypto() only.
const MaskKernel& active_mask_kernel();

// apply_masks() by a kernel of the caller's choice, for tests and benchmarks. Errors: those of
// apply_masks(); unsupported_kernel.
[[nodiscard]] Result<void> apply_masks_with(const MaskKernel& kernel,
                                            std::span<const MaskStream> streams,
                                            std::uint64_t first_element, WordSpan tile);

// The kernel of that name; the best for none. Errors: unknown_kernel, unsupported_kernel.
[[nodiscard]] Result<const MaskKernel*> find_mask_kernel(std::string_view name);

namespace detail {

// For init_crypto(): what find_mask_kernel() gives becomes active. Errors: as there.
[[nodiscard]] Result<void> choose_mask_kernel(std::string_view name);

}  // namespace detail

}  // namespace blindsum
