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
  // Of how many something is remembered: those whose bucket is not full, and few others; 100,000 at
  // most. Beyond that somebody is forgotten for each that comes: all that this gives is one full
  // bucket, and nobody is let through uncounted.
  [[nodiscard]] std::size_t size() const;

 private:
  using Time = std::chrono::microseconds;
  void forget_full(Time now);
  void forget_one();

  const Time step_;   // one more every so often
  const Time depth_;  // of an empty bucket
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Time> full_at_;
  std::size_t look_at_;          // forget when there are so many,
  Time next_look_{0};            // and not before
  std::size_t next_bucket_ = 0;  // whose first is forgotten
};

}  // namespace blindsum
