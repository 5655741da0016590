// How long to wait before connecting again: exponential with full jitter [WIRE-8], so that a
// thousand participants do not come back in the same second after a restart of the aggregator.
#pragma once

#include <chrono>
#include <cstdint>

#include "crypto/entropy.h"
#include "crypto/result.h"

namespace blindsum {

class Backoff {
 public:
  static constexpr std::chrono::milliseconds kFirst{250};
  static constexpr std::chrono::milliseconds kMost{30'000};

  explicit Backoff(Entropy& entropy) : entropy_(entropy) {}

  // Uniform from 0 to a limit that doubles with every call, from kFirst to kMost. Errors:
  // entropy_failed.
  [[nodiscard]] Result<std::chrono::milliseconds> next();
  // A connection held: begin with kFirst again.
  void reset() { limit_ = kFirst; }

 private:
  Entropy& entropy_;
  std::chrono::milliseconds limit_ = kFirst;
};

}  // namespace blindsum
