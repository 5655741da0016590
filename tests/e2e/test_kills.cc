// A participant's process is killed, as by a power cut, at each phase of a round, and started
// again. The round completes over those who stayed; what the killed one has on disk decides what it
// may do in the next.
#include <doctest/doctest.h>

#include <deque>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/member_process.h"
#include "tests/e2e/harness/mixed_round.h"
#include "tests/e2e/harness/outcome.h"
#include "tests/e2e/harness/proxy.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("kills");

constexpr std::uint32_t kVictim = 4;
constexpr std::int64_t kVictimFirst = 50'000;
const std::vector<std::uint32_t> kOthers{0, 1, 2, 3};

// m0 by hand, so that it can hold the round; m1 to m3 by the SDK; m4 a process.
struct Kills {
  Scene scene;
  std::optional<HandMember> hand;
  std::deque<SdkMember> members;
  std::optional<MemberProcess> victim;

  // The victim's input is the same in every round.
  explicit Kills(TaskSpec task, const std::string& limits = "")
      : scene((task.rounds = 2, task), limits) {
    scene.start();
    for (std::uint32_t i = 1; i < kVictim; ++i) {
      auto options = scene.options(member_name(i));
      options.on_round = [i](const RoundOffer& offer, ByteView) {
        return std::optional(Update{input(i, offer.round)});
      };
      members.emplace_back(std::move(options));
    }
    victim.emplace(scene, kVictim, kVictimFirst, 4);
    hand.emplace(scene, 0, input(0, 1));
    hand->connect();
  }

  static std::vector<std::int64_t> input(std::uint32_t index, std::uint64_t round) {
    if (index == kVictim) return count_up(kVictimFirst, 4);
    return input_of(index, round);
  }

  // Whether the round completed over exactly these, with the sum of these.
  bool completed(std::uint64_t round, const std::vector<std::uint32_t>& survivors) {
    hand->release();
    REQUIRE(hand->finish(round));
    hand->set_values(input(0, round + 1));
    const Outcome outcome(scene, round);
    CHECK(outcome.reason() == "ok");
    CHECK(outcome.survivors() == survivors);
    std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
    for (const auto index : kAllFive) inputs[index] = input(index, round);
    return outcome.integers() == sum_over(outcome.survivors(), inputs);
  }

  void kill() {
    victim->child().kill();
    CHECK(victim->child().wait() == 128 + 9);
  }
};

TEST_CASE("killed after its advert: the round goes on without it, its input is free [DISK-3]") {
  Kills kills{{}};
  kills.victim->start();
  REQUIRE(kills.hand->hold<SignedAdvert>());
  REQUIRE(kills.victim->reaches("advertised", 1));
  kills.kill();
  kills.hand->release();
  REQUIRE(kills.scene.logs("advertise closed, 5 of 5"));
  kills.victim->start();
  CHECK(kills.completed(1, kOthers));
  CHECK(Outcome(kills.scene, 1).dropped(kVictim, "share", "unknown_round"));
  CHECK(kills.completed(2, kAllFive));
}

TEST_CASE("killed after its advert, back at once: it does not answer that round again [POLICY-6]") {
  Kills kills{five_or_four()};
  kills.victim->start();
  REQUIRE(kills.hand->hold<SignedAdvert>());
  REQUIRE(kills.victim->reaches("advertised", 1));
  kills.kill();
  kills.victim->start();
  REQUIRE(kills.scene.logs("m4 (4) dropped in advertise: round_not_newer"));
  CHECK(kills.completed(1, kOthers));
  CHECK(Outcome(kills.scene, 1).cohort() == kOthers);
  CHECK(kills.completed(2, kAllFive));
}

