// Errors of the vector layer: what can be wrong with an update, with a packed vector or with a sum.
// reason_of() in protocol/round gives each its name in SPEC.md's table of reasons.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/is_error_code_enum.hpp>
#include <type_traits>

namespace blindsum {

enum class VectorError {
  not_finite = 1,       // a NaN or an infinity among the values
  value_out_of_range,   // an integer outside the codec's bound
  weight_out_of_range,  // weight 0 or above weight_bound
  wrong_shape,          // tensors, or number or kind of values, that are not those of the schema
  wrong_length,         // packed bytes or a range that is not the vector's
  bad_padding,          // a set bit behind the last element
  ring_too_narrow,      // n_max · bound would wrap mod 2^b
  bad_codec,            // clip, scale, bound or ring bits that make no sense
  bad_sum,              // a sum that no honest vectors make: it does not decode
};

const boost::system::error_category& vector_category() noexcept;

boost::system::error_code make_error_code(VectorError error) noexcept;

}  // namespace blindsum

template <>
struct boost::system::is_error_code_enum<blindsum::VectorError> : std::true_type {};
