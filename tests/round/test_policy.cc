#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "protocol/round/reason.h"
#include "tests/support/scripted_round.h"

namespace blindsum {
namespace {

// An offer that the policy accepts; each test changes one thing.
struct Asked {
  ScriptedRound round;
  RoundParameters& parameters = round.parameters;
  Policy& policy = round.policy;
  PolicyHistory history;
  UnixSeconds now = 1000;

  std::string answer() const {
    const Result<void> result =
        accept_offer(policy, history, round.roster(), round.offer().offer, now);
    return result.has_value() ? "ok" : result.error().message();
  }
  std::string answer(std::uint32_t n) const {
    const Result<GraphParameters> result = accept_cohort(policy, parameters, n);
    return result.has_value() ? "ok" : result.error().message();
  }
};

TEST_CASE("[POLICY-1, POLICY-5] what a policy insists on when nothing is said") {
  const Policy policy;
  CHECK(policy.least_n == 3);
  CHECK(policy.least_survivors == 2);
  CHECK(policy.least_floor == 2);
  CHECK(policy.least_corrupt == 1);
  CHECK(policy.least_gamma_ppm == 0);
  CHECK(policy.least_sigma == 64);
  CHECK_FALSE(policy.trust_cohort_selection);
  CHECK(policy.tasks.empty());
  CHECK(policy.aggregator_key == VerifyKey{});
}

TEST_CASE("[POLICY-2, POLICY-8] what an offer is held against") {
  Asked asked;
  CHECK(asked.answer() == "ok");
  SUBCASE("well formed") {
    asked.parameters.n_min = 0;
    CHECK(asked.answer() == "bad_parameters");
  }
  SUBCASE("pinned aggregator") {
    asked.policy.aggregator_key.bytes[0] ^= 1;
    CHECK(asked.answer() == "wrong_aggregator");
  }
  SUBCASE("no aggregator pinned") {
    asked.policy.aggregator_key = {};
    CHECK(asked.answer() == "wrong_aggregator");
  }
  SUBCASE("no tasks") {
    asked.policy.tasks.clear();
    CHECK(asked.answer() == "task_not_served");
  }
  SUBCASE("other tasks") {
    asked.policy.tasks = {"Counts", "counts2"};
    CHECK(asked.answer() == "task_not_served");
  }
  SUBCASE("sigma") {
    asked.parameters.sigma = 63;
    CHECK(asked.answer() == "sigma_too_low");
  }
  SUBCASE("least n") {
    asked.policy.least_n = asked.parameters.n_min + 1;
    CHECK(asked.answer() == "cohort_too_small");
  }
  SUBCASE("vector") {
    asked.policy.most_elements = asked.parameters.vector_length;
    CHECK(asked.answer() == "ok");
    asked.policy.most_elements -= 1;
    CHECK(asked.answer() == "vector_too_long");
  }
  SUBCASE("payload") {
    asked.parameters.payload_size = 10;
    asked.policy.most_payload_bytes = 10;
    CHECK(asked.answer() == "ok");
    asked.policy.most_payload_bytes = 9;
    CHECK(asked.answer() == "payload_too_large");
  }
  SUBCASE("time, all phases together") {
    asked.policy.most_round_ms = 31'000;
    CHECK(asked.answer() == "ok");
    asked.policy.most_round_ms = 30'999;
    CHECK(asked.answer() == "time_limits_too_long");
  }
}

TEST_CASE("[POLICY-4, POLICY-5] c at n_min, as a number and as a fraction") {
  Asked asked;
  SUBCASE("absolute") {
    asked.policy.least_corrupt = 2;
    CHECK(asked.answer() == "corruption_bound_too_low");
  }
  SUBCASE("fraction of n_min") {
    asked.policy.least_gamma_ppm = 333'333;  // ⌈0.999999⌉ of 3
    CHECK(asked.answer() == "ok");
    asked.policy.least_gamma_ppm = 333'334;
    CHECK(asked.answer() == "corruption_bound_too_low");
  }
  SUBCASE("none by explicit choice only") {
    asked.parameters.max_corrupt = 0;
    CHECK(asked.answer() == "corruption_bound_too_low");
    asked.policy.least_corrupt = 0;
    CHECK(asked.answer() == "ok");
  }
}

TEST_CASE("[PARAM-7] gamma only for who trusts the choice of the cohort") {
  Asked asked;
  asked.parameters.max_corrupt = 0;
  asked.parameters.gamma_ppm = 100'000;
  CHECK(asked.answer() == "cohort_selection_not_trusted");
  asked.policy.trust_cohort_selection = true;
  CHECK(asked.answer() == "ok");
}

TEST_CASE("[ROSTER-4, ROSTER-5, ROSTER-6] the roster") {
  Asked asked;
  SUBCASE("epoch") {
    asked.parameters.roster_epoch += 1;
    CHECK(asked.answer() == "roster_mismatch");
  }
  SUBCASE("hash") {
    asked.parameters.roster_hash.bytes[0] ^= 1;
    CHECK(asked.answer() == "roster_mismatch");
  }
  SUBCASE("older than the newest seen") {
    asked.history.newest_epoch = asked.parameters.roster_epoch + 1;
    CHECK(asked.answer() == "roster_older");
  }
  SUBCASE("the same epoch with another hash than on disk") {
    asked.history.newest_epoch = asked.parameters.roster_epoch;
    CHECK(asked.answer() == "roster_mismatch");
    asked.history.newest_roster_hash = asked.parameters.roster_hash;
    CHECK(asked.answer() == "ok");
  }
}

// The roster of the script never expires; these make their own.
struct OtherRoster {
  ScriptedRound round;
  Roster roster;

