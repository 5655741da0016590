// blindsumd is killed, as by a power cut, at each point of a round, and started again at the same
// port. Participants come back by themselves, and the round goes on to the exact sum of everybody
// who was acknowledged, or ends by name.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <deque>
#include <fstream>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/mixed_round.h"
#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("restarts");

// m0 by hand, m1 to m4 by the SDK; inputs differ from round to round.
struct Restarts {
  Scene scene;
  std::deque<SdkMember> members;
  std::optional<HandMember> hand;

  explicit Restarts(TaskSpec task = {}, const std::string& limits = "",
                    const std::vector<std::string>& before = {})
      : scene((task.rounds = 2, task), limits) {
    scene.start(before);
    scene.keep_port();
    for (std::uint32_t i = 1; i < 5; ++i) {
      auto options = scene.options(member_name(i));
      options.on_round = [i](const RoundOffer& offer, ByteView) {
        return std::optional(Update{input_of(i, offer.round)});
      };
      members.emplace_back(std::move(options));
    }
    hand.emplace(scene, 0, input_of(0, 1));
    hand->connect();
  }

  void kill() {
    scene.server().kill();
    hand->drop();
    hand->disconnect();
  }
  void restart() {
    scene.start();
    hand->connect();
  }
  // Whether the round completes with all five, or without the hand, in the sum of their inputs.
  bool is_exact(std::uint64_t round, const std::vector<std::uint32_t>& survivors = kAllFive) {
    const Outcome outcome(scene, round);
    std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
    for (const auto index : kAllFive) inputs[index] = input_of(index, round);
    return outcome.reason() == "ok" && outcome.survivors() == survivors &&
           outcome.integers() == sum_over(survivors, inputs);
  }
  // The next round, which shows that the server and the chain go on.
  bool next_is_exact() {
    hand->set_values(input_of(0, 2));
    return hand->finish(2) && is_exact(2) &&
           Outcome(scene, 2).record().content.previous_record ==
               record_hash(Outcome(scene, 1).record().record_bytes).value();
  }
  // The files of sums that there are.
  std::vector<std::filesystem::path> sums() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(scene.state())) {
      const auto extension = entry.path().extension();
      if (extension == ".0" || extension == ".1") found.push_back(entry.path());
    }
    return found;
  }
};

template <class Message>
void killed_before() {
  Restarts restarts;
  REQUIRE(restarts.hand->hold<Message>());
  restarts.kill();
  restarts.restart();
  CHECK(restarts.scene.logs("t/1: goes on after a restart"));
  REQUIRE(restarts.hand->finish(1));
  CHECK(restarts.is_exact(1));
  CHECK(restarts.next_is_exact());
}

TEST_CASE("SIGKILL in phase 2: shares come again, the sum is exact [ONCE-6, JOIN-2]") {
  killed_before<Shares>();
}

TEST_CASE("SIGKILL in phase 4: U3 stays, the sum is exact [ONCE-6]") {
  killed_before<Attestation>();
}

TEST_CASE("SIGKILL in phase 5: the certificate stays, the sum is exact [ONCE-6, CERT-3]") {
  killed_before<Unmask>();
}

TEST_CASE("SIGKILL in phase 1: the offer stays, the sum is exact [ONCE-6]") {
  killed_before<SignedAdvert>();
}

TEST_CASE("SIGKILL in phase 3: who was acknowledged is in, who was not sends again [DISK-8]") {
  // The first checkpoint has two, and no second one comes while the hand may still upload.
  Restarts restarts({}, "checkpoint_interval = \"1h\"\ncheckpoint_uploads = 4096");
  REQUIRE(restarts.hand->hold<UploadChunk>());
  for (auto& member : restarts.members) REQUIRE(member.saw(ProgressKind::phase, "uploaded", 1));
  REQUIRE(restarts.scene.logs("t/1: 2 uploads are durable"));
  restarts.kill();
  CHECK(restarts.sums().size() == 1);
  restarts.restart();
  REQUIRE(restarts.hand->finish(1));
  CHECK(restarts.is_exact(1));
  CHECK(count_lines(restarts.scene.log(), "t/1: 2 uploads are durable") == 1);
  CHECK(count_lines(restarts.scene.log(), "t/1: 5 uploads are durable") == 1);
  CHECK(restarts.next_is_exact());
}

