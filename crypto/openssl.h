// Inside crypto/ only: what all calls to libcrypto share.
#pragma once

#include <openssl/err.h>

#include "crypto/error.h"
#include "crypto/result.h"

namespace blindsum::detail {

// [KEY-3] Empties this thread's error queue too: TLS on the same thread would take a stale entry
// for its own.
inline Error openssl_failed() {
  ERR_clear_error();
  return CryptoError::library_failed;
}

}  // namespace blindsum::detail
