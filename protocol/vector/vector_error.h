// Errors of the vector layer: what can be wrong with an update or with a packed vector.
// The names are those of SPEC.md's table of reasons; reason_of() in protocol/round maps them.
#pragma once

#include "crypto/result.h"

namespace blindsum {

enum class VectorError {
  not_finite = 1,       // a NaN or an infinity among the values
  value_out_of_range,   // an integer outside the codec's bound
  weight_out_of_range,  // weight 0 or above weight_bound
  wrong_shape,          // number or kind of values differs from the schema
  wrong_length,         // packed bytes that are not exactly ⌈m·b/8⌉
  bad_padding,          // a set bit behind the last element
  ring_too_narrow,      // n_max · bound would wrap mod 2^b
  bad_codec,            // clip, scale, bound or ring bits that make no sense
  empty_sum,            // a weighted mean over a total weight of zero
};

Error make_error_code(VectorError error);

}  // namespace blindsum

namespace boost::system {
template <>
struct is_error_code_enum<blindsum::VectorError> : std::true_type {};
}  // namespace boost::system
