// One participant's packed vector as it comes in [UPLOAD-1]: the buffers that its chunks came in,
// taken over instead of copied, and wiped when it goes [REBUILD-5]. The aggregator's machine fills
// it, the accumulator consumes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

class PackedUpload {
 public:
  PackedUpload() = default;
  PackedUpload(PackedUpload&& other) noexcept;
  PackedUpload& operator=(PackedUpload&& other) noexcept;
  ~PackedUpload() { wipe(); }

  // The next bytes. Small ones are gathered, so that what is held is at most about four times what
  // came, however a peer cuts it: buffers come up to half empty, and a large chunk between two
  // small ones lets the second begin another gathering buffer. `skipped`: first bytes of the buffer
  // that are not the chunk's; not more than it has.
  void append(Bytes chunk, std::size_t skipped = 0);

  std::uint64_t size() const { return size_; }
  // Of the last byte; there is one.
  std::uint8_t back() const { return pieces_.back().buffer.back(); }
  std::size_t pieces() const { return pieces_.size(); }
  // Hands every piece to `use`, in order, and wipes and frees it after: the whole need not be read
  // once more for that. Errors: the first of `use`, which ends it.
  template <class Use>  // Result<void>(ByteView)
  [[nodiscard]] Result<void> consume(Use use) {
    for (Piece& piece : pieces_) {
      BLINDSUM_CHECK(use(piece.view()));
      piece.drop();
    }
    wipe();
    return {};
  }
  // All of them in one, for tests.
  Bytes joined() const;

  void wipe() noexcept;

 private:
  struct Piece {
    Bytes buffer;
    std::size_t skipped = 0;
    ByteView view() const { return ByteView(buffer).subspan(skipped); }
    void drop() noexcept;
  };
  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
};

}  // namespace blindsum
