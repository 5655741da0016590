#include <doctest/doctest.h>

#include <cerrno>

#include "crypto/error.h"
#include "protocol/round/infeasible.h"
#include "protocol/round/reason.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {
namespace {

TEST_CASE("[KEY-3] an error of another layer reaches the peer as a reason") {
  CHECK(reason_of({}) == Reason::ok);
  CHECK(reason_of(Reason::bad_order) == Reason::bad_order);
  CHECK(reason_of(CryptoError::bad_point) == Reason::bad_point);
  CHECK(reason_of(CryptoError::identity_point) == Reason::identity_point);
  CHECK(reason_of(CryptoError::bad_scalar) == Reason::bad_scalar);
  CHECK(reason_of(CryptoError::bad_signature) == Reason::bad_signature);
  CHECK(reason_of(CryptoError::bad_length) == Reason::wrong_length);
  CHECK(reason_of(CryptoError::bad_seal) == Reason::not_opened);
  CHECK(reason_of(CryptoError::entropy_failed) == Reason::internal_error);
  CHECK(reason_of(CryptoError::library_failed) == Reason::internal_error);
  CHECK(reason_of(VectorError::not_finite) == Reason::not_finite);
  CHECK(reason_of(VectorError::value_out_of_range) == Reason::value_out_of_range);
  CHECK(reason_of(VectorError::weight_out_of_range) == Reason::weight_out_of_range);
  CHECK(reason_of(VectorError::wrong_shape) == Reason::wrong_shape);
  CHECK(reason_of(VectorError::wrong_length) == Reason::wrong_length);
  CHECK(reason_of(VectorError::bad_padding) == Reason::bad_padding);
  CHECK(reason_of(VectorError::ring_too_narrow) == Reason::ring_too_narrow);
  CHECK(reason_of(VectorError::bad_codec) == Reason::bad_parameters);
  CHECK(reason_of(VectorError::bad_sum) == Reason::bad_sum);
  CHECK(reason_of(Infeasible::too_few_members) == Reason::infeasible_parameters);
  CHECK(reason_of({EACCES, boost::system::generic_category()}) == Reason::internal_error);
}

}  // namespace
}  // namespace blindsum
