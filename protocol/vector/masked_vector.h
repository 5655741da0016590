// y = x + masks [MASK-2], read as packed bytes from any offset and made tile by tile as it is read:
// each tile is encoded, masked and packed while it is in the cache, and there is never a second
// copy of the vector. Reading the same bytes again gives the same bytes,
// whatever the sizes of the reads [ONCE-5], so that an upload can be resumed anywhere. The
// participant's machine makes it once per round; the connection reads the chunks it uploads, in
// ascending order if it wants them fast. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/mask_stream.h"
#include "protocol/vector/input_vector.h"
#include "protocol/vector/ring.h"

namespace blindsum {

class MaskedVector {
 public:
  // streams: self mask and pairwise masks with their signs.
  MaskedVector(InputVector input, std::vector<MaskStream> streams);

  std::uint64_t packed_size() const;
  // Fills out with the bytes offset .. offset+out.size(). Errors: wrong_length when that leaves the
  // vector; library_failed. After an error out holds nothing of use and must not be sent.
  [[nodiscard]] Result<void> read(std::uint64_t offset, ByteSpan out);

 private:
  // The packed elements first .. first+count, count at most a tile: all of out.
  [[nodiscard]] Result<void> make(std::uint64_t first, std::uint64_t count, ByteSpan out);

  InputVector input_;
  std::vector<MaskStream> streams_;
  RingVector tile_;
};

}  // namespace blindsum
