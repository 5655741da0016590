// The aggregator's running sum of one cohort: O(vector), however many participants. Complete
// uploads are added as packed bytes; at the end the masks are taken off [REBUILD-4], range by
// range, so that a pool can work on disjoint ranges at once. What is in it is known to the
// aggregator alone until the masks are off, and wiped when it goes.
#pragma once

#include <cstdint>
#include <span>

#include "crypto/bytes.h"
#include "crypto/mask_stream.h"
#include "protocol/vector/packed_upload.h"
#include "protocol/vector/ring.h"

namespace blindsum {

class Accumulator {
 public:
  Accumulator(Ring ring, std::uint64_t length);

  Ring ring() const { return sum_.ring(); }
  std::uint64_t length() const { return sum_.size(); }
  // Errors: wrong_length, bad_padding; nothing is added then.
  [[nodiscard]] Result<void> add_packed(ByteView packed);
  // Nothing is left of the upload, unless nothing was added.
  [[nodiscard]] Result<void> add_packed(PackedUpload& upload);
  // Adds and subtracts the streams on elements first .. first+count. Disjoint ranges may run at
  // once, with the same streams. Errors: wrong_length if the range leaves the vector, nothing is
  // done then; library_failed, after which the range is spoilt.
  [[nodiscard]] Result<void> apply(std::span<const MaskStream> streams, std::uint64_t first,
                                   std::uint64_t count);
  // [RECORD-4] SHA-256 of what packed() gives, without making all of it. Errors: library_failed.
  [[nodiscard]] Result<Hash> packed_digest() const;
  // The sum, packed (for participants, for a checkpoint).
  [[nodiscard]] Result<Bytes> packed() const;
  // From what packed() gave. Errors: wrong_length, bad_padding.
  [[nodiscard]] static Result<Accumulator> from_packed(Ring ring, std::uint64_t length,
                                                       ByteView packed);
  const RingVector& sum() const { return sum_; }

 private:
  RingVector sum_;
};

}  // namespace blindsum
