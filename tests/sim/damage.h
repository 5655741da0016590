// Bytes that are almost a message. Both look like what a broken peer sends; a network does not do
// this under TLS.
#pragma once

#include "crypto/bytes.h"
#include "tests/sim/random.h"

namespace blindsum::sim {

// The frame without its last bytes, at least one of them; of a frame of one byte nothing is left.
Bytes truncated(const Bytes& frame, Random& random);

// The frame with its last field of bytes one shorter, and all lengths right: well formed Protobuf,
// with a field of a wrong length. A chunk loses its last byte. The same bytes if there is no such
// field.
Bytes with_cut_field(const Bytes& frame);

// The frame with the first `what` replaced by as many bytes of `value`.
Bytes with_overwritten(const Bytes& frame, ByteView what, std::uint8_t value);

}  // namespace blindsum::sim
