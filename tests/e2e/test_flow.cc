// Large vectors and few places: who has to wait is told so by message, and all get their turn.
#include <doctest/doctest.h>

#include <deque>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("flow");

// No chunk twice, up to the last. Who is slow to listen does not hear of each.
bool is_sent_once(const SdkMember& member) {
  std::uint64_t done = 0;
  std::uint64_t of = 1;
  for (const auto& one : member.progress()) {
    if (one.kind != ProgressKind::uploading) continue;
    if (one.done <= done) return false;
    done = one.done;
    of = one.of;
  }
  return done == of && member.count(ProgressKind::uploading) <= 4;
}

TEST_CASE("six vectors of some MiB go through one place, one after the other [UPLOAD-2, LIMIT-2]") {
  constexpr std::size_t kLength = 1'500'000;  // of 20 bits: 3.6 MiB
  TaskSpec task;
  task.n = 6;
  task.delta = "10%";
  task.tensors = R"([{ name = "v", shape = [1500000] }])";
  task.codec = R"({ kind = "integer", bound = 80000 })";
  Scene scene(task, "uploads_in_flight = 1");
  scene.start();
  std::deque<SdkMember> members;
  std::vector<std::int64_t> sum(kLength, 0);
  for (std::uint32_t i = 0; i < 6; ++i) {
    auto values = count_up(0, kLength);
    for (auto& value : values) value = (value * (2 * i + 1)) % 160'001 - 80'000;
    for (std::size_t j = 0; j < kLength; ++j) sum[j] += values[j];
    auto options = scene.options(member_name(i));
    options.on_round = always(std::move(values));
    members.emplace_back(std::move(options));
  }
  const Outcome outcome(scene, 1);
  CHECK(outcome.survivors().size() == 6);
  CHECK(outcome.integers() == sum);
  for (auto& member : members) {
    REQUIRE(member.result(1));
    CHECK(is_sent_once(member));
  }
}

TEST_CASE("an upload that stands still gives way, and gets another turn [UPLOAD-2]") {
  Scene scene(TaskSpec{}, "uploads_in_flight = 1\nupload_stall = \"300ms\"");
  scene.start();
  std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
  for (std::uint32_t i = 0; i < 5; ++i) inputs[i] = count_up(1000 * i, 4);
  std::deque<SdkMember> members;
  for (std::uint32_t i = 1; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(inputs[i]);
    members.emplace_back(std::move(options));
  }
  HandMember hand(scene, 0, inputs[0]);
  hand.connect();
  REQUIRE(hand.hold<UploadChunk>());
  REQUIRE(hand.rejected(Reason::upload_stalled));
  CHECK(scene.logs("m0 (0): rejected, upload_stalled"));
  hand.drop();
  REQUIRE(hand.finish());
  const Outcome outcome(scene, 1);
  CHECK(outcome.survivors().size() == 5);
  CHECK(outcome.integers() == sum_over(outcome.survivors(), inputs));
}

TEST_CASE("rounds larger than any message: payload and sum come in chunks [OFFER-1, RECORD-5]") {
  constexpr std::size_t kLength = 400'000;
  TaskSpec task;
  task.tensors = R"([{ name = "v", shape = [400000] }])";
  task.more = "share_sum = true\npayload = \"model\"";
  Scene scene(task);
  Bytes model(5'000'003);
  for (std::size_t i = 0; i < model.size(); ++i) model[i] = static_cast<std::uint8_t>(i * i >> 7);
  scene.write("model", model);
  scene.start();
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(count_up(i, kLength));
    members.emplace_back(std::move(options));
  }
  auto sum = count_up(0, kLength);
  for (auto& value : sum) value = 5 * value + 10;
  for (auto& member : members) {
    const auto result = member.result(1);
    REQUIRE(result);
    CHECK(result->completed);
    REQUIRE(result->aggregate);
    CHECK(std::get<std::vector<std::int64_t>>(result->aggregate->values) == sum);
    CHECK(member.payload(1) == model);
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
