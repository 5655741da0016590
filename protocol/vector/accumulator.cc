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

// Adds pieces whose ends need not be those of elements: eight elements are b whole bytes, and those
// that two pieces share are put together first.
class PieceAdder {
 public:
  explicit PieceAdder(RingVector& sum) : sum_(sum), group_bytes_(sum.ring().bits()) {}

  [[nodiscard]] Result<void> add(ByteView piece) {
    if (shared_size_ != 0) {
      const std::size_t wanted = std::min(group_bytes_ - shared_size_, piece.size());
      put_by(piece.first(wanted));
      piece = piece.subspan(wanted);
      if (shared_size_ < group_bytes_) return {};
      BLINDSUM_CHECK(finish());
    }
    const std::size_t whole = piece.size() / group_bytes_ * group_bytes_;
    BLINDSUM_CHECK(add_groups(piece.first(whole)));
    put_by(piece.subspan(whole));
    return {};
  }
  [[nodiscard]] Result<void> finish() {
    return add_groups(ByteView(shared_.bytes).first(std::exchange(shared_size_, 0)));
  }

 private:
  void put_by(ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), shared_.data() + shared_size_);
    shared_size_ += bytes.size();
  }
  [[nodiscard]] Result<void> add_groups(ByteView bytes) {
    if (bytes.empty()) return {};
    const std::uint64_t fit = bytes.size() * 8 / sum_.ring().bits();
    const std::uint64_t count = std::min(fit, sum_.size() - first_);
    BLINDSUM_CHECK(unpack_add(sum_.ring(), bytes, sum_.words(first_, count)));
    first_ += count;
    return {};
  }

  RingVector& sum_;
  const std::size_t group_bytes_;
  std::uint64_t first_ = 0;  // element
  detail::Scratch<kMaxRingBits> shared_;
  std::size_t shared_size_ = 0;
};

}  // namespace

Accumulator::Accumulator(Ring ring, std::uint64_t length) : sum_(ring, length) {}

Result<void> Accumulator::add_packed(ByteView packed) {
  return unpack_add(ring(), packed, sum_.words());
}

Result<void> Accumulator::add_packed(PackedUpload& upload) {
  if (upload.size() != ring().packed_size(length())) return VectorError::wrong_length;
  if (upload.size() == 0) return {};
  BLINDSUM_CHECK(check_padding(ring(), length(), upload.back()));
  PieceAdder adder(sum_);
  BLINDSUM_CHECK(upload.consume([&](ByteView piece) { return adder.add(piece); }));
  return adder.finish();
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
