// What happens between rounds: payloads, the on_result hook, restarts, draining.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "support/error.h"
#include "support/files.h"
#include "tests/server/running.h"

namespace blindsum {
namespace {

constexpr std::uint32_t kMembers = 5;

std::string hook(const std::string& script) {
  return fmt::format("on_result = [\"sh\", \"-c\", '''{}''']\n", script);
}

std::vector<std::size_t> payload_sizes(SocketMember& member) {
  return member.stop().payload_sizes;
}

bool wait_for_error(SocketMember& member, Reason reason) {
  return member.wait([=](const TestMember& seen) { return seen.session_error == reason; });
}

TEST_CASE("task: the hook makes the next payload, of the result and the one before") {
  World world(kMembers);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("12345")).has_value());
  const auto script = hook(
      "test -f $BLINDSUM_RESULT/flat.npy && test -f $BLINDSUM_RECORD && echo round $BLINDSUM_ROUND "
      "of $BLINDSUM_TASK && cat $BLINDSUM_PAYLOAD_IN $BLINDSUM_PAYLOAD_IN > $BLINDSUM_PAYLOAD_OUT");
  RunningServer running(world,
                        world.configuration(5, "rounds = 3\npayload = \"model\"\n" + script));
  auto crowd = make_crowd(world, running.port(), 0, kMembers);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{5, 10, 20});
  CHECK(running.log().count("on_result says: round 2 of t") == 1);
  CHECK(read_text_file(world.task_results() / "round-000003" / "next_payload").value() ==
        "1234512345123451234512345123451234512345");
}

TEST_CASE("task: a payload of several chunks arrives whole") {
  World world(kMembers);
  REQUIRE(write_file_atomically(world.path("model"), Bytes((5U << 20) + 3)).has_value());
  RunningServer running(world, world.configuration(5, "rounds = 1\npayload = \"model\"\n"));
  auto crowd = make_crowd(world, running.port(), 0, kMembers);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{(5U << 20) + 3});
}

TEST_CASE("task: a hook that fails pauses the task by name; a restart runs it again") {
  World world(kMembers);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("1")).has_value());
  const auto text = [&](const std::string& script) {
    return world.configuration(
        5, "rounds = 2\npayload = \"model\"\non_result_time = \"5s\"\n" + hook(script));
  };
  {
    RunningServer running(world, text("echo why it failed; exit 7"));
    auto crowd = make_crowd(world, running.port(), 0, kMembers);
    REQUIRE(wait_for_records(crowd, 1));
    CHECK(running.log().wait_for("t: PAUSED until a restart: hook_failed"));
    CHECK(running.log().count("on_result says: why it failed") == 1);
    CHECK(running.log().count("exit status 7") == 1);
    CHECK_FALSE(crowd[0]->stop().session_error.has_value());  // it goes on waiting
    running.drain_and_wait();
  }
  {
    RunningServer running(world, text("true"));
    CHECK(running.log().wait_for("hook_no_payload"));
  }
  RunningServer running(world, text("printf 123 > $BLINDSUM_PAYLOAD_OUT"));
  CHECK(running.log().wait_for("t/1: on_result had not made the next payload"));
  auto crowd = make_crowd(world, running.port(), 0, kMembers);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{3});
}

TEST_CASE("task: a restart finds the newest payload; a finished task says so at once") {
  World world(kMembers);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("1")).has_value());
  const auto text = [&](int rounds) {
    return world.configuration(5, fmt::format("rounds = {}\npayload = \"model\"\n", rounds) +
                                      hook("printf 1234 > $BLINDSUM_PAYLOAD_OUT"));
  };
  {
    RunningServer running(world, text(1));
    auto crowd = make_crowd(world, running.port(), 0, kMembers);
    REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  }
  {
    RunningServer running(world, text(2));
    auto crowd = make_crowd(world, running.port(), 0, kMembers);
    REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
    CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{4});
  }
  RunningServer running(world, text(2));
  SocketMember late(world, 0, running.port());
  CHECK(wait_for_error(late, Reason::task_finished));
}

