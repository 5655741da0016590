#include "tests/support/seeded_entropy.h"

#include <sodium.h>

#include <algorithm>

namespace blindsum {

SeededEntropy::SeededEntropy(std::uint64_t seed) {
  Bytes low;
  put_u64(low, seed);
  std::copy(low.begin(), low.end(), key_.begin());
}

Result<void> SeededEntropy::fill(ByteSpan out) {
  Bytes nonce;
  put_u64(nonce, calls_++);
  static_assert(crypto_stream_chacha20_NONCEBYTES == 8);
  if (crypto_stream_chacha20(out.data(), out.size(), nonce.data(), key_.data()) != 0) {
    return CryptoError::entropy_failed;
  }
  return {};
}

SigningKey seeded_key(std::uint64_t seed) {
  SeededEntropy entropy(seed);
  return SigningKey::generate(entropy).value();
}

Result<void> ScriptedEntropy::fill(ByteSpan out) {
  if (script_.size() - used_ < out.size()) return CryptoError::entropy_failed;
  std::copy_n(script_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
  used_ += out.size();
  return {};
}

}  // namespace blindsum
