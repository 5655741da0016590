// What every part of a run shares.
#pragma once

#include "tests/sim/cast.h"
#include "tests/sim/checks/watch.h"
#include "tests/sim/network.h"
#include "tests/sim/plan.h"
#include "tests/sim/queue.h"
#include "tests/sim/statistics.h"
#include "tests/sim/trace.h"

namespace blindsum::sim {

struct Stage {
  const Plan& plan;
  const Cast& cast;
  Queue& queue;
  Network& network;
  Trace& trace;
  Statistics& statistics;
  Watch& watch;
};

// Where the keys of a run's machines come from: a seed for each, never one of another seed's.
constexpr std::uint64_t entropy_seed(const Plan& plan, std::uint32_t who, std::uint32_t which) {
  return plan.seed * 1'000'003 + std::uint64_t{who} * 4'099 + which;
}

}  // namespace blindsum::sim
