#include "protocol/vector/vector_error.h"

#include <string>

namespace blindsum {
namespace {

class VectorCategory final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "vector"; }

  std::string message(int value) const override { return message(value, nullptr, 0); }

  const char* message(int value, char*, std::size_t) const noexcept override {
    switch (static_cast<VectorError>(value)) {
      case VectorError::not_finite:
        return "not_finite";
      case VectorError::value_out_of_range:
        return "value_out_of_range";
      case VectorError::weight_out_of_range:
        return "weight_out_of_range";
      case VectorError::wrong_shape:
        return "wrong_shape";
      case VectorError::wrong_length:
        return "wrong_length";
      case VectorError::bad_padding:
        return "bad_padding";
      case VectorError::ring_too_narrow:
        return "ring_too_narrow";
      case VectorError::bad_codec:
        return "bad_codec";
      case VectorError::bad_sum:
        return "bad_sum";
    }
    return "unknown_vector_error";
  }
};

}  // namespace

const boost::system::error_category& vector_category() noexcept {
  static const VectorCategory category;
  return category;
}

boost::system::error_code make_error_code(VectorError error) noexcept {
  return {static_cast<int>(error), vector_category()};
}

}  // namespace blindsum
