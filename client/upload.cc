#include "client/upload.h"

#include <algorithm>
#include <utility>

#include "protocol/wire/frames.h"

namespace blindsum {

Upload::Upload(DriverHost& host, Events events)
    : host_(host), events_(std::move(events)), self_(std::make_shared<Upload*>(this)) {}

void Upload::begin(const SessionId& id, std::shared_ptr<MaskedVector> vector,
                   std::uint64_t offset) {
  ++beginning_;
  id_ = id;
  vector_ = std::move(vector);
  next_ = offset;
  if (next_ == vector_->packed_size()) {  // all of it is there already
    events_.finished();
    return;
  }
  fill();
}

void Upload::stop() {
  ++beginning_;
  vector_.reset();
}

void Upload::disconnected() {
  stop();
  ++session_;
  handed_out_ = 0;
}

void Upload::fill() {
  while (vector_ && handed_out_ < kMostHandedOut && next_ < vector_->packed_size()) send_next();
}

void Upload::send_next() {
  const std::uint64_t size = vector_->packed_size();
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
  ++handed_out_;
  const Ticket ticket{.session = session_, .beginning = beginning_, .end = next_};
  host_.send(WipedFrame(std::move(frame)), [self = self_, ticket] {
    if (*self != nullptr) (*self)->sent(ticket);
  });
}

void Upload::sent(const Ticket& ticket) {
  if (ticket.session != session_) return;
  --handed_out_;
  if (!vector_) return;
  if (ticket.beginning == beginning_) {
    const std::uint64_t size = vector_->packed_size();
    events_.progress(ticket.end, size);
    if (ticket.end == size) {
      events_.finished();
      return;
    }
  }
  fill();
}

}  // namespace blindsum
