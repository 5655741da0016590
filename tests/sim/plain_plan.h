// A plan without chance, for stories told by hand: everybody is honest, nothing breaks.
#pragma once

#include <string_view>

#include "tests/sim/plan.h"

namespace blindsum::sim {

// c and d have to be feasible for so many members. Integers from 0 to 3, in 11 bits, so that packed
// vectors have padding.
Plan plain_plan(std::uint32_t members, std::uint32_t c, std::uint32_t d, std::uint32_t rounds = 1);

// Changes a plan and gives it back.
Plan with_lie(Plan plan, std::uint32_t member, std::string_view lie);
Plan with_fault(Plan plan, const Operation& operation);

}  // namespace blindsum::sim
