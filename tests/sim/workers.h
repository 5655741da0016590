// Runs seeds in several processes, so that a seed that kills its process is named as well, and the
// libraries' locks are in nobody's way.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tests/sim/statistics.h"

namespace blindsum::sim {

struct Tally {
  Statistics statistics;
  std::uint64_t done = 0;
  std::optional<std::uint64_t> failed_seed;
  std::string how;       // it failed
  bool is_lost = false;  // no process could be made
};

// Stops soon after a seed fails. `on_progress` is told now and then how many seeds are done.
Tally run_seeds(std::uint64_t first, std::uint64_t count, std::uint32_t jobs,
                const std::function<void(std::uint64_t)>& on_progress);

}  // namespace blindsum::sim
