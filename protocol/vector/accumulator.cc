#include "protocol/vector/accumulator.h"

#include <algorithm>
#include <utility>

#include "crypto/secret.h"
#include "crypto/transcript.h"
#include "protocol/vector/packing.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {
namespace {

// Packed and hashed out of the L1 cache.
constexpr std::uint64_t kHashedElements = 1024;
static_assert(kHashedElements % kTileStep == 0);

}  // namespace

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

Result<Hash> Accumulator::packed_digest() const {
  BLINDSUM_TRY(hasher, Sha256::create());
  detail::Scratch<kHashedElements * sizeof(std::uint64_t)> tile;
  for (std::uint64_t first = 0; first < length(); first += kHashedElements) {
    const std::uint64_t count = std::min(kHashedElements, length() - first);
    const ByteSpan packed = ByteSpan(tile.bytes).first(ring().packed_size(count));
    BLINDSUM_CHECK(pack(ring(), sum_.words(first, count), packed));
    BLINDSUM_CHECK(hasher.update(packed));
  }
  return std::move(hasher).finish();
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
