// What the server does while it cannot write.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "server/task_control.h"
#include "tests/server/running.h"

namespace blindsum {
namespace {

// A folder stands where a file should be written.
struct Obstacle {
  std::filesystem::path path;
  Obstacle(const World& world, const std::string& name) : path(world.task_results() / name) {
    REQUIRE(std::filesystem::create_directory(path));
  }
  void remove() const { std::filesystem::remove(path); }
};

bool is_amiss(RunningServer& running, std::string_view why) {
  const auto reasons = running.server().readiness().reasons;
  return std::any_of(reasons.begin(), reasons.end(),
                     [&](const std::string& reason) { return reason.starts_with(why); });
}

// Soon after a line of the log, or after members have gone.
bool becomes_amiss(RunningServer& running, std::string_view why, bool amiss = true) {
  for (int tries = 0; tries < 200 && is_amiss(running, why) != amiss; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return is_amiss(running, why) == amiss;
}

TEST_CASE("task: what cannot be written is tried again: an offer, a result") {
  World world(kCrowd);
  RunningServer running(world, world.configuration(5, "rounds = 1\nretry_pause = \"100ms\""));
  const Obstacle offer(world, "round-000001.offer");
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  CHECK(running.log().wait_for("t: not_started: Is a directory; tried again in 100 ms"));
  CHECK(running.log().wait_for("tried again in 200 ms"));
  CHECK(is_amiss(running, "t: not_started: Is a directory"));
  const Obstacle record(world, "round-000001.record");
  offer.remove();
  CHECK(running.log().wait_for("t/1: not published: store_failed: Is a directory; tried again"));
  CHECK(becomes_amiss(running, "t: round 1: not published: store_failed: Is a directory"));
  record.remove();
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK_FALSE(is_amiss(running, "t:"));
  const auto& seen = crowd[0]->stop();
  REQUIRE(seen.records.size() == 1);
  CHECK(seen.records[0].content.outcome == Reason::ok);
  CHECK(std::filesystem::exists(world.task_results() / "round-000001" / "flat.npy"));
}

TEST_CASE("task: what is not tried is not amiss: whoever would come for it may be sent here") {
  World world(kCrowd);
  RunningServer running(world, world.configuration(5, "retry_pause = \"100ms\""));
  const Obstacle offer(world, "round-000001.offer");
  {
    auto crowd = make_crowd(world, running.port(), 0, kCrowd);
    CHECK(becomes_amiss(running, "t: not_started: Is a directory"));
  }
  CHECK(becomes_amiss(running, "t:", false));
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  CHECK(becomes_amiss(running, "t: not_started: Is a directory"));
  CHECK(running.server().tasks().pause("t").error == ControlError::ok);
  CHECK(becomes_amiss(running, "t:", false));
}

TEST_CASE("drain: a result that cannot be written is left, and the next process writes it") {
  World world(kCrowd);
  const auto folder = world.task_results();
  std::optional<RunningServer> running(std::in_place, world,
                                       world.configuration(5, "", "drain = \"300ms\""));
  const Obstacle record(world, "round-000001.record");
  auto crowd = make_crowd(world, running->port(), 0, kCrowd);
  REQUIRE(running->log().wait_for("t/1: not published: store_failed"));
  running->drain_and_wait();
  CHECK(running->log().count("t/1: left without its record") == 1);
  CHECK(wait_for_error(*crowd[0], Reason::server_draining));
  running.reset();
  record.remove();
  RunningServer next(world, world.configuration(5));
  CHECK(next.log().wait_for("t/1: completed"));
  CHECK(std::filesystem::is_regular_file(folder / "round-000001.record"));
  CHECK(std::filesystem::exists(folder / "round-000001" / "flat.npy"));
}

}  // namespace
}  // namespace blindsum