TEST_CASE("task: a payload that has gone pauses the task") {
  World world(kMembers);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("12")).has_value());
  RunningServer running(world,
                        world.configuration(5, "payload = \"model\"\nmost_payload = \"1B\""));
  CHECK(running.log().wait_for("PAUSED until a restart: payload_unreadable"));
  CHECK(running.log().wait_for("file_too_large"));
}

TEST_CASE("task: the gather time lets more come than n_min") {
  World world(6);
  RunningServer running(world, world.configuration(5, "rounds = 1\ngather = \"1500ms\""));
  auto crowd = make_crowd(world, running.port(), 0, 5);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  SocketMember sixth(world, 5, running.port());
  REQUIRE(sixth.wait_for_records(1));
  CHECK(sixth.stop().records[0].content.cohort.size() == 6);
}

TEST_CASE("task: two starts are at least the interval apart") {
  World world(kMembers);
  RunningServer running(world, world.configuration(5, "rounds = 2\ninterval = \"1s\""));
  const auto begun = std::chrono::steady_clock::now();
  auto crowd = make_crowd(world, running.port(), 0, kMembers);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(1000));
}

TEST_CASE("drain: a round that runs is finished, and its members are told after it") {
  World world(kMembers);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("1")).has_value());
  RunningServer running(
      world, world.configuration(
                 5, "payload = \"model\"\n" + hook("sleep 1; printf 12 > $BLINDSUM_PAYLOAD_OUT")));
  auto crowd = make_crowd(world, running.port(), 0, kMembers);
  REQUIRE(running.log().wait_for("t/1: started"));
  running.drain_and_wait();
  for (const auto& member : crowd) {
    CHECK(wait_for_error(*member, Reason::server_draining));
    CHECK(member->stop().records.size() == 1);
  }
  // The hook, too.
  CHECK(read_text_file(world.task_results() / "round-000001" / "next_payload").value() == "12");
}

TEST_CASE("drain: a round that does not end in time is aborted, server_draining") {
  World world(kMembers);
  RunningServer running(world, world.configuration(5, "", "drain = \"500ms\""));
  const SocketMember dying(world, 4, running.port(), ParticipantPhase::shared);
  auto crowd = make_crowd(world, running.port(), 0, 4);
  REQUIRE(running.log().wait_for("advertise closed"));
  running.drain_and_wait();
  CHECK(wait_for_error(*crowd[0], Reason::server_draining));
  const auto& seen = crowd[0]->stop();
  REQUIRE(seen.aborts.size() == 1);
  CHECK(seen.aborts[0] == Reason::server_draining);
  REQUIRE(seen.records.size() == 1);
  CHECK(seen.records[0].content.outcome == Reason::server_draining);
}

TEST_CASE("drain: a hook that does not end in time is ended") {
  World world(kMembers);
  RunningServer running(world, world.configuration(5, hook("sleep 60"), "drain = \"500ms\""));
  auto crowd = make_crowd(world, running.port(), 0, kMembers);
  REQUIRE(running.log().wait_for("t/1: completed"));
  running.drain_and_wait();
  CHECK(running.log().wait_for("hook_cancelled"));
}

TEST_CASE("server: the results folder has one server; a port in use is said") {
  World world(kMembers);
  RunningServer running(world, world.configuration(5));
  const auto start_again = [&](const ServerConfig& config) {
    std::vector<ConfigProblem> problems;
    auto materials = load_materials(config, problems);
    REQUIRE(materials.has_value());
    const SystemClock clock;
    MemoryLog log;
    std::string failure;
    CHECK(Server::start(config, *std::move(materials), clock, world.entropy(), log, failure) ==
          nullptr);
    return failure;
  };
  auto config = world.config(world.configuration(5));
  CHECK(start_again(config).find("folder_locked") != std::string::npos);
  config.aggregator.results = world.path("other");
  config.limits.sockets.port = running.port();
  CHECK(start_again(config).find("Address already in use") != std::string::npos);
}

}  // namespace
}  // namespace blindsum
