#include "crypto/error.h"
#include "protocol/round/infeasible.h"
#include "protocol/round/reason.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {
namespace {

// No default below: whoever adds an error has to say here what a peer is told.
Reason reason_of(CryptoError error) {
  switch (error) {
    case CryptoError::bad_length:
      return Reason::wrong_length;
    case CryptoError::bad_scalar:
      return Reason::bad_scalar;
    case CryptoError::bad_point:
      return Reason::bad_point;
    case CryptoError::identity_point:
      return Reason::identity_point;
    case CryptoError::bad_signature:
      return Reason::bad_signature;
    case CryptoError::bad_seal:
      return Reason::not_opened;
    case CryptoError::bad_hex:
    case CryptoError::bad_bound:
    case CryptoError::bad_share_set:
    case CryptoError::zero_secret:
    case CryptoError::entropy_failed:
    case CryptoError::library_failed:
    case CryptoError::unknown_kernel:
    case CryptoError::unsupported_kernel:
      break;
  }
  return Reason::internal_error;
}

Reason reason_of(VectorError error) {
  switch (error) {
    case VectorError::not_finite:
      return Reason::not_finite;
    case VectorError::value_out_of_range:
      return Reason::value_out_of_range;
    case VectorError::weight_out_of_range:
      return Reason::weight_out_of_range;
    case VectorError::wrong_shape:
      return Reason::wrong_shape;
    case VectorError::wrong_length:
      return Reason::wrong_length;
    case VectorError::bad_padding:
      return Reason::bad_padding;
    case VectorError::ring_too_narrow:
      return Reason::ring_too_narrow;
    case VectorError::bad_codec:
      return Reason::bad_parameters;
    case VectorError::bad_sum:
      return Reason::bad_sum;
  }
  return Reason::internal_error;
}

}  // namespace

Reason reason_of(const boost::system::error_code& error) {
  if (!error.failed()) return Reason::ok;
  if (error.category() == reason_category()) return static_cast<Reason>(error.value());
  if (error.category() == infeasible_category()) return Reason::infeasible_parameters;
  if (error.category() == crypto_category()) {
    return reason_of(static_cast<CryptoError>(error.value()));
  }
  if (error.category() == make_error_code(VectorError::not_finite).category()) {
    return reason_of(static_cast<VectorError>(error.value()));
  }
  return Reason::internal_error;
}

}  // namespace blindsum
