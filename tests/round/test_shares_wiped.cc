#include <doctest/doctest.h>

#include "tests/support/aggregator_world.h"
#include "tests/support/heap_watch.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;

// A round with a dropped member, an answer that is rejected and one that comes twice.
void run(AggregatorWorld& world) {
  world.begin_and_run_to(Phase::mask);
  world.mask(world.all_but({2}));
  world.to_deadline();
  world.attest(world.all_but({2}));
  Unmask bad = world.member(0).unmask();
  bad.entries.pop_back();
  world.member(0).sign(bad);
  world.say(0, bad);
  world.unmask({0});
  world.unmask(world.all_but({2}));
}

TEST_CASE("[REBUILD-5, DISK-5] no share is left in memory that the aggregator gives back") {
  std::vector<Bytes> shares;
  {
    AggregatorWorld world;
    run(world);
    REQUIRE(world.phase() == Phase::over);
    REQUIRE(world.record()->outcome == Reason::ok);
    for (const std::uint32_t u : {0U, 1U, 3U, 4U}) {
      for (const UnmaskEntry& entry : world.member(u).unmask().entries) {
        shares.emplace_back(entry.share.view().begin(), entry.share.view().end());
      }
    }
  }
  HeapWatch watch(shares);
  {
    AggregatorWorld world;
    run(world);
  }
  CHECK(watch.found() == 0);
}

}  // namespace
}  // namespace blindsum
