#include "protocol/vector/packed_upload.h"

#include <span>
#include <utility>

#include "crypto/secret.h"

namespace blindsum {
namespace {

// A buffer for chunks below half of it.
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

void PackedUpload::Piece::drop() noexcept {
  blindsum::wipe(std::span(buffer));
  buffer = Bytes();
}

void PackedUpload::append(Bytes chunk, std::size_t skipped) {
  Piece piece{std::move(chunk), skipped};
  const ByteView bytes = piece.view();
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (bytes.size() >= kGatheredBytes / 2) {
    pieces_.push_back(std::move(piece));
    return;
  }
  const auto room = [](const Bytes& buffer) { return buffer.capacity() - buffer.size(); };
  if (pieces_.empty() || room(pieces_.back().buffer) < bytes.size()) {
    pieces_.emplace_back();
    pieces_.back().buffer.reserve(kGatheredBytes);
  }
  put_bytes(pieces_.back().buffer, bytes);
  piece.drop();
}

Bytes PackedUpload::joined() const {
  Bytes all;
  all.reserve(size_);
  for (const Piece& piece : pieces_) put_bytes(all, piece.view());
  return all;
}

void PackedUpload::wipe() noexcept {
  for (Piece& piece : pieces_) piece.drop();
  pieces_.clear();
  size_ = 0;
}

}  // namespace blindsum
