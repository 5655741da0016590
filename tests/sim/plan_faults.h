// The second half of a plan: its list of faults, and who lies how.
#pragma once

#include "tests/sim/plan.h"

namespace blindsum::sim {

// The terms are drawn. Fills in operations.
void draw_operations(Plan& plan, Random& random);
// Fills in lies, forgery, story.
void draw_lies(Plan& plan, Random& random);

// Whether a fault may take its member out of the round for good.
bool may_lose_member(const Operation& operation);

}  // namespace blindsum::sim
