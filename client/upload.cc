#include "client/upload.h"

#include <algorithm>
#include <utility>

#include "protocol/wire/frames.h"

namespace blindsum {

void Upload::begin(const SessionId& id, std::shared_ptr<MaskedVector> vector,
                   std::uint64_t offset) {
  const std::uint64_t mine = ++*generation_;
  id_ = id;
  vector_ = std::move(vector);
  next_ = offset;
  if (next_ == vector_->packed_size()) {  // all of it is there already
    events_.finished();
    return;
  }
  send_next();
  if (*generation_ == mine) send_next();
}

void Upload::stop() {
  ++*generation_;
  vector_.reset();
}

void Upload::send_next() {
  const std::uint64_t size = vector_->packed_size();
  if (next_ == size) return;
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, size - next_));
  Bytes frame = chunk_header(ChunkType::upload, id_, next_);
  const std::size_t header = frame.size();
  frame.resize(header + length);
  const auto read = vector_->read(next_, ByteSpan(frame).subspan(header));
  if (!read) {
    stop();
    events_.failed(read.error());
    return;
  }
  next_ += length;
  host_.send(std::move(frame), [this, newest = generation_, mine = *generation_, end = next_] {
    if (*newest == mine) sent(end);
  });
}

void Upload::sent(std::uint64_t end) {
  const std::uint64_t size = vector_->packed_size();
  events_.progress(end, size);
  if (end == size) {
    events_.finished();
  } else {
    send_next();
  }
}

}  // namespace blindsum
