#include "crypto/error.h"

#include <string>

namespace blindsum {

namespace {

class CryptoCategory final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "crypto"; }

  std::string message(int value) const override { return message(value, nullptr, 0); }

  const char* message(int value, char*, std::size_t) const noexcept override {
    switch (static_cast<CryptoError>(value)) {
      case CryptoError::bad_length:
        return "bad_length";
      case CryptoError::bad_hex:
        return "bad_hex";
      case CryptoError::bad_bound:
        return "bad_bound";
      case CryptoError::bad_scalar:
        return "bad_scalar";
      case CryptoError::bad_point:
        return "bad_point";
      case CryptoError::identity_point:
        return "identity_point";
      case CryptoError::bad_signature:
        return "bad_signature";
      case CryptoError::bad_seal:
        return "bad_seal";
      case CryptoError::bad_share_set:
        return "bad_share_set";
      case CryptoError::zero_secret:
        return "zero_secret";
      case CryptoError::entropy_failed:
        return "entropy_failed";
      case CryptoError::library_failed:
        return "library_failed";
      case CryptoError::unknown_kernel:
        return "unknown_kernel";
      case CryptoError::unsupported_kernel:
        return "unsupported_kernel";
    }
    return "unknown_crypto_error";
  }
};

}  // namespace

const boost::system::error_category& crypto_category() noexcept {
  static const CryptoCategory category;
  return category;
}

boost::system::error_code make_error_code(CryptoError error) noexcept {
  return {static_cast<int>(error), crypto_category()};
}

}  // namespace blindsum
