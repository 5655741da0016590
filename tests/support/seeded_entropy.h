// Entropy for tests and the simulator. Never linked into a program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "crypto/result.h"
#include "crypto/sign.h"

namespace blindsum {

// The same seed and the same calls give the same bytes: each fill() is the ChaCha20 keystream under
// the seed, with the number of the call as its nonce.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed);
  [[nodiscard]] Result<void> fill(ByteSpan out) override;

 private:
  std::array<std::uint8_t, 32> key_{};
  std::uint64_t calls_ = 0;
};

// The same key whenever it is asked for.
SigningKey seeded_key(std::uint64_t seed);

// Gives out the bytes of a script in order, then fails with entropy_failed: for draws that chance
// does not make, and (with an empty script) for a source that is broken.
class ScriptedEntropy final : public Entropy {
 public:
  explicit ScriptedEntropy(Bytes script = {}) : script_(std::move(script)) {}
  [[nodiscard]] Result<void> fill(ByteSpan out) override;

 private:
  Bytes script_;
  std::size_t used_ = 0;
};

}  // namespace blindsum
