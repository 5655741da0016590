// Randomness is injected: whoever draws takes an Entropy&, so that the simulator and the tests can
// repeat a run. Programs use SystemEntropy; tests/support/seeded_entropy.h has the deterministic
// one.
#pragma once

#include <cstdint>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

class Entropy {
 public:
  virtual ~Entropy() = default;

  // Fills all of `out` with independent uniform bytes. On an error `out` holds nothing of use and
  // must not be used. Errors: entropy_failed.
  [[nodiscard]] virtual Result<void> fill(ByteSpan out) = 0;
};

// OpenSSL's generator for private values. May be used from several threads at once.
class SystemEntropy final : public Entropy {
 public:
  [[nodiscard]] Result<void> fill(ByteSpan out) override;
};

// Uniform in [0, bound), without modulo bias [SHARE-4].
// Errors: bad_bound if bound is 0; entropy_failed.
[[nodiscard]] Result<std::uint32_t> uniform_below(Entropy& entropy, std::uint32_t bound);

}  // namespace blindsum
