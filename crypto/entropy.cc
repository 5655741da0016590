#include "crypto/entropy.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <limits>

#include "crypto/openssl.h"

namespace blindsum {

Result<void> SystemEntropy::fill(ByteSpan out) {
  constexpr std::size_t most_at_once = std::numeric_limits<int>::max();
  while (!out.empty()) {
    const std::size_t size = std::min(out.size(), most_at_once);
    if (RAND_priv_bytes(out.data(), static_cast<int>(size)) != 1) {
      ERR_clear_error();
      return CryptoError::entropy_failed;
    }
    out = out.subspan(size);
  }
  return {};
}

Result<std::uint32_t> uniform_below(Entropy& entropy, std::uint32_t bound) {
  if (bound == 0) return CryptoError::bad_bound;
  constexpr std::uint64_t values = std::uint64_t{1} << 32;
  const std::uint64_t accepted = values - values % bound;
  // Each draw is accepted with probability over 1/2: a good source fails all of them once in 2^128
  // calls.
  constexpr int draws = 128;
  for (int i = 0; i < draws; ++i) {
    std::array<std::uint8_t, 4> bytes{};
    BLINDSUM_CHECK(entropy.fill(bytes));
    const std::uint32_t value = get_u32(bytes);
    if (value < accepted) return value % bound;
  }
  return CryptoError::entropy_failed;
}

}  // namespace blindsum
