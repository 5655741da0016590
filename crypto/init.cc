#include "crypto/init.h"

#include <openssl/crypto.h>
#include <sodium.h>

#include <cstdlib>
#include <string_view>

#include "crypto/error.h"
#include "crypto/mask_kernel.h"
#include "crypto/openssl.h"

namespace blindsum {

namespace {

// Empty as if it were not set, which is how a shell unsets a variable for one command.
std::string_view wanted_kernel() {
  const char* const name = std::getenv(kMaskKernelVariable);
  return name == nullptr ? std::string_view() : name;
}

Result<void> start() {
  if (sodium_init() < 0) return CryptoError::library_failed;
  if (OPENSSL_init_crypto(0, nullptr) != 1) return detail::openssl_failed();
  return detail::choose_mask_kernel(wanted_kernel());
}

}  // namespace

Result<void> init_crypto() {
  static const Result<void> started = start();
  return started;
}

std::string explain_init(const Error& error) {
  if (error != CryptoError::unknown_kernel && error != CryptoError::unsupported_kernel) {
    return error.message();
  }
  std::string supported;
  for (const MaskKernel* kernel : mask_kernels()) {
    if (!kernel->supported) continue;
    supported += supported.empty() ? "" : ", ";
    supported += kernel->name;
  }
  return error.message() + ": " + kMaskKernelVariable + "=" + std::string(wanted_kernel()) +
         "; this processor has " + supported + "; unset it for the fastest";
}

}  // namespace blindsum
