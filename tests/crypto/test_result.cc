#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

#include "crypto/error.h"
#include "crypto/init.h"
#include "crypto/result.h"

namespace blindsum {

namespace {

using Owned = std::unique_ptr<int>;

Result<Owned> owned(bool well) {
  if (!well) return CryptoError::bad_seal;
  return std::make_unique<int>(7);
}

Result<void> checked(bool well) {
  if (!well) return CryptoError::bad_point;
  return {};
}

Result<std::string> use_both(bool first, bool second) {
  BLINDSUM_TRY(value, owned(first));
  static_assert(std::is_same_v<decltype(value), Owned>);
  BLINDSUM_CHECK(checked(second));
  return std::to_string(*value);
}

Result<void> use_in_void(bool first) {
  BLINDSUM_TRY(value, owned(first));
  BLINDSUM_TRY(other, owned(first));
  if (true) BLINDSUM_CHECK(checked(*value == *other));
  return {};
}

// The macros take an expression with commas outside of parentheses.
Result<int> use_commas() {
  BLINDSUM_TRY(pair, Result<std::pair<int, int>>(std::pair<int, int>(1, 2)));
  return pair.second;
}

}  // namespace

TEST_CASE("the macros pass on move-only values and errors, whatever the function returns") {
  CHECK(use_both(true, true).value() == "7");
  CHECK(use_both(false, true).error() == CryptoError::bad_seal);
  CHECK(use_both(true, false).error() == CryptoError::bad_point);
  CHECK(use_in_void(true).has_value());
  CHECK(use_in_void(false).error() == CryptoError::bad_seal);
  CHECK(use_commas().value() == 2);
}

TEST_CASE("an error shows the name of its enumerator") {
  const std::pair<CryptoError, const char*> names[] = {
      {CryptoError::bad_length, "bad_length"},
      {CryptoError::bad_hex, "bad_hex"},
      {CryptoError::bad_bound, "bad_bound"},
      {CryptoError::bad_scalar, "bad_scalar"},
      {CryptoError::bad_point, "bad_point"},
      {CryptoError::identity_point, "identity_point"},
      {CryptoError::bad_signature, "bad_signature"},
      {CryptoError::bad_seal, "bad_seal"},
      {CryptoError::bad_share_set, "bad_share_set"},
      {CryptoError::zero_secret, "zero_secret"},
      {CryptoError::entropy_failed, "entropy_failed"},
      {CryptoError::library_failed, "library_failed"},
      {CryptoError::unknown_kernel, "unknown_kernel"},
      {CryptoError::unsupported_kernel, "unsupported_kernel"},
  };
  int value = 0;
  for (const auto& [error, name] : names) {
    const Error code = error;
    CHECK(code.value() == ++value);
    CHECK(code.failed());
    CHECK(code.message() == name);
    CHECK(code.category() == crypto_category());
  }
  CHECK(Error(value + 1, crypto_category()).message() == "unknown_crypto_error");
  CHECK(std::string(crypto_category().name()) == "crypto");
}

TEST_CASE("the libraries may be started again") {
  CHECK(init_crypto().has_value());
}

}  // namespace blindsum
