// A set of cohort members: ⌈n/8⌉ bytes, bit u = byte u/8, bit u mod 8, least significant first;
// padding bits zero, which parse() checks (SPEC.md, BITMAP-1). u is a cohort index.
#pragma once

#include <cstdint>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(std::uint32_t n) : n_(n), bytes_((n + 7) / 8) {}
  // Errors: bad_bitmap unless ⌈n/8⌉ bytes whose padding bits are zero.
  static Result<Bitmap> parse(ByteView bytes, std::uint32_t n);

  std::uint32_t size() const { return n_; }
  bool has(std::uint32_t u) const { return u < n_ && ((bytes_[u / 8] >> (u % 8)) & 1) != 0; }
  void add(std::uint32_t u);  // u < size()
  std::uint32_t count() const;
  std::vector<std::uint32_t> members() const;  // ascending
  bool subset_of(const Bitmap& other) const;   // of the same size
  ByteView bytes() const { return bytes_; }
  friend bool operator==(const Bitmap&, const Bitmap&) = default;

 private:
  std::uint32_t n_ = 0;
  Bytes bytes_;
};

}  // namespace blindsum
