// The first half of a plan: how many take part, on which terms, under which policies.
#pragma once

#include "tests/sim/plan.h"

namespace blindsum::sim {

// plan.seed and plan.theme are set. Fills in members, rounds, terms, member, corrupt.
void draw_terms(Plan& plan, Random& random);

// As strict as the terms allow, so that whatever is weaker has to be refused. Members and terms are
// set.
Policy strictest_policy(const Plan& plan);

}  // namespace blindsum::sim
