// A frame while it is read: memory that grows with what has come, and is wiped where it is left,
// because shares and masked vectors are in frames [REBUILD-5]. Whoever takes the frame wipes it.
#pragma once

#include <cstddef>
#include <span>

#include "crypto/bytes.h"
#include "crypto/secret.h"

namespace blindsum {

class FrameBuffer {
 public:
  FrameBuffer() = default;
  FrameBuffer(const FrameBuffer&) = delete;
  FrameBuffer& operator=(const FrameBuffer&) = delete;
  ~FrameBuffer() { wipe(std::span(bytes_)); }

  // Where the next bytes go; `rest` is how many may still come, one at least.
  ByteSpan room(std::size_t rest);
  void fill(std::size_t count) { filled_ += count; }  // of the room
  std::size_t filled() const { return filled_; }
  // What came is not wanted.
  void drop();
  // The whole of it, in memory of its own size.
  Bytes take();

 private:
  void move_to(std::size_t capacity);

  Bytes bytes_;
  std::size_t filled_ = 0;
};

}  // namespace blindsum
