#include "protocol/vector/accumulator.h"

#include <utility>

#include "protocol/vector/packing.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {

Accumulator::Accumulator(Ring ring, std::uint64_t length) : sum_(ring, length) {}

Result<void> Accumulator::add_packed(ByteView packed) {
  return unpack_add(ring(), packed, sum_.words());
}

Result<void> Accumulator::apply(std::span<const MaskStream> streams, std::uint64_t first,
                                std::uint64_t count) {
  if (first > length() || count > length() - first) return VectorError::wrong_length;
  if (count == 0) return {};
  return apply_masks(streams, first, sum_.words(first, count));
}

Result<Bytes> Accumulator::packed() const {
  Bytes bytes(ring().packed_size(length()));
  BLINDSUM_CHECK(pack(ring(), sum_.words(), bytes));
  return bytes;
}

Result<Accumulator> Accumulator::from_packed(Ring ring, std::uint64_t length, ByteView packed) {
  // Before the memory is taken: the caller's bytes have the size that the length is checked
  // against.
  BLINDSUM_CHECK(check_packed(ring, length, packed));
  Accumulator accumulator(ring, length);
  BLINDSUM_CHECK(accumulator.add_packed(packed));
  return Result<Accumulator>(std::move(accumulator));
}

}  // namespace blindsum
