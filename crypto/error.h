// What can go wrong in crypto/, by name. An enumerator converts to Error by itself: `return
// CryptoError::bad_point;`. Error::message() is the enumerator's name; that name is what peers,
// logs and metrics show.
#pragma once

#include <boost/system/error_code.hpp>
#include <type_traits>

namespace blindsum {

enum class CryptoError {
  bad_length = 1,      // an input has not the size that its type fixes
  bad_hex,             // text is not an even number of hexadecimal digits
  bad_bound,           // a random number below 0 was asked for
  bad_scalar,          // a scalar is zero, or not reduced mod l
  bad_point,           // 32 bytes are not the canonical encoding of a ristretto255 element
  identity_point,      // an element is the identity, which no key, commitment or tag may be
  bad_signature,       // an Ed25519 signature does not verify (or its key is not acceptable)
  bad_seal,            // a sealed box does not authenticate
  bad_share_set,       // threshold, count or points that are not those of a polynomial's shares
  zero_secret,         // a secret of zeros: what a buffer holds that nothing was written to
  entropy_failed,      // the source of randomness failed, or gives what chance does not
  library_failed,      // libsodium or OpenSSL returned an error that no input explains
  unknown_kernel,      // BLINDSUM_KERNEL names no mask kernel
  unsupported_kernel,  // it names one that this processor, or its operating system, lacks
};

const boost::system::error_category& crypto_category() noexcept;

boost::system::error_code make_error_code(CryptoError error) noexcept;

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::CryptoError> : std::true_type {};
