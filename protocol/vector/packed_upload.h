// One participant's packed vector as it comes in [UPLOAD-1]: the buffers that its chunks came in,
// taken over instead of copied, and wiped when it goes [REBUILD-5]. The aggregator's machine fills
// it, the accumulator consumes it.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/bytes.h"

namespace blindsum {

class PackedUpload {
 public:
  PackedUpload() = default;
  PackedUpload(PackedUpload&& other) noexcept;
  PackedUpload& operator=(PackedUpload&& other) noexcept;
  ~PackedUpload() { wipe(); }

  // The next bytes. Small ones are gathered, so that what is held is at most about twice what came,
  // however a peer cuts it.
  void append(Bytes chunk);

  std::uint64_t size() const { return size_; }
  // In their order; none is empty.
  const std::vector<Bytes>& pieces() const { return pieces_; }
  // All of them in one, for tests.
  Bytes joined() const;

  void wipe() noexcept;

 private:
  std::vector<Bytes> pieces_;
  std::uint64_t size_ = 0;
};

}  // namespace blindsum
