// How often somebody may do something: so many times at once, and that many a minute on average
// (a bucket of tokens, kept as the one instant at which it will be full again).
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "protocol/round/clock.h"

namespace blindsum {

// May be used from several threads at once.
class RateLimit {
 public:
  explicit RateLimit(std::uint32_t per_minute);
  // Whether `who` may now; then it counts. A clock that stands still, or goes back, refills
  // nothing.
  [[nodiscard]] bool take(const std::string& who, Instant now);
  // Of how many something is remembered: those whose bucket is not full, and few others.
  [[nodiscard]] std::size_t size() const;

 private:
  using Time = std::chrono::microseconds;
  void forget_full(Time now);

  const Time step_;   // one more every so often
  const Time depth_;  // of an empty bucket
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Time> full_at_;
  std::size_t look_at_;  // forget when there are so many
};

}  // namespace blindsum
