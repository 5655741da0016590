// Exactly b bits an element on the wire: bit i of element j is bit j·b+i of the stream, LSB first, the
// last byte zero-padded (SPEC.md, PACK). Two directions, both tile-wise: a tile starts at an element
// index that is a multiple of 8, so it starts on a byte.
#pragma once

#include <cstdint>

#include "crypto/bytes.h"
#include "protocol/vector/ring.h"

namespace blindsum {

// Packs the words of one tile into exactly ring.packed_size(number of words) bytes (wrong_length else).
Result<void> pack(Ring ring, WordSpan words, ByteSpan out);
// Unpacks and adds to the words, mod 2^word (the low b bits are right mod 2^b).
// wrong_length, bad_padding: nothing is added.
Result<void> unpack_add(Ring ring, ByteView packed, WordSpan words);
// Only the checks of unpack_add, for a whole vector of `length` elements.
Result<void> check_packed(Ring ring, std::uint64_t length, ByteView packed);

}  // namespace blindsum
