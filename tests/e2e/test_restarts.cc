// blindsumd is killed, as by a power cut, at each point of a round, and started again at the same
// port. Participants come back by themselves, and the round goes on to the exact sum of everybody
// who was acknowledged, or ends by name.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "tests/e2e/harness/restarts.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("restarts");

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
  Restarts restarts(Restarts::kMany, "checkpoint_interval = \"1h\"\ncheckpoint_uploads = 4096");
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
  Restarts restarts(Restarts::kFew, "checkpoint_interval = \"0s\"");
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

// Whether it got so far in this round; "" for any of its phases.
bool reached(const SdkMember& member, std::uint64_t round, const std::string& phase) {
  const auto all = member.progress();
  return std::any_of(all.begin(), all.end(), [&](const Progress& one) {
    return one.kind == ProgressKind::phase && one.round == round &&
           (phase.empty() || one.text == phase);
  });
}

// Members are in the order of the roster. A process may take a round with it only if its offer was
// not durable, and then it has not left: nobody has begun it. Whoever heard that its vector is
// there for good is in the sum.
void check_members(const std::deque<SdkMember>& members, const Outcome& outcome,
                   std::uint64_t round) {
  if (!outcome.completed()) CHECK(outcome.reason() == "internal_error");
  const auto survivors = outcome.completed() ? outcome.survivors() : std::vector<std::uint32_t>{};
  for (const auto index : kAllFive) {
    CAPTURE(index);
    if (!outcome.completed()) CHECK_FALSE(reached(members[index], round, ""));
    if (reached(members[index], round, "accepted")) {
      CHECK(std::count(survivors.begin(), survivors.end(), index) == 1);
    }
  }
}

TEST_CASE("SIGKILL at any moment: whatever completes is exact, and everything does [ONCE-6]") {
  constexpr std::size_t length = 200'000;
  TaskSpec task;
  task.tensors = R"([{ name = "v", shape = [200000] }])";
  task.rounds = 4;
  Scene scene(task, "checkpoint_interval = \"0s\"");
  scene.start();
  scene.keep_port();
  const auto input = [](std::uint32_t index, std::uint64_t round) {
    return count_up(static_cast<std::int64_t>(1'000 * index + 10'000 * round), length);
  };
  std::deque<SdkMember> members;
  for (const auto index : kAllFive) {
    auto options = scene.options(member_name(index));
    options.on_round = [=](const RoundOffer& offer, ByteView) {
      return std::optional(Update{input(index, offer.round)});
    };
    members.emplace_back(std::move(options));
  }
  const auto seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937 random(seed);
  constexpr std::uint64_t kKills = 12;
  for (std::uint64_t kills = 0; kills < kKills; ++kills) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    scene.server().kill();
    scene.start();
  }
  std::uint64_t completed = 0;
  for (std::uint64_t round = 1; completed < task.rounds; ++round) {
    CAPTURE(round);
    REQUIRE(round <= task.rounds + kKills);
    const Outcome outcome(scene, round);
    check_members(members, outcome, round);
    if (!outcome.completed()) continue;
    ++completed;
    std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
    for (const auto index : kAllFive) inputs[index] = input(index, round);
    CHECK(outcome.integers() == sum_over(outcome.survivors(), inputs));
  }
  CHECK(count_lines(scene.log(), "cannot go on") == 0);
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
  Restarts restarts(Restarts::kMany);
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

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
