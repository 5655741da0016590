// The two halves of encoding [CODEC-3, CODEC-4]: what is checked once, and what is made element by
// element, as often as it is wanted. Internal to the codec: encode() and EncodedInput are made of
// them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "crypto/mask_stream.h"
#include "crypto/transcript.h"
#include "protocol/vector/codec.h"
#include "protocol/vector/ring.h"

namespace blindsum::detail {

// Goes through the values once. `also` is given their bytes piece by piece, in order, each piece
// after it was checked. Errors: those of encode() but for its entropy; those of `also`.
[[nodiscard]] Result<void> check_update(const Update& update, const CodecParameters& codec,
                                        const VectorSchema& schema, Ring ring,
                                        const std::function<Result<void>(ByteView)>& also);

// [INPUT-2] Once the values' bytes are in the hasher. Errors: library_failed.
[[nodiscard]] Result<Hash> finish_input_id(Sha256 hasher, const Update& update);

// Where the rounding bits of one input come from: U of element j is the top 53 bits of 64-bit word
// j of an AES-256-CTR keystream under a key that is drawn for this input alone. So that an element
// comes out the same whenever it is made. None for codecs that do not round.
using Rounding = std::optional<MaskStream>;
// Errors: entropy_failed, library_failed.
[[nodiscard]] Result<Rounding> draw_rounding(const CodecParameters& codec, Entropy& entropy);

// Elements first, first + 1, … of the encoded vector, in words of the ring's width. The update is
// one that check_update() let through. Errors: library_failed.
[[nodiscard]] Result<void> encode_elements(const Update& update, const CodecParameters& codec,
                                           Ring ring, Rounding& rounding, std::uint64_t first,
                                           const WordSpan& words);

}  // namespace blindsum::detail
