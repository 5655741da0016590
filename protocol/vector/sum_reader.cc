#include "protocol/vector/sum_reader.h"

#include <cassert>
#include <limits>

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

// Calls visit(place, centred value) for elements first .. first+count, count > 0.
template <class Visit>
void visit_centred(const RingVector& sum, std::uint64_t first, std::uint64_t count, Visit visit) {
  const Ring ring = sum.ring();
  std::visit(
      [&](auto words) {
        for (std::uint64_t i = 0; i < count; ++i) visit(i, ring.centred(words[i]));
      },
      sum.words(first, count));
}

}  // namespace

Result<SumReader> SumReader::create(const RingVector& sum, const CodecParameters& codec,
                                    const VectorSchema& schema, std::uint32_t members) {
  BLINDSUM_TRY(length, encoded_length(codec, schema));
  if (sum.size() != length) return VectorError::wrong_shape;
  if (codec.kind != CodecKind::fixed_point) return SumReader(sum, length);
  SumReader mean(sum, length - 1);
  BLINDSUM_CHECK(mean.check_mean(codec, members));
  return mean;
}

Result<void> SumReader::check_mean(const CodecParameters& codec, std::uint32_t members) {
  const std::int64_t weight = sum_->ring().centred(sum_->get(size_));
  if (weight < 1 || magnitude(weight) > saturating_product(codec.weight_bound, members)) {
    return VectorError::bad_sum;
  }
  BLINDSUM_TRY(bound, value_bound(codec));
  const std::uint64_t most = saturating_product(bound, members);
  bool fits = true;
  if (size_ != 0) {
    visit_centred(*sum_, 0, size_,
                  [&](std::uint64_t, std::int64_t q) { fits = fits && magnitude(q) <= most; });
  }
  if (!fits) return VectorError::bad_sum;
  total_weight_ = static_cast<std::uint64_t>(weight);
  divisor_ = codec.scale * static_cast<double>(weight);
  return {};
}

void SumReader::read(std::uint64_t first, std::span<double> out) const {
  assert(is_mean() && first <= size_ && out.size() <= size_ - first);
  if (out.empty()) return;
  visit_centred(*sum_, first, out.size(), [&](std::uint64_t i, std::int64_t q) {
    out[i] = static_cast<double>(q) / divisor_;
  });
}

void SumReader::read(std::uint64_t first, std::span<std::int64_t> out) const {
  assert(!is_mean() && first <= size_ && out.size() <= size_ - first);
  if (out.empty()) return;
  visit_centred(*sum_, first, out.size(), [&](std::uint64_t i, std::int64_t q) { out[i] = q; });
}

}  // namespace blindsum
