#include <utility>

#include "protocol/vector/codec.h"
#include "protocol/vector/sum_reader.h"

namespace blindsum {
namespace {

template <class Value>
Aggregate read_all(const SumReader& reader) {
  std::vector<Value> values(reader.size());
  reader.read(0, std::span<Value>(values));
  return {.values = std::move(values), .total_weight = reader.total_weight()};
}

}  // namespace

Result<Aggregate> decode(const RingVector& sum, const CodecParameters& codec,
                         const VectorSchema& schema, std::uint32_t members) {
  BLINDSUM_TRY(reader, SumReader::create(sum, codec, schema, members));
  return reader.is_mean() ? read_all<double>(reader) : read_all<std::int64_t>(reader);
}

}  // namespace blindsum
