// A participant's own policy decides: what it does not accept it refuses by name, in its program
// and in the server's log; the others go on without it.
#include <doctest/doctest.h>

#include <deque>
#include <functional>

#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("policy");

constexpr std::uint32_t kStrict = 5;  // besides five that accept whatever is offered

// One round of six, in which the last has this policy, and refuses for this reason.
void refuses(TaskSpec task, const std::function<void(Policy&)>& insist, const std::string& reason,
             const std::string& phase = "advertise") {
  CAPTURE(reason);
  task.n = 6;
  task.n_min = 5;
  task.delta = "10%";
  task.gather = "60s";
  Scene scene(task);
  scene.start();
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i <= kStrict; ++i) {
    auto options = scene.options(member_name(i));
    auto& policy = options.policy;
    policy.least_sigma = 1;
    policy.least_corrupt = 0;
    policy.trust_cohort_selection = true;
    if (i == kStrict) insist(policy);
    options.on_round = always(count_up(i, 4));
    members.emplace_back(std::move(options));
  }
  const Outcome outcome(scene, 1);
  CHECK(outcome.completed());
  CHECK(outcome.survivors() == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
  CHECK(outcome.dropped(kStrict, phase, reason));
  CHECK(scene.logs("m5 (5) dropped in " + phase + ": " + reason));
  const auto result = members.back().result(1);
  REQUIRE(result);
  CHECK_FALSE(result->completed);
  CHECK(result->reason == reason);
}

TEST_CASE("what the offer says is held against the policy [POLICY-2, POLICY-4]") {
  TaskSpec task;
  SUBCASE("weak sigma") {
    task.more = "sigma = 40";
    refuses(task, [](Policy& policy) { policy.least_sigma = 64; }, "sigma_too_low");
  }
  SUBCASE("small cohort") {
    refuses(task, [](Policy& policy) { policy.least_n = 6; }, "cohort_too_small");
  }
  SUBCASE("no corrupt members foreseen") {
    task.max_corrupt = 0;
    refuses(task, [](Policy& policy) { policy.least_corrupt = 1; }, "corruption_bound_too_low");
  }
  SUBCASE("fewer corrupt members than a fraction of the cohort") {
    refuses(
        task, [](Policy& policy) { policy.least_gamma_ppm = 300'000; }, "corruption_bound_too_low");
  }
  SUBCASE("long vector") {
    refuses(task, [](Policy& policy) { policy.most_elements = 3; }, "vector_too_long");
  }
  SUBCASE("long round") {
    refuses(task, [](Policy& policy) { policy.most_round_ms = 1000; }, "time_limits_too_long");
  }
  SUBCASE("too many rounds in a day") {
    refuses(task, [](Policy& policy) { policy.most_rounds_per_day = 0; }, "too_many_rounds_today");
  }
}

TEST_CASE("what follows from the actual cohort is held against it, too [POLICY-3]") {
  // Of six at first; whoever refuses now was in the cohort, and is one of those that may drop.
  TaskSpec task;
  SUBCASE("few survivors") {
    refuses(task, [](Policy& policy) { policy.least_survivors = 6; }, "survivors_too_few", "share");
  }
  SUBCASE("low floor") {
    refuses(task, [](Policy& policy) { policy.least_floor = 6; }, "floor_too_low", "share");
  }
}

TEST_CASE("a round that nobody accepts is aborted, and says why at both sides [PHASE-1]") {
  TaskSpec task;
  task.more = "sigma = 63";
  task.retry_pause = "60s";
  Scene scene(task);
  scene.start();
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(count_up(i, 4));
    members.emplace_back(std::move(options));
  }
  for (auto& member : members) {
    const auto result = member.result(1);
    REQUIRE(result);
    CHECK(result->reason == "sigma_too_low");
  }
  CHECK(Outcome(scene, 1).reason() == "too_few_members");
  // Of five none may refuse: whose refusal comes first ends the round, and is named.
  CHECK(scene.logs(") dropped in advertise: sigma_too_low"));
  CHECK(scene.logs("t/1: aborted after"));
}

TEST_CASE("a fraction as the bound asks for trust in who chooses the cohort [PARAM-6, PARAM-7]") {
  TaskSpec task;
  Scene scene(task);
  scene.edit_configuration("max_corrupt = 1", "gamma = \"20%\"");
  scene.start();
  auto options = scene.options("m0");
  options.on_round = always(count_up(0, 4));
  SdkMember strict(std::move(options));
  std::deque<SdkMember> members;
  for (std::uint32_t i = 1; i < 5; ++i) {
    auto lax = scene.options(member_name(i));
    lax.policy.trust_cohort_selection = true;
    lax.on_round = always(count_up(i, 4));
    members.emplace_back(std::move(lax));
  }
  const auto result = strict.result(1);
  REQUIRE(result);
  CHECK(result->reason == "cohort_selection_not_trusted");
  CHECK(scene.logs("m0 (0) dropped in advertise: cohort_selection_not_trusted"));
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
