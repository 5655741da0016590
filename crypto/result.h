// Errors are values: every fallible function of this project returns Result<T>.
//
// The error is a boost::system::error_code, so that CryptoError (crypto/error.h), the protocol's
// Reason and the operating system's own codes travel in one type and show the same name to the
// peer, the log and the metrics. No function of our own throws across its interface.
//
// A function that returns any Result<U> passes an error on with:
//   BLINDSUM_TRY(point, Point::parse(bytes));   // declares `auto point`, or returns the error
//   BLINDSUM_CHECK(verify(key, text, sig));     // for Result<void>: goes on, or returns the error
// Both work for move-only values. Neither may be used in a coroutine (they return).
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <utility>

namespace blindsum {

template <class T>
using Result = boost::system::result<T>;

using Error = boost::system::error_code;

}  // namespace blindsum

#define BLINDSUM_TRY(var, ...)                   \
  auto blindsum_result_of_##var = (__VA_ARGS__); \
  if (blindsum_result_of_##var.has_error()) {    \
    return blindsum_result_of_##var.error();     \
  }                                              \
  auto var = *std::move(blindsum_result_of_##var)

#define BLINDSUM_CHECK(...)                                            \
  do {                                                                 \
    const auto blindsum_checked = (__VA_ARGS__);                       \
    if (blindsum_checked.has_error()) return blindsum_checked.error(); \
  } while (false)
