// Whole rounds of round drivers around the aggregator's machine, in frames.
#include <doctest/doctest.h>

#include <string>

#include "tests/client/round_table.h"

namespace blindsum {
namespace {

const std::vector<std::string> kAllPhases{"advertised", "shared",   "masking", "uploaded",
                                          "accepted",   "attested", "unmasked"};

// What the default programs of these members add up to in element 0 and in the others.
std::pair<std::uint64_t, std::uint64_t> expected_sum(std::initializer_list<std::uint64_t> members,
                                                     std::uint64_t round) {
  std::uint64_t first = 0;
  std::uint64_t other = 0;
  for (const auto i : members) {
    first += 100 * i + round;
    other += i;
  }
  return {first, other};
}

std::pair<std::uint64_t, std::uint64_t> found_sum(RoundTable& table) {
  return {table.sum().sum().get(0), table.sum().sum().get(1)};
}

std::vector<std::string> result_reasons(const FakeHost& host) {
  std::vector<std::string> reasons;
  for (const auto& result : host.results) reasons.push_back(result.reason);
  return reasons;
}

TEST_CASE("a whole round: exact sum, phases in order, the record to keep") {
  RoundTable table;
  table.start();
  table.run();
  REQUIRE(table.record().has_value());
  CHECK(table.record()->outcome == Reason::ok);
  CHECK(found_sum(table) == expected_sum({0, 1, 2, 3, 4}, 1));
  for (std::uint32_t i = 0; i < 5; ++i) {
    CHECK(table.host(i).phases() == kAllPhases);
    REQUIRE(table.host(i).results.size() == 1);
    const RoundResult& result = table.host(i).results[0];
    CHECK(result.completed);
    CHECK(result.reason == "ok");
    CHECK(result.round == 1);
    CHECK_FALSE(result.aggregate.has_value());
    CHECK(read_record_file(result.record_file).has_value());
    CHECK(table.host(i).progress.back().kind == ProgressKind::round_over);
    CHECK(table.driver(i).summary().completed == 1);
    CHECK(table.seat(i).store->last_record("counts").value()->round == 1);
  }
  CHECK(table.rejections().empty());
}

TEST_CASE("a phase is told when the connection has taken its message, and not before") {
  RoundTable table;
  table.start();
  REQUIRE(table.host(0).outbox.size() == 1);
  CHECK(table.host(0).phases().empty());
  table.host(0).take();
  CHECK(table.host(0).phases() == std::vector<std::string>{"advertised"});
}

TEST_CASE("[RECEIPT-2, ATTEST-2] accepted is told when the aggregator has said so, else never") {
  RoundTable table;
  table.spoil = [](std::uint32_t i, const ToParticipant& message) {
    if (i == 0 && std::holds_alternative<Survivors>(message)) return false;
    return i > 1 || !std::holds_alternative<UploadAck>(message);
  };
  table.start();
  table.run([&] { return !table.host(0).phases().empty(); });
  table.say(0, UploadAck{});  // of nothing
  table.run();
  const std::vector<std::string> neither{"advertised", "shared", "masking", "uploaded"};
  CHECK(table.host(0).phases() == neither);
  const std::vector<std::string> attested(kAllPhases.begin(), kAllPhases.end() - 1);
  CHECK(table.host(1).phases() == attested);  // by U3; member 0's attestation is waited for
  CHECK(table.host(2).phases() == attested);
}

TEST_CASE("[PARAM-11] rounds follow each other, chained by their records") {
  RoundTable table;
  for (std::uint64_t round = 1; round <= 3; ++round) {
    table.start();
    table.run();
    REQUIRE(table.record()->outcome == Reason::ok);
    CHECK(found_sum(table) == expected_sum({0, 1, 2, 3, 4}, round));
  }
  CHECK(table.driver(2).summary().completed == 3);
}

TEST_CASE("the driver is finished after as many rounds as were asked for, and begins no other") {
  RoundTable table({.rounds = 2});
  for (int i = 0; i < 2; ++i) {
    CHECK(table.host(0).finishes == 0);
    table.start();
    table.run();
  }
  CHECK(table.host(0).finishes == 1);
  table.start();
  table.run();
  CHECK(table.record()->outcome == Reason::too_few_members);
  CHECK(table.driver(0).summary().completed == 2);
}

TEST_CASE("[OFFER-1] the payload is put together for the program") {
  Bytes payload(2'000);
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i * 7);
  RoundTable table({.payload = payload});
  table.start();
  REQUIRE(table.host(3).jobs.size() == 1);
  CHECK(*table.host(3).jobs[0].payload == payload);
  table.run();
  CHECK(table.record()->outcome == Reason::ok);
}

TEST_CASE("[RECORD-5] a shared sum is checked against the record and decoded") {
  RoundTable table({.share_sum = true});
  table.start();
  table.run();
  const RoundResult& result = table.host(1).results.at(0);
  REQUIRE(result.aggregate.has_value());
  const auto& values = std::get<std::vector<std::int64_t>>(result.aggregate->values);
  CHECK(values == std::vector<std::int64_t>{1'005, 10, 10, 10, 10, 10});
}

TEST_CASE("[INPUT-4] a program without an update leaves the round, which goes on without it") {
  RoundTable table({.members = 6});
  const auto usual = table.program;
  table.program = [&](std::uint32_t i, const RoundParameters& parameters) -> Result<InputReady> {
    if (i == 2) return Reason::input_declined;
    return usual(i, parameters);
  };
  table.start();
  table.run();
  CHECK(table.record()->outcome == Reason::ok);
  CHECK(found_sum(table) == expected_sum({0, 1, 3, 4, 5}, 1));
  // Once when the round ends for it, and again when its record comes.
  CHECK(result_reasons(table.host(2)) ==
        std::vector<std::string>{"input_declined", "input_declined"});
  CHECK(table.host(2).results[0].record_file.empty());
  CHECK_FALSE(table.host(2).results[1].record_file.empty());
  CHECK(table.driver(2).summary().completed == 0);
  CHECK(table.driver(2).summary().not_completed == 1);
}

TEST_CASE("[INPUT-3] the same input again is refused in the next round") {
  RoundTable table;
  const auto usual = table.program;
  table.program = [&](std::uint32_t i, const RoundParameters& parameters) {
    auto input = usual(i, parameters);
    if (i == 4) input->id.bytes.fill(0xee);
    return input;
  };
  table.start();
  table.run();
  table.start();
  table.run();
  CHECK(found_sum(table) == expected_sum({0, 1, 2, 3}, 2));
  CHECK(table.host(4).results[1].reason == "input_spent");
}

TEST_CASE("[JOIN-2] a connection that is cut between any two frames loses nothing") {
  // The cut comes after so many frames of member 1; at some point there are no more of them.
  for (std::size_t cut_after = 0; cut_after < 7; ++cut_after) {
    RoundTable table;
    table.start();
    std::size_t written = 0;
    std::size_t waiting = table.host(1).outbox.size();
    table.run([&] {
      const std::size_t now = table.host(1).outbox.size();
      if (now < waiting) written += waiting - now;
      waiting = now;
      return written >= cut_after;
    });
    table.cut(1);
    table.run();
    table.connect(1);
    table.run();
    CAPTURE(cut_after);
    REQUIRE(table.record().has_value());
    CHECK(table.record()->outcome == Reason::ok);
    CHECK(found_sum(table) == expected_sum({0, 1, 2, 3, 4}, 1));
    CHECK(table.host(1).results.at(0).reason == "ok");
    CHECK(table.host(1).phases() == kAllPhases);  // each once
  }
}

TEST_CASE("[ONCE-7] a newer round ends the one under way, before it is answered") {
  RoundTable table;
  table.start();
  const SessionId old = table.id();
  const auto taken = table.host(0).take();  // its advert
  table.start();
  const auto refusal = table.host(0).take();
  const auto advert = table.host(0).take();
  const auto& first = std::get<InRound<ToAggregator>>(refusal);
  CHECK(first.session_id == old);
  CHECK(std::get<Refusal>(first.message).reason == Reason::superseded);
  CHECK(std::holds_alternative<SignedAdvert>(std::get<InRound<ToAggregator>>(advert).message));
  CHECK(result_reasons(table.host(0)) == std::vector<std::string>{"superseded"});
}

TEST_CASE("[JOIN-3] stopping refuses the round under way and every later one") {
  RoundTable table;
  table.start();
  const auto advert = table.host(0).take();
  table.driver(0).stop();
  const auto refusal = table.host(0).take();
  CHECK(std::get<Refusal>(std::get<InRound<ToAggregator>>(refusal).message).reason ==
        Reason::participant_stopped);
  table.start();
  const auto next = table.host(0).take();
  CHECK(std::get<Refusal>(std::get<InRound<ToAggregator>>(next).message).reason ==
        Reason::participant_stopped);
  CHECK(table.host(0).outbox.empty());
}

TEST_CASE("[PHASE-2] the participant's own time limit ends a round that nobody ends") {
  RoundTable table;
  table.start();
  const auto advert = table.host(0).take();
  REQUIRE(table.driver(0).next_deadline().has_value());
  table.host(0).clock = *table.driver(0).next_deadline();
  table.driver(0).tick();
  CHECK(result_reasons(table.host(0)) == std::vector<std::string>{"time_limit"});
  CHECK_FALSE(table.driver(0).next_deadline().has_value());
}

TEST_CASE("[ONCE-4] a refusal that a broken session lost is said again, once a session") {
  RoundTable table({.members = 6});
  const auto usual = table.program;
  table.program = [&](std::uint32_t i, const RoundParameters& parameters) -> Result<InputReady> {
    if (i == 3) return Reason::input_declined;
    return usual(i, parameters);
  };
  table.start();
  table.run([&] { return !table.host(3).results.empty(); });  // refused, and not yet written
  table.cut(3);
  table.run();
  CHECK_FALSE(table.record().has_value());  // the aggregator waits for it
  table.connect(3);
  table.run();
  REQUIRE(table.record().has_value());
  CHECK(found_sum(table) == expected_sum({0, 1, 2, 4, 5}, 1));
}

}  // namespace
}  // namespace blindsum