TEST_CASE("SIGKILL in phase 3, again and again: nobody is lost, nobody counts twice [DISK-7]") {
  Restarts restarts({}, "checkpoint_interval = \"0s\"");
  REQUIRE(restarts.hand->hold<UploadChunk>());
  REQUIRE(restarts.scene.logs("t/1: 4 uploads are durable"));
  for (int kills = 0; kills < 3; ++kills) {
    restarts.kill();
    restarts.restart();
    REQUIRE(restarts.hand->hold<Receipt>());
  }
  restarts.kill();
  restarts.restart();
  REQUIRE(restarts.hand->finish(1));
  CHECK(restarts.is_exact(1));
  CHECK(restarts.next_is_exact());
}

TEST_CASE("SIGKILL between the end of a round and its record: it is published then [DISK-8]") {
  Restarts restarts;
  REQUIRE(restarts.hand->hold<Unmask>());
  // A folder where the record is to be written.
  const auto obstacle = restarts.scene.results() / "round-000001.record.partial";
  REQUIRE(std::filesystem::create_directory(obstacle));
  restarts.hand->release();
  REQUIRE(restarts.scene.logs("t/1: not published: store_failed"));
  restarts.kill();
  std::filesystem::remove(obstacle);
  std::filesystem::remove_all(restarts.scene.results() / "round-000001");
  restarts.restart();
  CHECK(restarts.is_exact(1));
  for (auto& member : restarts.members) {
    const auto result = member.result(1);
    REQUIRE(result);
    CHECK(result->completed);
  }
  CHECK(restarts.next_is_exact());
}

// Killed with four acknowledged; then something befalls the file of their sum.
template <class Damage>
void damaged(Damage&& damage) {
  Restarts restarts;
  REQUIRE(restarts.hand->hold<UploadChunk>());
  REQUIRE(restarts.scene.logs("t/1: 4 uploads are durable"));
  restarts.kill();
  const auto sums = restarts.sums();
  REQUIRE(!sums.empty());
  for (const auto& file : sums) damage(file);
  restarts.restart();
  const Outcome outcome(restarts.scene, 1);
  CHECK(outcome.reason() == "checkpoint_damaged");
  CHECK(outcome.u2() == kAllFive);
  CHECK_FALSE(std::filesystem::exists(restarts.scene.results() / "round-000001"));
  for (auto& member : restarts.members) {
    const auto result = member.result(1);
    REQUIRE(result);
    CHECK(result->reason == "checkpoint_damaged");
  }
  CHECK(restarts.next_is_exact());
}

TEST_CASE("a torn checkpoint is refused by name, the server runs on [DISK-8]") {
  damaged([](const auto& file) {
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  });
}

TEST_CASE("a changed checkpoint is refused by name, the server runs on [DISK-8]") {
  damaged([](const auto& file) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto at = static_cast<std::streamoff>(std::filesystem::file_size(file)) - 1;
    stream.seekg(at);
    const char last = static_cast<char>(stream.get() ^ 1);
    stream.seekp(at);
    stream.put(last);
  });
}

TEST_CASE("without its store a round that was cut off has a record all the same [RECORD-1]") {
  Restarts restarts;
  REQUIRE(restarts.hand->hold<Receipt>());
  restarts.kill();
  std::filesystem::remove_all(restarts.scene.state());
  restarts.restart();
  CHECK(Outcome(restarts.scene, 1).reason() == "internal_error");
  CHECK(restarts.scene.logs("t/1: was cut off by the end of the process"));
  CHECK(restarts.next_is_exact());
}

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

TEST_CASE("fsync fails: nobody is acknowledged, and there is no next round [DISK-9]") {
  Restarts restarts({}, "",
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
