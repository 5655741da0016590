// What happens between rounds: payloads, the on_result hook, restarts, the schedule.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "server/task_control.h"
#include "support/error.h"
#include "support/files.h"
#include "tests/server/running.h"

namespace blindsum {
namespace {

std::vector<std::size_t> payload_sizes(SocketMember& member) {
  return member.stop().payload_sizes;
}

TEST_CASE("task: the hook makes the next payload, of the result and the one before") {
  World world(kCrowd);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("12345")).has_value());
  const auto script = on_result_line(
      "test -f $BLINDSUM_RESULT/flat.npy && test -f $BLINDSUM_RECORD && echo round $BLINDSUM_ROUND "
      "of $BLINDSUM_TASK && cat $BLINDSUM_PAYLOAD_IN $BLINDSUM_PAYLOAD_IN > $BLINDSUM_PAYLOAD_OUT");
  RunningServer running(world,
                        world.configuration(5, "rounds = 3\npayload = \"model\"\n" + script));
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{5, 10, 20});
  CHECK(running.log().count("on_result says: round 2 of t") == 1);
  CHECK(read_text_file(world.task_results() / "round-000003" / "next_payload").value() ==
        "1234512345123451234512345123451234512345");
}

TEST_CASE("task: a payload of several chunks arrives whole") {
  World world(kCrowd);
  REQUIRE(write_file_atomically(world.path("model"), Bytes((5U << 20) + 3)).has_value());
  RunningServer running(world, world.configuration(5, "rounds = 1\npayload = \"model\"\n"));
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{(5U << 20) + 3});
}

TEST_CASE("task: a hook that fails pauses the task by name; a restart runs it again") {
  World world(kCrowd);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("1")).has_value());
  const auto text = [&](const std::string& script) {
    return world.configuration(
        5, "rounds = 2\npayload = \"model\"\non_result_time = \"5s\"\n" + on_result_line(script));
  };
  {
    RunningServer running(world, text("echo why it failed; exit 7"));
    auto crowd = make_crowd(world, running.port(), 0, kCrowd);
    REQUIRE(wait_for_records(crowd, 1));
    CHECK(running.log().wait_for("t: PAUSED: hook_failed"));
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
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{3});
}

TEST_CASE("task: one that a hook has paused goes on by the operator's word, once that is mended") {
  World world(kCrowd);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("1")).has_value());
  const auto script =
      "test -e " + world.path("mended").string() + " && printf 123 > $BLINDSUM_PAYLOAD_OUT";
  RunningServer running(
      world, world.configuration(5, "rounds = 2\npayload = \"model\"\n" + on_result_line(script)));
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(running.log().wait_for("t: PAUSED: hook_failed"));
  CHECK(running.server().tasks().resume("t").error == ControlError::ok);
  CHECK(running.log().wait_for("t: tries again"));
  REQUIRE(running.log().wait_for("t/1: on_result had not made the next payload"));
  const auto again = [&] { return running.log().count("t: PAUSED: hook_failed"); };
  for (int i = 0; i < 300 && again() < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  REQUIRE(again() == 2);  // it was not mended
  REQUIRE(write_file_atomically(world.path("mended"), std::string_view()).has_value());
  CHECK(running.server().tasks().resume("t").error == ControlError::ok);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{1, 3});
}

TEST_CASE("task: a restart finds the newest payload; a finished task says so at once") {
  World world(kCrowd);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("1")).has_value());
  const auto text = [&](int rounds) {
    return world.configuration(5, fmt::format("rounds = {}\npayload = \"model\"\n", rounds) +
                                      on_result_line("printf 1234 > $BLINDSUM_PAYLOAD_OUT"));
  };
  {
    RunningServer running(world, text(1));
    auto crowd = make_crowd(world, running.port(), 0, kCrowd);
    REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  }
  {
    RunningServer running(world, text(2));
    auto crowd = make_crowd(world, running.port(), 0, kCrowd);
    REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
    CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{4});
  }
  RunningServer running(world, text(2));
  SocketMember late(world, 0, running.port());
  CHECK(wait_for_error(late, Reason::task_finished));
  CHECK(late.stop().records.size() == 2);  // of the rounds that it took part in [JOIN-2]
}

