// on_result: the operator's program makes the next round's payload of a round's result.
#include <doctest/doctest.h>

#include <deque>

#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("hook");

struct Hooked {
  Scene scene;
  std::deque<SdkMember> members;

  // A shell script, with $BLINDSUM_… as blindsumd sets them.
  Hooked(const std::string& script, std::uint64_t rounds, const std::string& more = "")
      : scene(task(rounds, more)) {
    scene.write("hook.sh", text("#!/bin/sh\n" + script));
    std::filesystem::permissions(scene.path("hook.sh"), std::filesystem::perms(0755));
    scene.write("model-0", text("the first payload"));
    scene.start();
    for (std::uint32_t i = 0; i < 5; ++i) {
      auto options = scene.options(member_name(i));
      options.on_round = [i](const RoundOffer& offer, ByteView) {
        return std::optional(Update{input_of(i, offer.round)});
      };
      members.emplace_back(std::move(options));
    }
  }

  static TaskSpec task(std::uint64_t rounds, const std::string& more) {
    TaskSpec task;
    task.rounds = rounds;
    task.more = "payload = \"model-0\"\non_result = [\"./hook.sh\"]\n" + more;
    return task;
  }
  static Bytes text(const std::string& text) { return Bytes(text.begin(), text.end()); }

  void is_paused(const std::string& why) {
    CHECK(Outcome(scene, 1).completed());
    CHECK(scene.logs("t: PAUSED: " + why));
    CHECK_FALSE(std::filesystem::exists(scene.results() / "round-000002.json"));
    CHECK(scene.stop() == 0);
  }
};

TEST_CASE("the payload of a round is what the hook made of the last one") {
  Hooked hooked(R"(set -e
[ "$BLINDSUM_TASK" = t ]
grep -q '"round":'"$BLINDSUM_ROUND"'[,}]' "$BLINDSUM_RECORD"
cat "$BLINDSUM_PAYLOAD_IN" "$BLINDSUM_RESULT/flat.npy" > "$BLINDSUM_PAYLOAD_OUT"
)",
                3);
  auto expected = Hooked::text("the first payload");
  for (std::uint64_t round = 1; round <= 3; ++round) {
    const Outcome outcome(hooked.scene, round);
    REQUIRE(outcome.completed());
    for (auto& member : hooked.members) CHECK(member.payload(round) == expected);
    const auto result =
        read_text(hooked.scene.results() / ("round-00000" + std::to_string(round)) / "flat.npy");
    expected.insert(expected.end(), result.begin(), result.end());
  }
}

TEST_CASE("a hook that fails is named, what it said is in the log, and no round follows") {
  Hooked hooked("echo it went wrong; exit 3", 2);
  hooked.is_paused("hook_failed: on_result of round 1: exit status 3");
  CHECK(hooked.scene.logs("t: on_result says: it went wrong"));
}

TEST_CASE("a hook that is killed, takes too long, or makes nothing is named") {
  SUBCASE("killed") {
    Hooked("kill -9 $$", 2).is_paused("hook_killed: on_result of round 1");
  }
  SUBCASE("too long") {
    Hooked("sleep 60", 2, "on_result_time = \"200ms\"")
        .is_paused("hook_timed_out: on_result of round 1");
  }
  SUBCASE("no payload") {
    Hooked("exit 0", 2).is_paused("hook_no_payload: on_result of round 1");
  }
}

TEST_CASE("a hook that had failed runs again when the server is started again") {
  Hooked hooked(R"([ -e mended ] || exit 1
cp mended "$BLINDSUM_PAYLOAD_OUT")",
                2);
  hooked.is_paused("hook_failed: on_result of round 1: exit status 1");
  hooked.scene.write("mended", Hooked::text("the second payload"));
  hooked.members.clear();
  hooked.scene.start();
  CHECK(hooked.scene.logs("on_result had not made the next payload; it runs again"));
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = hooked.scene.options(member_name(i));
    options.on_round = always(input_of(i, 2));
    hooked.members.emplace_back(std::move(options));
  }
  CHECK(Outcome(hooked.scene, 2).completed());
  CHECK(hooked.members.front().payload(2) == Hooked::text("the second payload"));
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
