// What a long run has to come across, or it tests less than it says.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/sim/statistics.h"

namespace blindsum::sim {

// Long enough for all of them.
inline constexpr std::uint64_t kFullRun = 20'000;

std::vector<std::pair<Group, std::string>> expected_names();

}  // namespace blindsum::sim
