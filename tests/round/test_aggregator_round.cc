#include <doctest/doctest.h>

#include "protocol/round/round_transcript.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;

std::vector<std::string> phases(const AggregatorWorld& world) {
  std::vector<std::string> names;
  for (const PhaseClosed& closed : world.closed()) names.push_back(closed.phase);
  return names;
}

TEST_CASE("[REBUILD-4] a round of all members ends in their exact sum") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::over);
  REQUIRE(world.record().has_value());
  CHECK(world.record()->outcome == Reason::ok);
  CHECK(world.sum() == world.inputs_of(world.all()));
  CHECK(world.rejected().empty());
  CHECK(phases(world) ==
        std::vector<std::string>{"advertise", "share", "mask", "attest", "unmask"});
  for (const PhaseClosed& closed : world.closed()) {
    CHECK(closed.answered == 5);
    CHECK(closed.expected == 5);
  }
  CHECK_FALSE(world.round().next_deadline().has_value());
}

TEST_CASE("[REBUILD-4] a member that drops after sharing is left out of an exact sum") {
  for (std::uint32_t dropped = 0; dropped < 5; ++dropped) {
    AggregatorWorld world;
    world.begin_and_run_to(Phase::mask);
    const auto rest = world.all_but({dropped});
    world.mask(rest);
    CHECK(world.phase() == Phase::mask);
    world.to_deadline();
    REQUIRE(world.phase() == Phase::attest);
    CHECK(world.dropped(dropped) == Reason::time_limit);
    world.attest(rest);
    world.unmask(rest);
    REQUIRE(world.phase() == Phase::over);
    CHECK(world.record()->outcome == Reason::ok);
    CHECK(world.sum() == world.inputs_of(rest));
  }
}

TEST_CASE("[REBUILD-4] a member that drops before sharing is in nobody's masks") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  const auto rest = world.all_but({2});
  world.share(rest);
  world.to_deadline();
  world.mask(rest);
  world.attest(rest);
  world.unmask(rest);
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.sum() == world.inputs_of(rest));
}

TEST_CASE("[REBUILD-4] a member may drop out of the unmask phase: t shares are enough") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.unmask(world.all_but({0}));
  CHECK(world.phase() == Phase::unmask);
  world.to_deadline();
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.dropped(0) == Reason::time_limit);
  CHECK(world.sum() == world.inputs_of(world.all()));
}

// Not the complete graph: picks are a part of the others, edges are one-way or mutual.
TEST_CASE("[REBUILD-1] a cohort of 101 with a sparse graph sums exactly without its dropouts") {
  WorldOptions options;
  options.members = options.invited = 101;
  options.n_min = 101;
  options.n_max = 101;
  options.max_corrupt = 5;
  options.delta_ppm = 50'000;
  options.vector_length = 9;
  AggregatorWorld world(options);
  world.begin_and_run_to(Phase::mask);
  REQUIRE(world.member(0).graph().k < 100);
  const auto rest = world.all_but({0, 50, 100});
  world.mask(rest);
  world.to_deadline();
  world.attest(rest);
  const auto answering = world.all_but({0, 7, 50, 100});
  world.unmask(answering);
  world.to_deadline();
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::ok);
  CHECK(world.sum() == world.inputs_of(rest));
  CHECK(world.job()->targets.size() == 101);
}

TEST_CASE("[RECORD-9] who unmasked and stayed needs no proof; who joins again does") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  const auto holds = [&](std::uint32_t i) { return world.round().holds_proof(world.index(i)); };
  for (const std::uint32_t i : world.all()) CHECK_FALSE(holds(i));
  world.unmask({0, 1});
  CHECK(holds(0));
  CHECK(holds(1));
  CHECK_FALSE(holds(2));
  Unmask bad = world.member(3).unmask();
  bad.signature.bytes[0] ^= 1;
  world.say(3, bad);  // not accepted
  CHECK_FALSE(holds(3));
  world.disconnect(1);
  world.connect(1);
  CHECK_FALSE(holds(1));
  world.unmask({2, 3, 4});
  REQUIRE(world.phase() == Phase::over);
  CHECK(holds(0));
  CHECK_FALSE(holds(1));
  CHECK(holds(4));
  world.connect(4);
  CHECK_FALSE(holds(4));
  // Another process knows of nobody.
  REQUIRE(world.restart().has_value());
  CHECK_FALSE(holds(0));
}

}  // namespace
}  // namespace blindsum
