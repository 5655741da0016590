#include "server/frame_buffer.h"

#include <algorithm>
#include <utility>

namespace blindsum {
namespace {

// An idle session waits with a small buffer; one that receives an upload gets a large one.
constexpr std::size_t kFirstReadBytes = 512;
constexpr std::size_t kNextReadBytes = std::size_t{64} << 10;
// A peer that announces a large frame and sends little of it gets no more memory than so many times
// of that.
constexpr std::size_t kMostAhead = 32;
// Not worth moving for.
constexpr std::size_t kMostSpare = 256;

}  // namespace

void FrameBuffer::move_to(std::size_t capacity) {
  Bytes other;
  other.reserve(capacity);
  other.assign(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(filled_));
  wipe(std::span(bytes_));
  bytes_ = std::move(other);
}

// Once a frame turns out to be a large one, for the rest of it: growing step by step would copy it
// again and again.
ByteSpan FrameBuffer::room(std::size_t rest) {
  const std::size_t step = filled_ == 0 ? kFirstReadBytes : std::min(rest, kNextReadBytes);
  const std::size_t whole = filled_ + rest;
  std::size_t capacity = filled_ + step;
  if (filled_ >= kNextReadBytes / 2) {
    capacity = std::max(capacity, std::min(whole, kMostAhead * filled_));
  }
  if (bytes_.capacity() < capacity) move_to(std::max(capacity, 2 * bytes_.capacity()));
  bytes_.resize(filled_ + step);
  return ByteSpan(bytes_).subspan(filled_);
}

// Now: later all that is wiped is what is in use by then.
void FrameBuffer::drop() {
  wipe(std::span(bytes_));
  filled_ = 0;
}

Bytes FrameBuffer::take() {
  if (bytes_.capacity() > 2 * filled_ + kMostSpare) move_to(filled_);
  bytes_.resize(filled_);
  filled_ = 0;
  return std::exchange(bytes_, {});
}

}  // namespace blindsum