TEST_CASE("killed after its shares: its pair masks are taken off, its input is free [REBUILD-1]") {
  Kills kills{{}};
  kills.victim->start();
  REQUIRE(kills.hand->hold<Shares>());
  REQUIRE(kills.victim->reaches("shared", 1));
  kills.kill();
  kills.hand->release();
  REQUIRE(kills.scene.logs("share closed, 5 of 5"));
  kills.victim->start();
  CHECK(kills.completed(1, kOthers));
  const Outcome outcome(kills.scene, 1);
  CHECK(outcome.u2() == kAllFive);
  CHECK(outcome.dropped(kVictim, "mask", "unknown_round"));
  CHECK(kills.completed(2, kAllFive));
}

TEST_CASE("killed while it waits to upload: its input is free [INPUT-5]") {
  // The hand has the only place, so the victim has its delivery and no grant.
  Kills kills{{}, "uploads_in_flight = 1"};
  kills.victim->start();
  REQUIRE(kills.hand->hold<UploadChunk>());
  REQUIRE(kills.victim->reaches("masking", 1));
  kills.kill();
  kills.victim->start();
  CHECK(kills.completed(1, kOthers));
  CHECK(kills.completed(2, kAllFive));
}

TEST_CASE("killed after its upload: it is in the sum, its input is spent [INPUT-1, INPUT-3]") {
  Kills kills{five_or_four()};
  kills.victim->start();
  REQUIRE(kills.hand->hold<Receipt>());
  REQUIRE(kills.victim->reaches("uploaded", 1));
  kills.kill();
  kills.hand->release();
  REQUIRE(kills.scene.logs("mask closed, 5 of 5"));
  kills.victim->start();
  CHECK(kills.completed(1, kAllFive));
  CHECK(kills.completed(2, kOthers));
  CHECK(kills.victim->result(2) == "input_spent");
}

TEST_CASE("killed after its attestation: it is in the sum, its input is spent [INPUT-1]") {
  Kills kills{five_or_four()};
  kills.victim->start();
  REQUIRE(kills.hand->hold<Attestation>());
  REQUIRE(kills.victim->reaches("attested", 1));
  kills.kill();
  kills.hand->release();
  REQUIRE(kills.scene.logs("attest closed, 5 of 5"));
  kills.victim->start();
  CHECK(kills.completed(1, kAllFive));
  CHECK(kills.completed(2, kOthers));
  CHECK(kills.victim->result(2) == "input_spent");
}

TEST_CASE("killed after it has unmasked: nobody misses it [UNMASK-3]") {
  Kills kills{five_or_four()};
  kills.victim->start();
  REQUIRE(kills.hand->hold<Unmask>());
  REQUIRE(kills.victim->reaches("unmasked", 1));
  kills.kill();
  CHECK(kills.completed(1, kAllFive));
  kills.victim->start();
  CHECK(kills.completed(2, kOthers));
  CHECK(kills.victim->result(2) == "input_spent");
}

TEST_CASE(
    "killed, its receipt lost on the way: the certificate without it frees its input [INPUT-3]") {
  Kills kills{{}, "uploads_in_flight = 1"};
  Proxy proxy(kills.scene.port());
  kills.victim->start(proxy.port());
  REQUIRE(kills.hand->hold<UploadChunk>());
  REQUIRE(kills.victim->reaches("masking", 1));
  proxy.swallow_up(true);
  kills.hand->release();
  REQUIRE(kills.victim->reaches("uploaded", 1));
  kills.kill();
  proxy.swallow_up(false);
  kills.victim->start();
  CHECK(kills.completed(1, kOthers));
  CHECK(kills.completed(2, kAllFive));
}

TEST_CASE("killed and not started again: the phase ends at its time limit [PHASE-1]") {
  TaskSpec task;
  task.mask = "6s";
  Kills kills{task};
  kills.victim->start();
  REQUIRE(kills.hand->hold<Shares>());
  REQUIRE(kills.victim->reaches("shared", 1));
  kills.kill();
  CHECK(kills.completed(1, kOthers));
  CHECK(Outcome(kills.scene, 1).dropped(kVictim, "mask", "time_limit"));
  kills.victim->start();
  CHECK(kills.completed(2, kAllFive));
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
