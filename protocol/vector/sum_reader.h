// A sum, decoded range by range: what the aggregator publishes of a long vector need never be in
// memory decoded as a whole. decode() of codec.h is the whole of it at once.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/vector/codec.h"
#include "protocol/vector/ring.h"

namespace blindsum {

class SumReader {
 public:
  // [CODEC-6] Looks at every element: a reader is of a sum that decodes. `sum` outlives it. Errors:
  // those of decode().
  [[nodiscard]] static Result<SumReader> create(const RingVector& sum, const CodecParameters& codec,
                                                const VectorSchema& schema, std::uint32_t members);

  std::uint64_t size() const { return size_; }                  // values, without the weight
  std::uint64_t total_weight() const { return total_weight_; }  // 0 where the codec has no weights
  bool is_mean() const { return total_weight_ != 0; }           // doubles; else integers

  // Values first .. first+out.size(), which lie in the vector; of the kind that is_mean() says.
  void read(std::uint64_t first, std::span<double> out) const;
  void read(std::uint64_t first, std::span<std::int64_t> out) const;

 private:
  SumReader(const RingVector& sum, std::uint64_t size) : sum_(&sum), size_(size) {}
  [[nodiscard]] Result<void> check_mean(const CodecParameters& codec, std::uint32_t members);

  const RingVector* sum_;
  std::uint64_t size_;
  std::uint64_t total_weight_ = 0;
  double divisor_ = 1;
};

}  // namespace blindsum
