// Bitmaps as bytes, so that wrong ones can be made.
#pragma once

#include <bit>
#include <cstdint>

#include "crypto/bytes.h"

namespace blindsum::sim {

inline bool has_bit(const Bytes& bits, std::uint32_t u) {
  return u / 8 < bits.size() && ((bits[u / 8] >> (u % 8)) & 1) != 0;
}
inline void set_bit(Bytes& bits, std::uint32_t u) {
  bits[u / 8] = static_cast<std::uint8_t>(bits[u / 8] | (1U << (u % 8)));
}
inline void clear_bit(Bytes& bits, std::uint32_t u) {
  bits[u / 8] = static_cast<std::uint8_t>(bits[u / 8] & ~(1U << (u % 8)));
}
inline std::uint32_t count_bits(const Bytes& bits) {
  std::uint32_t count = 0;
  for (const std::uint8_t byte : bits) count += static_cast<std::uint32_t>(std::popcount(byte));
  return count;
}
// A bit behind the last of n; where there is no room for one, a byte.
inline void set_padding(Bytes& bits, std::uint32_t n) {
  if (n % 8 == 0) {
    bits.push_back(0);
  } else {
    set_bit(bits, n);
  }
}

}  // namespace blindsum::sim
