// How fast the processor encrypts if it does nothing else: what a mask kernel is measured against.
// A loop of nothing but the kernel's own AES instruction, 14 a block, on as many registers as it
// takes to have one ready whenever the unit is free; no memory, no counters. For the openssl kernel
// the limit is OpenSSL: its keystream alone, in a buffer in the L1 cache, added to nothing.
// A kernel may come out above its limit: where pages share the first round, it has 13.25 to do.
//
// A measurement interleaves runs of the limit with runs of the kernel, in the same thread, and
// looks at ratios: on a busy machine neither figure alone says anything.
#pragma once

#include <cstdint>

#include "crypto/mask_kernel.h"

namespace blindsum {

// Returns how many bytes were encrypted: at least so many. 0 if the kernel is not supported.
std::uint64_t run_aes_limit(const MaskKernel& kernel, std::uint64_t bytes);

}  // namespace blindsum
