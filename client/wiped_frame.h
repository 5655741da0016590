// A frame on its way out, from who made it to the connection: among them are the shares of phase 5,
// and a frame may be given up at any place in between, when a session breaks or ends. Wiped
// wherever it dies [DISK-5].
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "crypto/bytes.h"
#include "crypto/secret.h"

namespace blindsum {

class WipedFrame {
 public:
  // Takes the very memory.
  explicit WipedFrame(Bytes&& bytes) noexcept : bytes_(std::move(bytes)) {}
  WipedFrame(WipedFrame&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  WipedFrame& operator=(WipedFrame&& other) noexcept {
    bytes_.swap(other.bytes_);
    return *this;
  }
  ~WipedFrame() { wipe(std::span(bytes_)); }

  const Bytes& bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }

 private:
  Bytes bytes_;
};

}  // namespace blindsum
