// y = x + masks, read as packed bytes from any offset, made tile by tile as it is read: there is never
// a second copy of the vector. Reading the same bytes again gives the same bytes (SPEC.md, ONCE).
// The participant's machine makes it once per round; the connection reads the chunks it uploads.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/mask_stream.h"
#include "protocol/vector/ring.h"

namespace blindsum {

class MaskedVector {
 public:
  // input: the encoded vector; streams: self mask and pairwise masks with their signs.
  MaskedVector(RingVector input, std::vector<MaskStream> streams);

  std::uint64_t packed_size() const;
  // Fills out with the bytes offset .. offset+out.size(); wrong_length when that leaves the vector.
  Result<void> read(std::uint64_t offset, ByteSpan out);

 private:
  RingVector input_;
  std::vector<MaskStream> streams_;
};

}  // namespace blindsum
