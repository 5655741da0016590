// A disk that is full, or loses what it was told to keep: nobody is acknowledged on it, the round
// ends by name, the server stays up [DISK-9].
#include <doctest/doctest.h>
#include <sys/mount.h>

#include "tests/e2e/harness/restarts.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("disks");

TEST_CASE("no room for a checkpoint: nobody is acknowledged, the round ends by name [DISK-9]") {
  // 200,000 counts take more than the 256 KiB that a file may have.
  TaskSpec task;
  task.tensors = R"([{ name = "v", shape = [200000] }])";
  Scene scene(task);
  scene.start({"sh", "-c", R"(ulimit -f 512; exec "$0" "$@")"});
  std::deque<SdkMember> members;
  for (const auto index : kAllFive) {
    auto options = scene.options(member_name(index));
    options.on_round = always(count_up(index, 200'000));
    members.emplace_back(std::move(options));
  }
  const Outcome outcome(scene, 1);
  CHECK(outcome.reason() == "store_failed");
  CHECK(scene.logs("store of rounds: a checkpoint: disk_full"));
  for (auto& member : members) CHECK(member.result(1)->reason == "store_failed");
  CHECK(scene.server().runs());
}

// A small disk of its own for the state of rounds; not everybody may make one.
class SmallDisk {
 public:
  explicit SmallDisk(const std::filesystem::path& folder) : folder_(folder) {
    std::filesystem::create_directories(folder);
    is_there_ = ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=400k") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (is_there_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  bool is_there() const { return is_there_; }
  void grow() { CHECK(::mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT, "size=40m") == 0); }

 private:
  const std::filesystem::path folder_;
  bool is_there_ = false;
};

TEST_CASE("a disk is full: rounds end by name until there is room, and then complete [DISK-9]") {
  TaskSpec task;
  task.tensors = R"([{ name = "v", shape = [200000] }])";
  Scene scene(task);
  SmallDisk disk(scene.state());
  if (!disk.is_there()) return;
  scene.start();
  std::deque<SdkMember> members;
  std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
  for (const auto index : kAllFive) {
    inputs[index] = count_up(index, 200'000);
    auto options = scene.options(member_name(index));
    options.on_round = always(inputs[index]);
    members.emplace_back(std::move(options));
  }
  CHECK(Outcome(scene, 1).reason() == "store_failed");
  CHECK(scene.logs("store of rounds: a checkpoint: disk_full"));
  CHECK(scene.server().runs());
  disk.grow();
  // Rounds that began before there was room end as the first one did.
  std::uint64_t round = 2;
  while (round < 10 && !Outcome(scene, round).completed()) ++round;
  const Outcome outcome(scene, round);
  CHECK(outcome.survivors() == kAllFive);
  CHECK(outcome.integers() == sum_over(kAllFive, inputs));
  CHECK(scene.stop() == 0);
}

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
  CHECK(scene.logs("t: PAUSED until a restart: store_failed: sync_failed"));
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
