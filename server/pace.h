// How many things a connection may make us do beside taking its bytes: pings, pieces of messages,
// messages, each of which costs about as much as many bytes do. Who sends what a round is made of
// stays far below; who sends a byte at a time, or nothing but pings, does not.
#pragma once

#include <algorithm>
#include <cstdint>

#include "protocol/round/clock.h"

namespace blindsum {

class Pace {
 public:
  // So many a second, four seconds' worth at once; and one more for each kBytesForOne that come.
  static constexpr std::uint64_t kBytesForOne = 256;
  static constexpr std::uint64_t kSecondsAtOnce = 4;

  explicit Pace(std::uint32_t per_second) : per_second_(per_second), left_(most()) {}

  // One more, of so many bytes. False if it is one too many.
  [[nodiscard]] bool take(std::uint64_t bytes, Instant now) {
    const Instant passed = std::max(now - last_, Instant{0});
    last_ = std::max(now, last_);
    refilled_ += static_cast<std::uint64_t>(passed.count()) * per_second_;
    bytes_ += bytes;
    left_ = std::min(most(), left_ + refilled_ / kPerSecond + bytes_ / kBytesForOne);
    refilled_ %= kPerSecond;
    bytes_ %= kBytesForOne;
    if (left_ == 0) return false;
    --left_;
    return true;
  }

 private:
  static constexpr std::uint64_t kPerSecond = 1000;  // an Instant is milliseconds
  std::uint64_t most() const { return kSecondsAtOnce * per_second_; }

  std::uint64_t per_second_;
  std::uint64_t left_;
  std::uint64_t refilled_ = 0;  // thousandths
  std::uint64_t bytes_ = 0;     // that count towards the next
  Instant last_{0};
};

}  // namespace blindsum
