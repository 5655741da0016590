// The aggregator's running sum of one cohort: O(vector), however many participants.
// Complete uploads are added as packed bytes; at the end the masks are taken off, range by range, so
// that a pool can work on disjoint ranges at once.
#pragma once

#include <cstdint>
#include <span>

#include "crypto/bytes.h"
#include "crypto/mask_stream.h"
#include "protocol/vector/ring.h"

namespace blindsum {

class Accumulator {
 public:
  Accumulator(Ring ring, std::uint64_t length);

  Ring ring() const { return sum_.ring(); }
  std::uint64_t length() const { return sum_.size(); }
  // wrong_length, bad_padding: nothing is added.
  Result<void> add_packed(ByteView packed);
  // Adds and subtracts the streams on elements first .. first+count. Disjoint ranges may run at once.
  Result<void> apply(std::span<MaskStream> streams, std::uint64_t first, std::uint64_t count);
  // The sum, packed (for the digest, for participants, for a checkpoint).
  Result<Bytes> packed() const;
  static Result<Accumulator> from_packed(Ring ring, std::uint64_t length, ByteView packed);
  const RingVector& sum() const { return sum_; }

 private:
  RingVector sum_;
};

}  // namespace blindsum
