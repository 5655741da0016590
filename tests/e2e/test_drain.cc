// blindsumd going down and coming back: nothing that was promised is lost, and the chain goes on.
#include <doctest/doctest.h>
#include <signal.h>

#include <deque>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/outcome.h"
#include "tests/e2e/harness/proxy.h"
#include "tests/e2e/harness/restarts.h"
#include "tests/e2e/harness/wait.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("drain");

// m0 by hand, m1 to m4 by the SDK over a line that can be led to the next server.
struct Draining {
  Scene scene;
  std::optional<Proxy> proxy;
  std::deque<SdkMember> members;
  std::optional<HandMember> hand;

  explicit Draining(TaskSpec task = {}) : scene((task.rounds = 2, task)) {
    scene.start();
    proxy.emplace(scene.port());
    for (std::uint32_t i = 1; i < 5; ++i) {
      auto options = scene.options(member_name(i));
      options.endpoint.port = proxy->port();
      options.on_round = [i](const RoundOffer& offer, ByteView) {
        return std::optional(Update{input_of(i, offer.round)});
      };
      members.emplace_back(std::move(options));
    }
    hand.emplace(scene, 0, input_of(0, 1));
    hand->connect();
  }

  // And waits for everybody but the hand: who comes back while it drains is sent away.
  void restart() {
    std::vector<std::size_t> before;
    for (const auto& member : members) before.push_back(member.count(ProgressKind::connected));
    scene.start();
    proxy->target(scene.port());
    for (std::size_t i = 0; i < members.size(); ++i) {
      REQUIRE(wait_until([&] { return members[i].count(ProgressKind::connected) > before[i]; }));
    }
  }

  bool is_exact(std::uint64_t round) {
    const Outcome outcome(scene, round);
    std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
    for (std::uint32_t i = 0; i < 5; ++i) inputs[i] = input_of(i, round);
    return outcome.completed() && outcome.integers() == sum_over(outcome.survivors(), inputs);
  }
};

TEST_CASE("SIGTERM: the running round finishes, everybody is told, the next server goes on") {
  Draining draining;
  auto& scene = draining.scene;
  REQUIRE(draining.hand->hold<Attestation>());
  scene.server().signal(SIGTERM);
  REQUIRE(scene.logs("draining"));
  draining.hand->release();
  REQUIRE(draining.hand->finish());
  draining.hand->disconnect();  // the server waits for who does not close
  CHECK(scene.server().wait() == 0);
  CHECK(draining.is_exact(1));
  const Outcome first(scene, 1);
  CHECK(first.survivors().size() == 5);
  for (auto& member : draining.members) {
    CHECK(member.saw(ProgressKind::disconnected, "server_draining"));
    const auto result = member.result(1);
    REQUIRE(result);
    CHECK(result->completed);
  }

  draining.restart();
  draining.hand->set_values(input_of(0, 2));
  draining.hand->connect();
  REQUIRE(draining.hand->finish(2));
  CHECK(draining.is_exact(2));
  CHECK(Outcome(scene, 2).record().content.previous_record ==
        record_hash(first.record().record_bytes).value());
  for (auto& member : draining.members) {
    const auto end = member.ended();
    REQUIRE(end);
    REQUIRE(end->has_value());
    CHECK((*end)->completed == 2);
    CHECK((*end)->last_reason == "task_finished");
  }
}

TEST_CASE("SIGTERM: no new members and no new round") {
  Scene scene(TaskSpec{});
  scene.start();
  auto options = scene.options("m1");
  options.on_round = always(input_of(1, 1));
  SdkMember member(std::move(options));
  REQUIRE(member.saw(ProgressKind::connected, ""));
  CHECK(scene.stop() == 0);
  CHECK(member.saw(ProgressKind::disconnected, "server_draining"));
  CHECK_FALSE(std::filesystem::exists(scene.results() / "round-000001.json"));
}

// The limit passes before the hand has sent this: the round stays as it is, and goes on.
template <class Message>
void left_before() {
  Restarts restarts(Restarts::kMany, "", {"env", "BLINDSUM_LIMITS_DRAIN=300ms"});
  auto& scene = restarts.scene;
  REQUIRE(restarts.hand->hold<Message>());
  scene.server().signal(SIGTERM);
  REQUIRE(scene.logs("t/1: left as it is; it goes on after a restart"));
  restarts.hand->drop();
  restarts.hand->disconnect();  // the server waits for who does not close
  CHECK(scene.server().wait() == 0);
  CHECK_FALSE(std::filesystem::exists(scene.results() / "round-000001.record"));
  for (auto& member : restarts.members) {
    CHECK(member.saw(ProgressKind::disconnected, "server_draining"));
  }
  restarts.restart();
  CHECK(scene.logs("t/1: goes on after a restart"));
  REQUIRE(restarts.hand->finish(1));
  CHECK(restarts.is_exact(1));
  CHECK(restarts.next_is_exact());
}

TEST_CASE("SIGTERM: a round that does not finish in time is left in phase 1 [ONCE-6]") {
  left_before<SignedAdvert>();
}

TEST_CASE("SIGTERM: a round that does not finish in time is left in phase 2 [ONCE-6]") {
  left_before<Shares>();
}

TEST_CASE("SIGTERM: a round that does not finish in time is left in phase 3 [ONCE-6, DISK-8]") {
  left_before<UploadChunk>();
}

TEST_CASE("SIGTERM: a round that does not finish in time is left in phase 4 [ONCE-6]") {
  left_before<Attestation>();
}

TEST_CASE("SIGTERM: a round that does not finish in time is left in phase 5 [ONCE-6, CERT-3]") {
  left_before<Unmask>();
}

TEST_CASE("SIGTERM twice: it ends at once, and the round goes on all the same [ONCE-6]") {
  Restarts restarts;
  auto& scene = restarts.scene;
  REQUIRE(restarts.hand->hold<UploadChunk>());
  scene.server().signal(SIGTERM);
  REQUIRE(scene.logs("draining"));
  scene.server().signal(SIGTERM);
  CHECK(scene.server().wait() == 1);
  restarts.hand->drop();
  restarts.hand->disconnect();
  restarts.restart();
  REQUIRE(restarts.hand->finish(1));
  CHECK(restarts.is_exact(1));
  CHECK(restarts.next_is_exact());
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
