// The aggregator's store on a simulated disk, in a whole round: the machine stops inside every
// operation that the round has of its disk, in turn, and comes back with what survives.
#include <doctest/doctest.h>

#include "tests/sim/disk/sim_disk.h"
#include "tests/sim/plain_plan.h"
#include "tests/sim/world.h"

namespace blindsum::sim {
namespace {

TEST_CASE("the power goes inside every operation of the disk; the round completes [ONCE-6]") {
  std::uint64_t crashes = 0, torn = 0;
  for (std::uint32_t survival = 0; survival <= kSurvivals; ++survival) {
    for (std::uint32_t at = 0;; ++at) {
      CAPTURE(survival);
      CAPTURE(at);
      Plan plan = plain_plan(4, 0, 1);
      plan.seed = at;
      plan.has_disk = true;
      plan = with_fault(std::move(plan), {.step = 1,
                                          .fault = Fault::power_cut,
                                          .length_ms = 200,
                                          .detail = power_cut_at(at, survival)});
      const Outcome outcome = run(plan, false);
      CHECK(outcome.failure.value_or("") == "");
      CHECK(outcome.statistics.of(Group::round, "completed") == 1);
      const auto now = outcome.statistics.of(Group::disk, "crashes inside an operation");
      if (now == 0) break;
      crashes += now;
      torn += outcome.statistics.of(Group::disk, "torn writes");
    }
  }
  MESSAGE(crashes, " crashes, ", torn, " torn writes");
  CHECK(crashes > 500);
  CHECK(torn > 100);
}

}  // namespace
}  // namespace blindsum::sim
