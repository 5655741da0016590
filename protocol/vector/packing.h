// Exactly b bits an element on the wire: bit i of element j is bit j·b+i of the stream, least
// significant first in each byte, the last byte zero-padded [PACK-1]. Both directions work tile by
// tile: a tile starts at an element whose index is a multiple of kTileStep, so that it starts on a
// byte, and only the last tile of a vector may have a length that is no such multiple.
#pragma once

#include <cstdint>

#include "crypto/bytes.h"
#include "protocol/vector/ring.h"

namespace blindsum {

inline constexpr std::uint64_t kTileStep = 8;

// Packs the low b bits of the words into exactly ring.packed_size(number of words) bytes. The words
// are those of the ring's width (asserted). Errors: wrong_length.
[[nodiscard]] Result<void> pack(Ring ring, const ConstWordSpan& words, ByteSpan out);
[[nodiscard]] Result<void> pack(Ring ring, const WordSpan& words, ByteSpan out);
// Unpacks and adds to the words, mod 2^word (so that the low b bits are right mod 2^b).
// Errors: wrong_length, bad_padding; nothing is added then.
[[nodiscard]] Result<void> unpack_add(Ring ring, ByteView packed, const WordSpan& words);
// Only the checks of unpack_add, for a whole vector of `length` elements.
[[nodiscard]] Result<void> check_packed(Ring ring, std::uint64_t length, ByteView packed);
// The part of it that is about the last byte. Errors: bad_padding.
[[nodiscard]] Result<void> check_padding(Ring ring, std::uint64_t length, std::uint8_t last_byte);

}  // namespace blindsum
