// Connections that break in the middle of a round: the participant comes back by itself, goes on
// where it was, and is in the sum.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/mixed_round.h"
#include "tests/e2e/harness/outcome.h"
#include "tests/e2e/harness/proxy.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("cuts");

constexpr std::uint32_t kCut = 4;

void start_members(Scene& scene, std::deque<SdkMember>& members, Proxy& proxy) {
  for (std::uint32_t i = 1; i <= kCut; ++i) {
    auto options = scene.options(member_name(i));
    if (i == kCut) options.endpoint.port = proxy.port();
    options.on_round = [i](const RoundOffer& offer, ByteView) {
      return std::optional(Update{input_of(i, offer.round)});
    };
    members.emplace_back(std::move(options));
  }
}

// Cuts the member off while the hand holds the round just after the member's answer.
template <class Message>
void cut_in_round(std::uint64_t round, const std::string& phase, HandMember& hand, Scene& scene,
                  SdkMember& member, Proxy& proxy) {
  CAPTURE(phase);
  hand.set_values(input_of(0, round));
  REQUIRE(hand.hold<Message>());
  REQUIRE(member.saw(ProgressKind::phase, phase, round));
  const auto sessions = member.count(ProgressKind::connected);
  proxy.cut();
  REQUIRE(wait_until([&] { return member.count(ProgressKind::connected) > sessions; }));
  hand.release();
  REQUIRE(hand.finish(round));
  const Outcome outcome(scene, round);
  CHECK(outcome.survivors() == kAllFive);
  std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
  for (const auto index : kAllFive) inputs[index] = input_of(index, round);
  CHECK(outcome.integers() == sum_over(kAllFive, inputs));
  const auto result = member.result(round);
  REQUIRE(result);
  CHECK(result->completed);
}

TEST_CASE(
    "a connection that breaks at any phase is made again, and the round includes it [JOIN-2]") {
  TaskSpec task;
  task.rounds = 5;
  Scene scene(task);
  scene.start();
  Proxy proxy(scene.port());
  std::deque<SdkMember> members;
  start_members(scene, members, proxy);
  HandMember hand(scene, 0, input_of(0, 1));
  hand.connect();
  cut_in_round<SignedAdvert>(1, "advertised", hand, scene, members.back(), proxy);
  cut_in_round<Shares>(2, "shared", hand, scene, members.back(), proxy);
  cut_in_round<Receipt>(3, "uploaded", hand, scene, members.back(), proxy);
  cut_in_round<Attestation>(4, "attested", hand, scene, members.back(), proxy);
  cut_in_round<Unmask>(5, "unmasked", hand, scene, members.back(), proxy);
}

TEST_CASE("a member that is away while phases pass catches up [JOIN-2, PHASE-4]") {
  Scene scene(TaskSpec{});
  scene.start();
  Proxy proxy(scene.port());
  std::deque<SdkMember> members;
  start_members(scene, members, proxy);
  HandMember hand(scene, 0, input_of(0, 1));
  hand.connect();
  REQUIRE(hand.hold<Shares>());
  REQUIRE(members.back().saw(ProgressKind::phase, "shared", 1));
  proxy.hang_up();
  hand.release();
  REQUIRE(scene.logs("share closed, 5 of 5"));
  proxy.refuse(false);
  REQUIRE(hand.finish());
  CHECK(Outcome(scene, 1).survivors() == kAllFive);
}

TEST_CASE("an upload that is cut in the middle goes on from where it was [UPLOAD-3, ONCE-5]") {
  constexpr std::size_t kLength = 2'000'000;  // of 24 bits: 5.7 MiB
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
  TaskSpec task;
  task.tensors = R"([{ name = "v", shape = [2000000] }])";
  task.codec = R"({ kind = "count", bound = 1500000 })";
  Scene scene(task);
  scene.start();
  Proxy proxy(scene.port());
  proxy.cut_after(3 * kMiB);
  std::deque<SdkMember> members;
  std::vector<std::int64_t> sum(kLength, 0);
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto values = count_up(-static_cast<std::int64_t>(kLength) / 2, kLength);
    for (auto& value : values) value = (value * (i + 3)) % 1'500'000;
    for (auto& value : values) value = value < 0 ? -value : value;
    for (std::size_t j = 0; j < kLength; ++j) sum[j] += values[j];
    auto options = scene.options(member_name(i));
    if (i == kCut) options.endpoint.port = proxy.port();
    options.on_round = always(std::move(values));
    members.emplace_back(std::move(options));
  }
  REQUIRE(wait_until([&] { return proxy.has_cut(); }));
  // Only then may it come back: what an older session still sends does not count.
  REQUIRE(scene.logs("m4 (4): ended: closed_by_peer"));
  proxy.refuse(false);
  const Outcome outcome(scene, 1);
  CHECK(outcome.survivors() == kAllFive);
  CHECK(outcome.integers() == sum);

  // After the second session's begin the first chunk told is not the vector's first.
  REQUIRE(members.back().result(1));
  const auto progress = members.back().progress();
  const auto is_session = [](const Progress& one) { return one.kind == ProgressKind::connected; };
  const auto first = std::find_if(progress.begin(), progress.end(), is_session);
  const auto second = std::find_if(first + 1, progress.end(), is_session);
  REQUIRE(second != progress.end());
  const auto chunk = std::find_if(second, progress.end(), [](const Progress& one) {
    return one.kind == ProgressKind::uploading;
  });
  REQUIRE(chunk != progress.end());
  CHECK(chunk->of == 6'000'000);
  CHECK(chunk->done > 2 * kMiB);
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
