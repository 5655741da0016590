// Every program calls init_crypto() first in its main(), before any other function of this project,
// and ends if it fails. Calling it again, or from several threads, does no harm.
#pragma once

#include "crypto/result.h"

namespace blindsum {

// Chooses libsodium's implementations for this processor and opens its random source; starts
// OpenSSL. Errors: library_failed.
[[nodiscard]] Result<void> init_crypto();

}  // namespace blindsum
