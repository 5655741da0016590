// What comes in chunks, put together: payloads of offers and sums of records [OFFER-1, RECORD-5].
// Memory is taken for what has come, never for what was announced.
#pragma once

#include <cstdint>
#include <utility>

#include "crypto/bytes.h"

namespace blindsum {

class ChunkAssembly {
 public:
  explicit ChunkAssembly(std::uint64_t size_bytes) : size_bytes_(size_bytes) {}

  // False if the chunk is not the next one, or goes beyond the end: nothing more is taken then.
  [[nodiscard]] bool add(std::uint64_t offset, ByteView data) {
    broken_ = broken_ || offset != bytes_.size() || data.size() > size_bytes_ - bytes_.size();
    if (!broken_) put_bytes(bytes_, data);
    return !broken_;
  }
  bool complete() const { return !broken_ && bytes_.size() == size_bytes_; }
  const Bytes& bytes() const { return bytes_; }
  Bytes take() && { return std::move(bytes_); }

 private:
  std::uint64_t size_bytes_;
  Bytes bytes_;
  bool broken_ = false;
};

}  // namespace blindsum
