// How often the sum of a round is made durable while uploads come (sum_keeper.h).
#pragma once

#include <chrono>
#include <cstdint>

namespace blindsum {

struct CheckpointLimits {
  std::chrono::milliseconds interval{250};
  std::uint32_t uploads = 32;
};

}  // namespace blindsum
