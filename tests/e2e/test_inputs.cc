// What a participant's own program gets wrong ends the round for it, by name, before anything of it
// is sent; the others go on.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <deque>
#include <limits>
#include <regex>
#include <stdexcept>

#include "tests/e2e/harness/hand_member.h"
#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("inputs");

constexpr std::uint32_t kWrong = 4;

struct Wrong {
  Update update;
  std::string reason;
};

// In whichever phase: the program is asked at once, and its answer may come before or after the
// cohort.
bool dropped_for(const Outcome& outcome, std::uint32_t index, const std::string& reason) {
  return outcome.dropped(index, "advertise", reason) || outcome.dropped(index, "share", reason) ||
         outcome.dropped(index, "mask", reason);
}

// In round r the last member's program gives wrong[r − 1], the others are right.
void check_rounds(const TaskSpec& task_given, const std::vector<Wrong>& wrong,
                  const Update& right) {
  auto task = task_given;
  task.rounds = wrong.size();
  Scene scene(task);
  scene.start();
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = [&, i](const RoundOffer& offer, ByteView) {
      auto update = i == kWrong ? wrong.at(offer.round - 1).update : right;
      update.id = Hash{};  // so that the rounds' inputs are not the same
      update.id->bytes = {static_cast<std::uint8_t>(offer.round), static_cast<std::uint8_t>(i)};
      return std::optional(update);
    };
    members.emplace_back(std::move(options));
  }
  for (std::uint64_t round = 1; round <= wrong.size(); ++round) {
    const auto& reason = wrong[round - 1].reason;
    CAPTURE(reason);
    const Outcome outcome(scene, round);
    CHECK(outcome.completed());
    CHECK(outcome.survivors() == std::vector<std::uint32_t>{0, 1, 2, 3});
    const auto result = members.back().result(round);
    REQUIRE(result);
    CHECK_FALSE(result->completed);
    CHECK(result->reason == reason);
    CHECK(members.back().encoded(round).empty());
    CHECK(dropped_for(outcome, kWrong, reason));
    CHECK(std::regex_search(
        scene.log(),
        std::regex(fmt::format(R"(t/{}: m4 \(4\) dropped in \w+: {}\n)", round, reason))));
  }
}

TEST_CASE(
    "reals: NaN, infinity, a weight out of range, another shape [CODEC-3, CODEC-5, INPUT-7]") {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const auto infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> fine{1, -2, 3, 0.5};
  auto task = five_or_four();
  task.codec = R"({ kind = "fixed_point", clip = 4.0, scale = 65536.0, weight_bound = 100 })";
  check_rounds(task,
               {{Update{std::vector<double>{1, nan, 1, 1}, 1}, "not_finite"},
                {Update{std::vector<double>{1, 1, 1, -infinity}, 1}, "not_finite"},
                {Update{fine, 0}, "weight_out_of_range"},
                {Update{fine, 101}, "weight_out_of_range"},
                {Update{std::vector<double>{1, 2, 3}, 1}, "wrong_shape"},
                {Update{std::vector<double>{1, 2, 3, 4, 5}, 1}, "wrong_shape"},
                {Update{std::vector<std::int64_t>{1, 2, 3, 4}, 1}, "wrong_shape"}},
               Update{fine, 100});
}

TEST_CASE("integers and counts beyond their bounds [CODEC-4]") {
  using Integers = std::vector<std::int64_t>;
  auto task = five_or_four();
  SUBCASE("count") {
    task.codec = R"({ kind = "count", bound = 100 })";
    check_rounds(task,
                 {{Update{Integers{0, 0, 0, 101}}, "value_out_of_range"},
                  {Update{Integers{0, -1, 0, 0}}, "value_out_of_range"},
                  {Update{Integers{0}}, "wrong_shape"},
                  {Update{std::vector<double>{0, 0, 0, 0}}, "wrong_shape"}},
                 Update{Integers{0, 100, 7, 7}});
  }
  SUBCASE("integer") {
    task.codec = R"({ kind = "integer", bound = 100 })";
    const auto least = std::numeric_limits<std::int64_t>::min();
    check_rounds(task,
                 {{Update{Integers{0, 0, 0, -101}}, "value_out_of_range"},
                  {Update{Integers{least, 0, 0, 0}}, "value_out_of_range"}},
                 Update{Integers{-100, 100, 7, 7}});
  }
}

TEST_CASE(
    "a program that has no update, throws, or is asked for one it has used [INPUT-3, INPUT-4]") {
  auto task = five_or_four();
  task.rounds = 4;
  Scene scene(task);
  scene.start();
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = [i](const RoundOffer& offer, ByteView) -> std::optional<Update> {
      const auto round = static_cast<std::int64_t>(offer.round);
      if (i != kWrong) return Update{count_up(10 * i + 1000 * round, 4)};
      if (round == 1) return std::nullopt;
      if (round == 2) throw std::runtime_error("this program is broken");
      return Update{count_up(77, 4)};
    };
    members.emplace_back(std::move(options));
  }
  const std::vector<std::string> reasons{"input_declined", "input_declined", "ok", "input_spent"};
  for (std::uint64_t round = 1; round <= 4; ++round) {
    const Outcome outcome(scene, round);
    CHECK(outcome.completed());
    CHECK(outcome.survivors().size() == (round == 3 ? 5 : 4));
    const auto result = members.back().result(round);
    REQUIRE(result);
    CHECK(result->reason == reasons[round - 1]);
  }
  CHECK(dropped_for(Outcome(scene, 1), kWrong, "input_declined"));
  CHECK(dropped_for(Outcome(scene, 4), kWrong, "input_spent"));
}

TEST_CASE("an input comes free when a quorum declares its round void [VOID-3, INPUT-3]") {
  Scene scene(TaskSpec{});
  scene.start();
  std::deque<SdkMember> members;
  std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
  // The same in every round: it is only taken again if it was released.
  for (std::uint32_t i = 0; i < 6; ++i) inputs[i] = count_up(1000 * i, 4);
  const auto join = [&](std::uint32_t i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(inputs[i]);
    members.emplace_back(std::move(options));
  };
  for (std::uint32_t i = 2; i < 5; ++i) join(i);
  HandMember hand(scene, 0, inputs[0]);
  HandMember lost(scene, 1, inputs[1]);
  hand.connect();
  lost.connect();
  REQUIRE(hand.run_until([&] { return hand.phase() == ParticipantPhase::advertised; }));
  REQUIRE(lost.run_until([&] { return lost.phase() == ParticipantPhase::shared; }));
  REQUIRE(hand.run_until([&] { return hand.phase() == ParticipantPhase::shared; }));
  REQUIRE(scene.logs("share closed, 5 of 5"));
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(members[i].saw(ProgressKind::phase, "uploaded", 1));
  }
  // Without two of five, three vectors are too few. The hand votes all the same, and four are a
  // quorum.
  lost.leave_round(lost.session_id(), Reason::participant_stopped);
  REQUIRE(scene.logs("m1 (1) dropped in mask: participant_stopped"));
  lost.disconnect();
  hand.leave_round(hand.session_id(), Reason::participant_stopped);
  CHECK(Outcome(scene, 1).reason() == "too_few_survivors");
  REQUIRE(hand.run_until([&] { return hand.voided(); }));
  // The others have the certificate before the offer that this leads to.
  join(5);
  REQUIRE(hand.finish(2));
  const Outcome second(scene, 2);
  CHECK(second.survivors() == std::vector<std::uint32_t>{0, 2, 3, 4, 5});
  CHECK(second.integers() == sum_over(second.survivors(), inputs));
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