TEST_CASE("task: who comes back after the last round still gets its result [JOIN-1]") {
  World world(kCrowd + 1);
  RunningServer running(world, world.configuration(5, "rounds = 1\ngather = \"0s\""));
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  SocketMember again(world, 0, running.port());
  CHECK(wait_for_error(again, Reason::task_finished));
  CHECK(again.stop().records.size() == 1);
  SocketMember stranger(world, kCrowd, running.port());
  CHECK(wait_for_error(stranger, Reason::task_finished));
  CHECK(stranger.stop().records.empty());
}

TEST_CASE("task: a payload that cannot be read any more pauses the task") {
  World world(kCrowd);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("12")).has_value());
  const auto text = [&](int rounds) {
    return world.configuration(5, fmt::format("rounds = {}\npayload = \"model\"\n", rounds) +
                                      on_result_line("printf 12 > $BLINDSUM_PAYLOAD_OUT"));
  };
  {
    RunningServer running(world, text(1));
    auto crowd = make_crowd(world, running.port(), 0, kCrowd);
    REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  }
  const auto next = world.task_results() / "round-000001" / "next_payload";
  REQUIRE(std::filesystem::remove(next));
  REQUIRE(std::filesystem::create_directory(next));
  RunningServer running(world, text(2));
  CHECK(running.log().wait_for("t: PAUSED: payload_unreadable"));
  CHECK(running.log().wait_for("next_payload: Is a directory"));
  REQUIRE(std::filesystem::remove(next));
  REQUIRE(write_file_atomically(next, std::string_view("123")).has_value());
  CHECK(running.server().tasks().resume("t").error == ControlError::ok);
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{3});
}

TEST_CASE("task: a payload that is too large is the hook's to make again") {
  World world(kCrowd);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("12")).has_value());
  RunningServer running(
      world, world.configuration(
                 5, "rounds = 2\npayload = \"model\"\nmost_payload = \"1KiB\"\n" +
                        on_result_line("if test -e again; then printf 123; else touch again; "
                                       "head -c 2000 /dev/zero; fi > $BLINDSUM_PAYLOAD_OUT")));
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  CHECK(running.log().wait_for("t: PAUSED: hook_no_payload"));
  CHECK(running.log().count("file_too_large") > 0);
  CHECK(running.server().tasks().resume("t").error == ControlError::ok);
  CHECK(running.log().wait_for("on_result had not made the next payload; it runs again"));
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(payload_sizes(*crowd[0]) == std::vector<std::size_t>{2, 3});
}

TEST_CASE("task: the gather time lets more come than n_min") {
  World world(6);
  RunningServer running(world, world.configuration(5, "rounds = 1\ngather = \"30s\""));
  auto crowd = make_crowd(world, running.port(), 0, 5);
  for (auto& member : crowd) {
    REQUIRE(member->wait([](const TestMember& one) { return one.joined.has_value(); }));
  }
  SocketMember sixth(world, 5, running.port());
  REQUIRE(sixth.wait_for_records(1));
  CHECK(sixth.stop().records[0].proof.n() == 6);
}

TEST_CASE("task: two starts are at least the interval apart") {
  World world(kCrowd);
  RunningServer running(world, world.configuration(5, "rounds = 2\ninterval = \"1s\""));
  const auto begun = std::chrono::steady_clock::now();
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(wait_for_error(*crowd[0], Reason::task_finished));
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(1000));
}

TEST_CASE("server: results and state have one server; a port in use is said") {
  World world(kCrowd);
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
  CHECK(start_again(config).find(".state: folder_locked") != std::string::npos);
  config.aggregator.state = world.path("other") / ".state";
  config.limits.sockets.port = running.port();
  CHECK(start_again(config).find("Address already in use") != std::string::npos);
}

}  // namespace
}  // namespace blindsum
