// One run: members, an aggregator and a network between them, from a plan to the end of everything.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/aggregator_host.h"
#include "tests/sim/member_host.h"
#include "tests/sim/stage.h"
#include "tests/sim/storyteller/storyteller.h"

namespace blindsum::sim {

struct Outcome {
  std::optional<std::string> failure;
  std::vector<std::string> trace;  // if it was asked for
  Statistics statistics;
};

// Deterministic: the same plan, the same outcome. Never throws; a failed assertion of the code
// under test ends the process.
Outcome run(const Plan& plan, bool is_traced);

}  // namespace blindsum::sim
