#include "protocol/vector/masked_vector.h"

#include <algorithm>
#include <utility>

#include "crypto/secret.h"
#include "faults/faults.h"
#include "protocol/vector/faulty_masks.h"
#include "protocol/vector/packing.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {
namespace {

// The words of a tile, at most 32 KiB, stay in the cache while all streams pass over them, with the
// values that they are made of and the bytes that they become. Long enough that what a stream costs
// at the begin of each tile is nothing beside its keystream.
constexpr std::uint64_t kTileElements = 4096;
static_assert(kTileElements % kTileStep == 0);

}  // namespace

MaskedVector::MaskedVector(InputVector input, std::vector<MaskStream> streams)
    : input_(std::move(input)),
      streams_(std::move(streams)),
      tile_(input_.ring(), std::min(kTileElements, input_.size())) {}

std::uint64_t MaskedVector::packed_size() const {
  return input_.ring().packed_size(input_.size());
}

Result<void> MaskedVector::read(std::uint64_t offset, ByteSpan out) {
  const std::uint64_t size = packed_size();
  if (offset > size || out.size() > size - offset) return VectorError::wrong_length;
  const Ring ring = input_.ring();
  while (!out.empty()) {
    // The last element at or before the wanted byte that starts on a byte.
    const std::uint64_t first = offset * 8 / ring.bits() / kTileStep * kTileStep;
    const std::uint64_t skipped = offset - ring.packed_size(first);
    const std::uint64_t whole_steps = out.size() / ring.bits() * kTileStep;
    std::uint64_t given = 0;
    if (skipped == 0 && whole_steps != 0) {
      const std::uint64_t count = std::min({whole_steps, kTileElements, input_.size() - first});
      given = ring.packed_size(count);
      BLINDSUM_CHECK(make(first, count, out.first(given)));
    } else {  // one step, of which a part is wanted
      const std::uint64_t count = std::min(kTileStep, input_.size() - first);
      detail::Scratch<kTileStep * sizeof(std::uint64_t)> step;
      const ByteSpan made = ByteSpan(step.bytes).first(ring.packed_size(count));
      BLINDSUM_CHECK(make(first, count, made));
      given = std::min<std::uint64_t>(out.size(), made.size() - skipped);
      std::copy_n(made.begin() + static_cast<std::ptrdiff_t>(skipped), given, out.begin());
    }
    offset += given;
    out = out.subspan(given);
  }
  return {};
}

Result<void> MaskedVector::make(std::uint64_t first, std::uint64_t count, ByteSpan out) {
  const WordSpan words = tile_.words(0, count);
  BLINDSUM_CHECK(input_.fill(first, words));
  if (fault(Fault::mersenne_twister, Fault::top_value_missing)) {
    BLINDSUM_CHECK(detail::apply_faulty_masks(input_.ring(), streams_, first, words));
  } else {
    BLINDSUM_CHECK(apply_masks(streams_, first, words));
  }
  return pack(input_.ring(), words, out);
}

}  // namespace blindsum
