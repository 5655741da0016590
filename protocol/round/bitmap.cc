#include "protocol/round/bitmap.h"

#include <bit>
#include <cassert>

#include "faults/faults.h"
#include "protocol/round/reason.h"

namespace blindsum {

// [BITMAP-1]
Result<Bitmap> Bitmap::parse(ByteView bytes, std::uint32_t n) {
  Bitmap bitmap(n);
  if (bytes.size() != bitmap.bytes_.size()) return Reason::bad_bitmap;
  const bool is_padded = n % 8 != 0 && (bytes.back() >> (n % 8)) != 0;
  if (is_padded && !fault(Fault::padding_bits_taken)) return Reason::bad_bitmap;
  bitmap.bytes_.assign(bytes.begin(), bytes.end());
  return bitmap;
}

void Bitmap::add(std::uint32_t u) {
  assert(u < n_);
  bytes_[u / 8] = static_cast<std::uint8_t>(bytes_[u / 8] | (1u << (u % 8)));
}

std::uint32_t Bitmap::count() const {
  std::uint32_t count = 0;
  for (const std::uint8_t byte : bytes_) count += static_cast<std::uint32_t>(std::popcount(byte));
  return count;
}

std::vector<std::uint32_t> Bitmap::members() const {
  std::vector<std::uint32_t> members;
  members.reserve(count());
  for (std::uint32_t u = 0; u < n_; ++u) {
    if (has(u)) members.push_back(u);
  }
  return members;
}

bool Bitmap::subset_of(const Bitmap& other) const {
  if (n_ != other.n_) return false;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if ((bytes_[i] & ~other.bytes_[i]) != 0) return false;
  }
  return true;
}

}  // namespace blindsum
