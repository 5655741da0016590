#include "crypto/init.h"

#include <openssl/crypto.h>
#include <sodium.h>

#include "crypto/error.h"
#include "crypto/openssl.h"

namespace blindsum {

Result<void> init_crypto() {
  if (sodium_init() < 0) return CryptoError::library_failed;
  if (OPENSSL_init_crypto(0, nullptr) != 1) return detail::openssl_failed();
  return {};
}

}  // namespace blindsum
