// A disk that is full, or loses what it was told to keep: nobody is acknowledged on it, the round
// ends by name, the server stays up [DISK-9].
#include <doctest/doctest.h>

#include "tests/e2e/harness/admin.h"
#include "tests/e2e/harness/mounts.h"
#include "tests/e2e/harness/needs.h"
#include "tests/e2e/harness/restarts.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("disks");

// Five of them, with 200,000 counts each: sums that are files.
struct Members {
  explicit Members(const Scene& scene) {
    for (const auto index : kAllFive) {
      inputs[index] = count_up(index, 200'000);
      auto options = scene.options(member_name(index));
      options.on_round = always(inputs[index]);
      members.emplace_back(std::move(options));
    }
  }
  // Rounds that began before the disk was well end as those before.
  void complete_a_round(const Scene& scene, std::uint64_t from) const {
    std::uint64_t round = from;
    while (round < from + 8 && !Outcome(scene, round).completed()) ++round;
    const Outcome outcome(scene, round);
    CHECK(outcome.survivors() == kAllFive);
    CHECK(outcome.integers() == sum_over(kAllFive, inputs));
  }

  std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
  std::deque<SdkMember> members;
};

TaskSpec long_vectors() {
  TaskSpec task;
  task.tensors = R"([{ name = "v", shape = [200000] }])";
  return task;
}

TEST_CASE("no room for a checkpoint: nobody is acknowledged, the round ends by name [DISK-9]") {
  // They take more than the 256 KiB that a file may have.
  Scene scene(long_vectors());
  scene.start({"sh", "-c", R"(ulimit -f 512; exec "$0" "$@")"});
  Members members(scene);
  const Outcome outcome(scene, 1);
  CHECK(outcome.reason() == "store_failed");
  CHECK(scene.logs("store of rounds: a checkpoint: disk_full"));
  for (auto& member : members.members) CHECK(member.result(1)->reason == "store_failed");
  CHECK(scene.server().runs());
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("mounts");

TEST_CASE("a disk is full: rounds end by name until there is room, and then complete [DISK-9]") {
  needs(can_mount(), "no mounts");
  Scene scene(long_vectors());
  SmallDisk disk(scene.state());
  scene.start();
  const Members members(scene);
  CHECK(Outcome(scene, 1).reason() == "store_failed");
  CHECK(scene.logs("store of rounds: a checkpoint: disk_full"));
  CHECK(scene.server().runs());
  disk.grow();
  members.complete_a_round(scene, 2);
  CHECK(scene.stop() == 0);
}

TEST_CASE("a disk turns read-only under rounds: named, also by /readyz, until it is not [DISK-9]") {
  needs(can_mount(), "no mounts");
  Scene scene(long_vectors(), kAdminOn);
  scene.start();
  ReadOnly disk(scene.state());
  const Members members(scene);
  CHECK(Outcome(scene, 1).reason() == "store_failed");
  CHECK(scene.logs("store of rounds: a checkpoint: disk_read_only"));
  const auto answer = ask_admin(scene, "GET /readyz");
  CAPTURE(answer);
  CHECK(answer.starts_with("HTTP/1.1 503"));
  CHECK(answer.find("\"store of rounds: a checkpoint: disk_read_only\"") != std::string::npos);
  CHECK(scene.server().runs());
  disk.remove();
  members.complete_a_round(scene, 2);
  CHECK(ask_admin(scene, "GET /readyz").starts_with("HTTP/1.1 200"));
  CHECK(scene.stop() == 0);
}

TEST_CASE("results are read-only: no round begins, /readyz says why; and one does after [DISK-9]") {
  needs(can_mount(), "no mounts");
  Scene scene(long_vectors(), kAdminOn);
  scene.start();
  ReadOnly disk(scene.folder() / "results");
  const Members members(scene);
  CHECK(scene.logs("t: not_started: Read-only file system; tried again in"));
  const auto answer = ask_admin(scene, "GET /readyz");
  CAPTURE(answer);
  CHECK(answer.starts_with("HTTP/1.1 503"));
  CHECK(answer.find("\"results: read-only\"") != std::string::npos);
  CHECK(scene.server().runs());
  disk.remove();
  members.complete_a_round(scene, 1);
  CHECK(ask_admin(scene, "GET /readyz").starts_with("HTTP/1.1 200"));
  CHECK(scene.stop() == 0);
}

TEST_CASE("a disk is read-only at the start: refused by name, and nothing is lost by it [DISK-9]") {
  needs(can_mount(), "no mounts");
  Scene scene(long_vectors());
  scene.start();
  CHECK(scene.stop() == 0);
  ReadOnly disk(scene.state());
  const auto refused =
      run_command({blindsumd_program(), "--config", "blindsumd.toml"}, scene.folder());
  CHECK(refused.status == 1);
  CHECK(refused.output.find(".state: Read-only file system") != std::string::npos);
  disk.remove();
  scene.start();
  const Members members(scene);
  members.complete_a_round(scene, 1);
  CHECK(scene.stop() == 0);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("disks");

TEST_CASE("fsync fails: nobody is acknowledged, and there is no next round [DISK-9]") {
  Restarts restarts(Restarts::kFew, "",
                    {"env", std::string("LD_PRELOAD=") + E2E_FAILING_SYNC, "FAILING_SYNC=fail",
                     // The sanitizers want to be first, and are content with being second.
                     "ASAN_OPTIONS=verify_asan_link_order=0"});
  auto& scene = restarts.scene;
  REQUIRE(restarts.hand->hold<Receipt>());
  REQUIRE(scene.logs("t/1: 4 uploads are durable"));
  scene.write("fail", {});
  restarts.hand->release();
  CHECK(Outcome(scene, 1).reason() == "store_failed");
  CHECK(scene.logs("store of rounds: a checkpoint: sync_failed; nothing is kept any more until"));
  CHECK(scene.logs("t: PAUSED: store_failed: sync_failed"));
  CHECK(count_lines(scene.log(), "5 uploads are durable") == 0);
  // Also when the disk says that it is well again.
  std::filesystem::remove(scene.path("fail"));
  CHECK_FALSE(scene.logs("t/2: started", std::chrono::milliseconds(500)));
  CHECK(scene.server().runs());
  restarts.kill();
  restarts.restart();
  CHECK(restarts.next_is_exact());
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
