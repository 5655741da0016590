#include <limits>
#include <utility>

#include "protocol/vector/codec.h"

namespace blindsum {
namespace {

std::uint64_t magnitude(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

// factor · other, or the largest number there is.
std::uint64_t saturating_product(std::uint64_t factor, std::uint64_t other) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return other != 0 && factor > most / other ? most : factor * other;
}

// [CODEC-6]
Result<Aggregate> weighted_mean(const RingVector& sum, const CodecParameters& codec,
                                std::uint32_t members) {
  const std::uint64_t values = sum.size() - 1;
  const std::int64_t weight = sum.ring().centred(sum.get(values));
  if (weight < 1 || magnitude(weight) > saturating_product(codec.weight_bound, members)) {
    return VectorError::bad_sum;
  }
  BLINDSUM_TRY(bound, value_bound(codec));
  const std::uint64_t most = saturating_product(bound, members);
  const double divisor = codec.scale * static_cast<double>(weight);
  std::vector<double> mean(values);
  for (std::uint64_t i = 0; i < values; ++i) {
    const std::int64_t q = sum.ring().centred(sum.get(i));
    if (magnitude(q) > most) return VectorError::bad_sum;
    mean[i] = static_cast<double>(q) / divisor;
  }
  return Aggregate{.values = std::move(mean), .total_weight = static_cast<std::uint64_t>(weight)};
}

std::vector<std::int64_t> centred(const RingVector& sum) {
  std::vector<std::int64_t> values(sum.size());
  for (std::uint64_t i = 0; i < sum.size(); ++i) values[i] = sum.ring().centred(sum.get(i));
  return values;
}

}  // namespace

Result<Aggregate> decode(const RingVector& sum, const CodecParameters& codec,
                         const VectorSchema& schema, std::uint32_t members) {
  BLINDSUM_TRY(length, encoded_length(codec, schema));
  if (sum.size() != length) return VectorError::wrong_shape;
  if (codec.kind == CodecKind::fixed_point) return weighted_mean(sum, codec, members);
  return Aggregate{.values = centred(sum)};
}

}  // namespace blindsum
