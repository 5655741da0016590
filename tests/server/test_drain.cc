// How a server goes down.
#include <doctest/doctest.h>

#include <optional>

#include "support/files.h"
#include "tests/server/running.h"

namespace blindsum {
namespace {

TEST_CASE("drain: a round that runs is finished, and its members are told after it") {
  World world(kCrowd);
  REQUIRE(write_file_atomically(world.path("model"), std::string_view("1")).has_value());
  RunningServer running(
      world,
      world.configuration(5, "payload = \"model\"\n" +
                                 on_result_line("sleep 1; printf 12 > $BLINDSUM_PAYLOAD_OUT")));
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(running.log().wait_for("t/1: started"));
  running.drain_and_wait();
  for (const auto& member : crowd) {
    CHECK(wait_for_error(*member, Reason::server_draining));
    CHECK(member->stop().records.size() == 1);
  }
  // The hook, too.
  CHECK(read_text_file(world.task_results() / "round-000001" / "next_payload").value() == "12");
}

TEST_CASE("drain: a round that does not end in time is left to the next process [ONCE-6]") {
  World world(kCrowd);
  std::optional<RunningServer> running(std::in_place, world,
                                       world.configuration(5, "", "drain = \"500ms\""));
  const SocketMember dying(world, 4, running->port(), ParticipantPhase::shared);
  auto crowd = make_crowd(world, running->port(), 0, 4);
  REQUIRE(running->log().wait_for("advertise closed"));
  running->drain_and_wait();
  CHECK(wait_for_error(*crowd[0], Reason::server_draining));
  const auto& seen = crowd[0]->stop();
  CHECK(seen.aborts.empty());
  CHECK(seen.records.empty());
  CHECK_FALSE(std::filesystem::exists(world.task_results() / "round-000001.record"));
  running.reset();
  RunningServer next(world, world.configuration(5));
  CHECK(next.log().wait_for("t/1: goes on after a restart"));
}

TEST_CASE("drain: a hook that does not end in time is ended") {
  World world(kCrowd);
  RunningServer running(world,
                        world.configuration(5, on_result_line("sleep 60"), "drain = \"500ms\""));
  auto crowd = make_crowd(world, running.port(), 0, kCrowd);
  REQUIRE(running.log().wait_for("t/1: completed"));
  running.drain_and_wait();
  CHECK(running.log().wait_for("hook_cancelled"));
}

TEST_CASE("drain: members of the round that runs may come back, others may not [JOIN-1]") {
  World world(kCrowd + 1);
  RunningServer running(world, world.configuration(5, "gather = \"0s\""));
  const SocketMember dying(world, 4, running.port(), ParticipantPhase::shared);
  auto crowd = make_crowd(world, running.port(), 0, 4);
  REQUIRE(running.log().wait_for("advertise closed"));
  running.server().drain();
  REQUIRE(running.log().wait_for("draining"));
  crowd[0]->disconnect();
  SocketMember stranger(world, kCrowd, running.port());
  CHECK(wait_for_error(stranger, Reason::server_draining));
  CHECK(running.log().count("share closed") == 0);  // it waits for the one that died
  running.drain_and_wait();
  CHECK(wait_for_error(*crowd[0], Reason::server_draining));
  const auto& seen = crowd[0]->stop();
  REQUIRE(seen.records.size() == 1);
  CHECK(seen.records[0].content.outcome == Reason::ok);  // four are needed, and it is one of them
}

}  // namespace
}  // namespace blindsum
