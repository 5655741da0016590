#include "protocol/vector/packed_upload.h"

#include <span>
#include <utility>

#include "crypto/secret.h"

namespace blindsum {
namespace {

// A buffer for chunks below half of it. At most half of such a one is empty but for the last.
constexpr std::size_t kGatheredBytes = std::size_t{64} << 10;

}  // namespace

PackedUpload::PackedUpload(PackedUpload&& other) noexcept
    : pieces_(std::exchange(other.pieces_, {})), size_(std::exchange(other.size_, 0)) {}

PackedUpload& PackedUpload::operator=(PackedUpload&& other) noexcept {
  if (this != &other) {
    wipe();
    pieces_ = std::exchange(other.pieces_, {});
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

void PackedUpload::append(Bytes chunk) {
  if (chunk.empty()) return;
  size_ += chunk.size();
  if (chunk.size() >= kGatheredBytes / 2) {
    pieces_.push_back(std::move(chunk));
    return;
  }
  const bool has_room =
      !pieces_.empty() && pieces_.back().capacity() - pieces_.back().size() >= chunk.size();
  if (!has_room) {
    pieces_.emplace_back();
    pieces_.back().reserve(kGatheredBytes);
  }
  pieces_.back().insert(pieces_.back().end(), chunk.begin(), chunk.end());
  blindsum::wipe(std::span(chunk));
}

Bytes PackedUpload::joined() const {
  Bytes all;
  all.reserve(size_);
  for (const Bytes& piece : pieces_) put_bytes(all, piece);
  return all;
}

void PackedUpload::wipe() noexcept {
  for (Bytes& piece : pieces_) blindsum::wipe(std::span(piece));
  pieces_.clear();
  size_ = 0;
}

}  // namespace blindsum
