// Every program calls init_crypto() first in its main(), before any other function of this project,
// and ends if it fails. Calling it again, or from several threads, does no harm: it gives what the
// first call gave.
#pragma once

#include <string>

#include "crypto/result.h"

namespace blindsum {

// Chooses libsodium's implementations for this processor and opens its random source; starts
// OpenSSL; chooses the mask kernel, the best or that of the environment variable BLINDSUM_KERNEL
// (crypto/mask_kernel.h). Errors: library_failed; unknown_kernel, unsupported_kernel.
[[nodiscard]] Result<void> init_crypto();

// One line for whoever started the program: the error of init_crypto() and what to do about it.
std::string explain_init(const Error& error);

}  // namespace blindsum
