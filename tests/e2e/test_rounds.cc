// Whole rounds, nothing in the way: what comes out is exactly the sum of what went in.
#include <doctest/doctest.h>

#include <cmath>
#include <deque>
#include <memory>

#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("rounds");

using Inputs = std::map<std::uint32_t, std::vector<std::int64_t>>;

TEST_CASE("counts of five members are summed exactly [CODEC-4, RECORD-4, RECORD-5]") {
  TaskSpec task;
  task.tensors = R"([{ name = "a", shape = [2, 3] }, { name = "b", shape = [] }])";
  Scene scene(task);
  scene.start();
  Inputs inputs;
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    inputs[i] = count_up(1000 * i, 7);
    auto options = scene.options(member_name(i));
    options.on_round = always(inputs[i]);
    members.emplace_back(std::move(options));
  }
  for (auto& member : members) {
    const auto result = member.result(1);
    REQUIRE(result);
    CHECK(result->completed);
    CHECK(result->reason == "ok");
    CHECK_FALSE(result->aggregate);  // the task keeps its sum to itself
    CHECK(member.error() == "no error");
    CHECK((*member.ended())->last_reason == "task_finished");
  }
  const Outcome outcome(scene, 1);
  CHECK(outcome.completed());
  CHECK(outcome.survivors() == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
  const auto sum = sum_over(outcome.survivors(), inputs);
  CHECK(outcome.integers() == sum);
  CHECK(outcome.integers("a") == std::vector(sum.begin(), sum.begin() + 6));
  CHECK(outcome.integers("b") == std::vector(sum.begin() + 6, sum.end()));
  CHECK(scene.stop() == 0);
}

TEST_CASE("integers of either sign are summed exactly, and shared with the members [RECORD-5]") {
  TaskSpec task;
  task.codec = R"({ kind = "integer", bound = 4611686018427387 })";
  task.more = "share_sum = true";
  Scene scene(task);
  scene.start();
  Inputs inputs;
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const std::int64_t most = 4'611'686'018'427'387;
    inputs[i] = {most, -most, i % 2 == 0 ? -7 : 3, 0};
    auto options = scene.options(member_name(i));
    options.on_round = always(inputs[i]);
    members.emplace_back(std::move(options));
  }
  const Outcome outcome(scene, 1);
  REQUIRE(outcome.completed());
  const auto sum = sum_over(outcome.survivors(), inputs);
  CHECK(outcome.integers() == sum);
  for (auto& member : members) {
    const auto result = member.result(1);
    REQUIRE(result);
    CHECK(result->completed);
    REQUIRE(result->aggregate);
    CHECK(std::get<std::vector<std::int64_t>>(result->aggregate->values) == sum);
    CHECK(result->aggregate->total_weight == 0);
  }
}

TEST_CASE(
    "a weighted mean of reals is that of the encoded vectors, bit for bit [CODEC-3, CODEC-6]") {
  TaskSpec task;
  task.codec = R"({ kind = "fixed_point", clip = 4.0, scale = 65536.0, weight_bound = 100 })";
  task.more = "share_sum = true";
  Scene scene(task);
  scene.start();
  std::deque<SdkMember> members;
  double total = 0;
  double first = 0;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const double x = 0.1 * i - 0.2;
    const std::uint64_t weight = 1 + 20 * i;
    total += static_cast<double>(weight);
    first += x * static_cast<double>(weight);
    auto options = scene.options(member_name(i));
    // The third is clipped; the fourth is the same everywhere.
    options.on_round = always(std::vector<double>{x, -x, 1e6, 3.5}, weight);
    members.emplace_back(std::move(options));
  }
  const Outcome outcome(scene, 1);
  REQUIRE(outcome.completed());
  std::vector<Elements> encoded;
  for (auto& member : members) encoded.push_back(member.encoded(1));
  const auto& parameters = outcome.record().content.offer.parameters;
  CHECK(parameters.vector_length == 5);  // four, and the weight
  CHECK(outcome.sum() == add_up(encoded, parameters.ring_bits));

  const auto mean = outcome.reals();
  REQUIRE(mean.size() == 4);
  CHECK(std::abs(mean[0] - first / total) < 1e-4);
  CHECK(std::abs(mean[1] + first / total) < 1e-4);
  CHECK(mean[2] == 4.0);
  CHECK(mean[3] == 3.5);
  CHECK(outcome.json().at("total_weight").to_number<double>() == total);
  const auto result = members.front().result(1);
  REQUIRE(result);
  REQUIRE(result->aggregate);
  CHECK(std::get<std::vector<double>>(result->aggregate->values) == mean);
  CHECK(static_cast<double>(result->aggregate->total_weight) == total);
}

TEST_CASE("rounds follow each other, each record upon the last [PARAM-11, PARAM-12]") {
  TaskSpec task;
  task.rounds = 3;
  Scene scene(task);
  scene.start();
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = [i](const RoundOffer& offer, ByteView) {
      const auto round = static_cast<std::int64_t>(offer.round);
      return std::optional(Update{count_up(round * 100 + i, 4)});
    };
    members.emplace_back(std::move(options));
  }
  Hash previous;
  for (std::uint64_t round = 1; round <= 3; ++round) {
    const Outcome outcome(scene, round);
    REQUIRE(outcome.completed());
    CHECK(outcome.integers().front() == static_cast<std::int64_t>(500 * round + 10));
    CHECK(outcome.record().content.previous_record == previous);
    previous = record_hash(outcome.record().record_bytes).value();
  }
  for (auto& member : members) {
    const auto end = member.ended();
    REQUIRE(end);
    REQUIRE(end->has_value());
    CHECK((*end)->completed == 3);
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
