#include "protocol/vector/masked_vector.h"

#include <algorithm>
#include <utility>

#include "protocol/vector/packing.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {
namespace {

// Long enough that a stream's start costs nothing beside its keystream, short enough for the L2
// cache.
constexpr std::uint64_t kTileElements = 8192;
static_assert(kTileElements % kTileStep == 0);

void copy_words(const ConstWordSpan& from, const WordSpan& to) {
  std::visit(
      [&]<class Word>(std::span<Word> target) {
        const auto source = std::get<std::span<const Word>>(from);
        std::copy(source.begin(), source.end(), target.begin());
      },
      to);
}

}  // namespace

MaskedVector::MaskedVector(RingVector input, std::vector<MaskStream> streams)
    : input_(std::move(input)), streams_(std::move(streams)) {}

std::uint64_t MaskedVector::packed_size() const {
  return input_.ring().packed_size(input_.size());
}

Result<void> MaskedVector::read(std::uint64_t offset, ByteSpan out) {
  const std::uint64_t size = packed_size();
  if (offset > size || out.size() > size - offset) return VectorError::wrong_length;
  const Ring ring = input_.ring();
  RingVector tile(ring, std::min(kTileElements, input_.size()));
  Bytes packed(ring.packed_size(tile.size()));
  while (!out.empty()) {
    // The tile that starts at or closest before the wanted byte; what is before it is thrown away.
    const std::uint64_t first = offset * 8 / ring.bits() / kTileStep * kTileStep;
    const std::uint64_t skipped = offset - ring.packed_size(first);
    const std::uint64_t wanted_bits = (skipped + out.size()) * 8;
    const std::uint64_t count = std::min(
        {(wanted_bits + ring.bits() - 1) / ring.bits(), tile.size(), input_.size() - first});
    const WordSpan words = tile.words(0, count);
    copy_words(std::as_const(input_).words(first, count), words);
    BLINDSUM_CHECK(apply_masks(streams_, first, words));
    const ByteSpan made = ByteSpan(packed).first(ring.packed_size(count));
    BLINDSUM_CHECK(pack(ring, words, made));
    // A tile cut in the middle of a byte has only a part of that byte, unless the vector ends
    // there.
    const std::uint64_t whole =
        first + count == input_.size() ? made.size() : count * ring.bits() / 8;
    const std::uint64_t given = std::min<std::uint64_t>(out.size(), whole - skipped);
    std::copy_n(made.begin() + static_cast<std::ptrdiff_t>(skipped), given, out.begin());
    offset += given;
    out = out.subspan(given);
  }
  return {};
}

}  // namespace blindsum
