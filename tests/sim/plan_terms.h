// The first half of a plan: how many take part, on which terms, under which policies.
#pragma once

#include "tests/sim/plan.h"

namespace blindsum::sim {

// plan.seed and plan.theme are set. Fills in members, rounds, terms, member, corrupt.
void draw_terms(Plan& plan, Random& random);

}  // namespace blindsum::sim
