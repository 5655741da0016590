// What waits to be written to one connection, in order: whole frames, and large blobs of which one
// chunk at a time becomes a frame when its turn comes. Bytes are shared between connections, never
// copied. Bounded [SESSION-8]: a peer that does not read must not be able to fill our memory.
//
// Not thread-safe: it lives on the I/O thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "crypto/bytes.h"
#include "protocol/wire/frames.h"

namespace blindsum {

using SharedBytes = std::shared_ptr<const Bytes>;

// A payload or a sum, sent as chunk frames of kChunkBytes [OFFER-1, RECORD-5].
struct Blob {
  ChunkType type{};
  SessionId session_id;
  SharedBytes bytes;
};

// One message to write: header and body, one after the other.
struct OutMessage {
  Bytes header;  // empty if the body is a whole frame
  ByteView body;
  SharedBytes keep_alive;
};

class Outbox {
 public:
  explicit Outbox(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}

  // False: more waits than may, nothing was added. A blob's bytes do not count, they are held once
  // for everybody.
  [[nodiscard]] bool push(SharedBytes frame);
  [[nodiscard]] bool push(Blob blob);

  std::optional<OutMessage> next();
  bool empty() const { return waiting_.empty(); }
  void clear();

 private:
  struct Entry {
    SharedBytes bytes;
    std::optional<Blob> blob;
    std::uint64_t offset = 0;
  };
  [[nodiscard]] bool admit(std::uint64_t size);

  std::uint64_t most_bytes_;
  std::uint64_t bytes_ = 0;
  std::deque<Entry> waiting_;
};

}  // namespace blindsum
