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

// Long enough for its sums to be in files.
Plan plan_with_files() {
  constexpr std::uint32_t kElements = 24;
  Plan plan = plain_plan(4, 0, 1, 2);
  plan.has_disk = true;
  plan.terms.schema.tensors[0].shape = {kElements};
  plan.terms.vector_length = kElements;
  for (MemberPlan& member : plan.member) member.policy.most_elements = kElements;
  return plan;
}

TEST_CASE(
    "the newest checkpoint is changed at any step: the round aborts, the next one is exact "
    "[DISK-8]") {
  constexpr std::uint64_t kSteps = 110;  // about those of one round
  std::uint64_t refused = 0;
  for (std::uint64_t step = 1; step < kSteps; ++step) {
    CAPTURE(step);
    const Outcome outcome =
        run(with_fault(plan_with_files(),
                       {.step = step, .fault = Fault::checkpoint_spoilt, .length_ms = 200}),
            false);
    CHECK(outcome.failure.value_or("") == "");
    const auto& statistics = outcome.statistics;
    const auto spoilt = statistics.of(Group::fault, "checkpoint_spoilt");
    CHECK(statistics.of(Group::disk, "checkpoints refused") == spoilt);
    CHECK(statistics.of(Group::abort, "checkpoint_damaged") == spoilt);
    CHECK(statistics.of(Group::round, "completed") == 2 - spoilt);
    CHECK(statistics.of(Group::disk, "rounds completed after a damaged one") == spoilt);
    refused += spoilt;
  }
  MESSAGE(refused, " checkpoints refused");
  CHECK(refused > 10);
}

}  // namespace
}  // namespace blindsum::sim
