// What codec parameters and a schema say about sizes: pure arithmetic on numbers that a peer may
// have chosen, so nothing here may overflow.
#include <algorithm>
#include <cmath>

#include "protocol/vector/codec.h"

namespace blindsum {
namespace {

Result<std::uint64_t> tensor_values(const TensorSchema& tensor) {
  if (tensor.name.empty() || tensor.name.size() > kMaxTensorNameBytes ||
      tensor.shape.size() > kMaxTensorRank) {
    return VectorError::wrong_shape;
  }
  std::uint64_t values = 1;
  for (const std::uint64_t dimension : tensor.shape) {
    if (dimension == 0 || dimension > kMaxVectorLength / values) return VectorError::wrong_shape;
    values *= dimension;
  }
  return values;
}

// [CODEC-2] The doubles are multiplied in the order in which a value is encoded: rounding is
// monotone, so that no encoded value is above.
Result<std::uint64_t> fixed_point_bound(const CodecParameters& codec) {
  if (!std::isfinite(codec.clip) || !std::isfinite(codec.scale) || codec.clip <= 0 ||
      codec.scale <= 0 || codec.weight_bound == 0 || codec.weight_bound > kMaxWeightBound ||
      codec.bound != 0) {
    return VectorError::bad_codec;
  }
  // A mean is divided by scale · W, and any W is below 2^63 [CODEC-6].
  if (!std::isfinite(codec.scale * 0x1p63)) return VectorError::bad_codec;
  const double bound =
      std::ceil((codec.clip * codec.scale) * static_cast<double>(codec.weight_bound));
  if (!(bound <= static_cast<double>(kMaxFixedPointBound))) return VectorError::bad_codec;
  return static_cast<std::uint64_t>(bound);
}

}  // namespace

Result<std::uint64_t> VectorSchema::values() const {
  if (tensors.size() > kMaxTensors) return VectorError::wrong_shape;
  std::uint64_t sum = 0;
  for (const TensorSchema& tensor : tensors) {
    BLINDSUM_TRY(values, tensor_values(tensor));
    if (values > kMaxVectorLength - sum) return VectorError::wrong_shape;
    sum += values;
  }
  return sum;
}

Result<std::uint64_t> value_bound(const CodecParameters& codec) {
  switch (codec.kind) {
    case CodecKind::fixed_point:
      return fixed_point_bound(codec);
    case CodecKind::integer:
    case CodecKind::count:
      // [CODEC-1]
      if (codec.clip != 0 || codec.scale != 0 || codec.weight_bound != 0) break;
      if (codec.bound == 0 || codec.bound > kMaxIntegerBound) break;
      return codec.bound;
  }
  return VectorError::bad_codec;
}

Result<std::uint64_t> element_bound(const CodecParameters& codec) {
  BLINDSUM_TRY(bound, value_bound(codec));
  return std::max(bound, codec.weight_bound);
}

Result<std::uint64_t> encoded_length(const CodecParameters& codec, const VectorSchema& schema) {
  BLINDSUM_CHECK(value_bound(codec));
  BLINDSUM_TRY(values, schema.values());
  const std::uint64_t length = values + (codec.kind == CodecKind::fixed_point ? 1 : 0);
  if (length > kMaxVectorLength) return VectorError::wrong_shape;
  return length;
}

Result<void> check_ring(const CodecParameters& codec, std::uint32_t n_max, Ring ring) {
  BLINDSUM_TRY(bound, element_bound(codec));
  const std::uint64_t largest = ring.mask() >> 1;  // 2^(b−1) − 1
  // n_max · bound ≤ largest, without the product.
  if (n_max != 0 && bound > largest / n_max) return VectorError::ring_too_narrow;
  return {};
}

Result<Ring> least_ring(const CodecParameters& codec, std::uint32_t n_max) {
  BLINDSUM_CHECK(element_bound(codec));
  for (std::uint32_t bits = kMinRingBits; bits <= kMaxRingBits; ++bits) {
    BLINDSUM_TRY(ring, Ring::of_bits(bits));
    if (check_ring(codec, n_max, ring).has_value()) return ring;
  }
  return VectorError::ring_too_narrow;
}

}  // namespace blindsum
