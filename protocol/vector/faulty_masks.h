// The masks of a faulty build (faults/): mersenne_twister and top_value_missing. Called behind
// fault() only; faulty_masks.cc is compiled with the option alone.
#pragma once

#include <cstdint>
#include <span>

#include "crypto/mask_stream.h"
#include "protocol/vector/ring.h"

namespace blindsum::detail {

// As apply_masks(), into words of this ring. Errors: those of apply_masks().
[[nodiscard]] Result<void> apply_faulty_masks(Ring ring, std::span<const MaskStream> streams,
                                              std::uint64_t first, const WordSpan& words);

}  // namespace blindsum::detail