  OtherRoster(const SigningKey& authority, UnixSeconds not_after)
      : roster(make(round, authority, not_after)) {
    round.parameters.roster_hash = roster.hash();
  }
  static Roster make(const ScriptedRound& round, const SigningKey& authority,
                     UnixSeconds not_after) {
    RosterContent content = round.roster().content();
    content.not_after = not_after;
    const Bytes bytes{9};
    return Roster::verify(bytes, content, authority.sign(roster_statement(bytes)).value(),
                          authority.verify_key())
        .value();
  }
  Result<void> answer(UnixSeconds now) const {
    return accept_offer(round.policy, {}, roster, round.offer().offer, now);
  }
};

TEST_CASE("[ROSTER-4] an expired roster") {
  SeededEntropy entropy(8);
  const OtherRoster other(SigningKey::generate(entropy).value(), 500);
  CHECK(other.answer(500).has_value());
  CHECK(other.answer(501).error() == Reason::roster_expired);
}

TEST_CASE("[ROSTER-6] an aggregator that is its own authority") {
  const ScriptedRound script;
  const OtherRoster other(script.aggregator(), 0);
  CHECK(other.answer(1).error() == Reason::wrong_aggregator);
}

TEST_CASE("[POLICY-6, POLICY-7, PARAM-3, PARAM-11] what was before") {
  Asked asked;
  SUBCASE("round") {
    asked.history.last_round = asked.parameters.round - 1;
    CHECK(asked.answer() == "ok");
    asked.history.last_round = asked.parameters.round;
    CHECK(asked.answer() == "round_not_newer");
    asked.history.last_round = asked.parameters.round + 1;
    CHECK(asked.answer() == "round_not_newer");
  }
  SUBCASE("session") {
    asked.history.session_seen = true;
    CHECK(asked.answer() == "round_not_newer");
  }
  SUBCASE("record") {
    asked.history.previous_record = asked.parameters.previous_record;
    CHECK(asked.answer() == "ok");
    asked.history.previous_record->bytes[0] ^= 1;
    CHECK(asked.answer() == "wrong_previous_record");
  }
  SUBCASE("rounds a day") {
    asked.policy.most_rounds_per_day = 4;
    asked.history.rounds_last_day = 3;
    CHECK(asked.answer() == "ok");
    asked.history.rounds_last_day = 4;
    CHECK(asked.answer() == "too_many_rounds_today");
  }
}

// Everything is wrong at once; what is put right moves the answer on to the next check.
TEST_CASE("[POLICY-2] the order of the checks") {
  Asked asked;
  RoundParameters& parameters = asked.parameters;
  const RoundParameters good = parameters;
  parameters.version = 2;
  asked.policy = {};
  asked.policy.least_sigma = 65;
  asked.policy.least_n = 4;
  asked.policy.least_corrupt = 5;
  asked.policy.most_elements = 1;
  asked.policy.most_payload_bytes = 0;
  asked.policy.most_round_ms = 1;
  asked.policy.most_rounds_per_day = 0;
  parameters.payload_size = 1;
  parameters.max_corrupt = 0;
  parameters.gamma_ppm = 1;
  parameters.roster_epoch += 1;
  asked.history = {.newest_epoch = 0,
                   .newest_roster_hash = {},
                   .last_round = 9,
                   .rounds_last_day = 1,
                   .session_seen = true,
                   .previous_record = Hash{}};
  asked.history.previous_record->bytes[0] = 1;
  const auto next = [&](const char* expected, const std::function<void()>& put_right) {
    CHECK(asked.answer() == expected);
    put_right();
  };
  next("unsupported_version", [&] { parameters.version = good.version; });
  next("wrong_aggregator", [&] { asked.policy.aggregator_key = good.aggregator_key; });
  next("roster_mismatch", [&] { parameters.roster_epoch = good.roster_epoch; });
  next("task_not_served", [&] { asked.policy.tasks = {good.task}; });
  next("cohort_selection_not_trusted", [&] { asked.policy.trust_cohort_selection = true; });
  next("sigma_too_low", [&] { asked.policy.least_sigma = 64; });
  next("cohort_too_small", [&] { asked.policy.least_n = 3; });
  next("corruption_bound_too_low", [&] { asked.policy.least_corrupt = 1; });
  next("vector_too_long", [&] { asked.policy.most_elements = 6; });
  next("payload_too_large", [&] { asked.policy.most_payload_bytes = 1; });
  next("time_limits_too_long", [&] { asked.policy.most_round_ms = 31'000; });
  next("round_not_newer", [&] {
    asked.history.last_round = 0;
    asked.history.session_seen = false;
  });
  next("wrong_previous_record", [&] { asked.history.previous_record.reset(); });
  next("too_many_rounds_today", [&] { asked.policy.most_rounds_per_day = 2; });
  CHECK(asked.answer() == "ok");
}

TEST_CASE("[POLICY-3, POLICY-4, FINDER-9] the actual cohort") {
  Asked asked;
  CHECK(accept_cohort(asked.policy, asked.parameters, 5).value() == asked.round.graph());
  SUBCASE("size") {
    asked.parameters.n_min = 5;
    asked.parameters.n_max = 10;
    CHECK(asked.answer(4) == "cohort_too_small");
    CHECK(asked.answer(5) == "ok");
    CHECK(asked.answer(10) == "ok");
    CHECK(asked.answer(11) == "cohort_too_large");
    asked.policy.least_n = 6;
    CHECK(asked.answer(5) == "cohort_too_small");
  }
  SUBCASE("a fraction of the actual n") {
    asked.policy.least_gamma_ppm = 200'000;
    CHECK(asked.answer(5) == "ok");
    CHECK(asked.answer(6) == "corruption_bound_too_low");
  }
  SUBCASE("a graph that does not exist") {
    asked.parameters.delta_ppm = 500'000;
    CHECK(asked.answer(5) == "infeasible_parameters");
  }
  SUBCASE("survivors") {
    asked.policy.least_survivors = 4;
    CHECK(asked.answer(5) == "ok");
    asked.policy.least_survivors = 5;
    CHECK(asked.answer(5) == "survivors_too_few");
  }
  SUBCASE("honest floor") {
    const std::uint32_t floor = asked.round.graph().honest_floor;
    asked.policy.least_floor = floor;
    CHECK(asked.answer(5) == "ok");
    asked.policy.least_floor = floor + 1;
    CHECK(asked.answer(5) == "floor_too_low");
  }
}

}  // namespace
}  // namespace blindsum
