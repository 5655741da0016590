#include "server/outbox.h"

#include <algorithm>

namespace blindsum {
namespace {

// What an entry costs besides its bytes, so that small frames are bounded in number, too.
constexpr std::uint64_t kEntryBytes = 128;

}  // namespace

bool Outbox::admit(std::uint64_t size) {
  if (bytes_ + size + kEntryBytes > most_bytes_) return false;
  bytes_ += size + kEntryBytes;
  return true;
}

bool Outbox::push(SharedBytes frame) {
  if (!admit(frame->size())) return false;
  waiting_.push_back({std::move(frame), std::nullopt, 0});
  return true;
}

bool Outbox::push(Blob blob) {
  if (blob.bytes->empty()) return true;
  if (!admit(0)) return false;
  waiting_.push_back({nullptr, std::move(blob), 0});
  return true;
}

std::optional<OutMessage> Outbox::next() {
  if (waiting_.empty()) return std::nullopt;
  Entry& entry = waiting_.front();
  if (!entry.blob) {
    OutMessage message{{}, *entry.bytes, entry.bytes};
    bytes_ -= entry.bytes->size() + kEntryBytes;
    waiting_.pop_front();
    return message;
  }
  const Blob& blob = *entry.blob;
  const ByteView rest = ByteView(*blob.bytes).subspan(entry.offset);
  OutMessage message{chunk_header(blob.type, blob.session_id, entry.offset),
                     rest.first(std::min(rest.size(), kChunkBytes)), blob.bytes};
  entry.offset += message.body.size();
  if (entry.offset == blob.bytes->size()) {
    bytes_ -= kEntryBytes;
    waiting_.pop_front();
  }
  return message;
}

void Outbox::clear() {
  waiting_.clear();
  bytes_ = 0;
}

}  // namespace blindsum
