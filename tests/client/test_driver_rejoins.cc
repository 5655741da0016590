// What the round driver makes of records that come again: after every Join an aggregator sends
// those of its last two rounds, the older one first.
#include <doctest/doctest.h>

#include "tests/client/round_table.h"

namespace blindsum {
namespace {

struct Kept {
  SessionId id;
  RoundRecord record;
  Bytes sum;
};

Kept kept_of(RoundTable& table) {
  return {table.id(), table.record_message(), table.sum().packed().value()};
}

void say_again(RoundTable& table, std::uint32_t i, const Kept& kept) {
  table.driver(i).frame(encode_in_round(kept.id, kept.record));
  if (kept.record.sum_size == 0) return;
  table.driver(i).frame(encode_frame(FrameToParticipant(SumChunk{kept.id, 0, kept.sum})));
}

void join_again(RoundTable& table, std::uint32_t i, const std::vector<Kept>& rounds) {
  table.cut(i);
  table.seat(i).connected = true;
  table.driver(i).connected({});
  for (const Kept& kept : rounds) say_again(table, i, kept);
}

TEST_CASE("[JOIN-2, RECORD-5] records that come again after a Join are told once, and count once") {
  RoundTable table({.rounds = 3});
  std::vector<Kept> rounds;
  for (int i = 0; i < 2; ++i) {
    table.start();
    table.run();
    rounds.push_back(kept_of(table));
  }
  join_again(table, 1, rounds);
  CHECK(table.driver(1).summary().completed == 2);
  CHECK(table.host(1).results.size() == 2);
  CHECK(table.host(1).finishes == 0);
  join_again(table, 1, rounds);
  CHECK(table.driver(1).summary().completed == 2);
  CHECK(table.host(1).results.size() == 2);
}

TEST_CASE("[JOIN-2, RECORD-5] a sum that was on its way comes again, behind an older one") {
  RoundTable table({.share_sum = true});
  table.start();
  table.run();
  const Kept first = kept_of(table);
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    return i != 1 || !std::holds_alternative<RoundRecord>(message);
  };
  table.start();
  table.run();
  const Kept second = kept_of(table);
  table.driver(1).frame(encode_in_round(second.id, second.record));
  CHECK(table.host(1).results.size() == 1);
  join_again(table, 1, {first, second});
  REQUIRE(table.host(1).results.size() == 2);
  CHECK(table.host(1).results[1].round == 2);
  CHECK(table.host(1).results[1].reason == "ok");
  CHECK(table.host(1).results[1].aggregate.has_value());
  CHECK(table.driver(1).summary().completed == 2);
}

TEST_CASE("the record of a round of an earlier process does not take back how the held one ended") {
  RoundTable table;
  table.start();
  table.run();
  const Kept first = kept_of(table);
  table.restart(1);
  table.seat(1).connected = true;
  table.driver(1).connected({});
  const auto usual = table.program;
  table.program = [&](std::uint32_t i, const RoundParameters& parameters) -> Result<InputReady> {
    if (i == 1) return Reason::input_declined;
    return usual(i, parameters);
  };
  table.start();
  table.run();
  CHECK(table.driver(1).summary().not_completed == 1);
  say_again(table, 1, first);
  CHECK(table.driver(1).summary().not_completed == 1);
  CHECK(table.driver(1).summary().completed == 0);
}

// A round with a sum, whose record member 0 has not been sent.
void play_unheard(RoundTable& table) {
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    return i != 0 || !std::holds_alternative<RoundRecord>(message);
  };
  table.start();
  table.run();
}

TEST_CASE("[LIMIT-2] a record that comes again with another size of its sum ends the wait for it") {
  RoundTable table({.share_sum = true});
  play_unheard(table);
  RoundRecord message = table.record_message();
  table.say(0, message);
  CHECK(table.host(0).results.empty());
  message.sum_size = std::uint64_t{1} << 60;
  table.say(0, message);
  REQUIRE(table.host(0).results.size() == 1);
  CHECK(table.host(0).results[0].reason == "record_mismatch");
  CHECK(table.host(0).results[0].completed);
  CHECK_FALSE(table.driver(0).next_deadline().has_value());
}

TEST_CASE("[RECORD-5] the same size again: the sum begins anew") {
  RoundTable table({.share_sum = true});
  play_unheard(table);
  const Kept kept = kept_of(table);
  table.say(0, kept.record);
  table.say(0, SumChunk{kept.id, 0, Bytes(kept.sum.begin(), kept.sum.begin() + 3)});
  say_again(table, 0, kept);
  REQUIRE(table.host(0).results.size() == 1);
  CHECK(table.host(0).results[0].aggregate.has_value());
}

TEST_CASE("[LIMIT-2] a sum longer than the policy's vectors is not waited for") {
  RoundTable table({.elements = 6, .share_sum = true});
  play_unheard(table);
  table.restart(0);  // so that the round's offer is not what was checked
  table.policy().most_elements = 5;
  table.driver(0).connected({});
  table.say(0, table.record_message());
  REQUIRE(table.host(0).results.size() == 1);
  CHECK(table.host(0).results[0].reason == "vector_too_long");
  CHECK_FALSE(table.host(0).results[0].aggregate.has_value());
  CHECK_FALSE(table.driver(0).next_deadline().has_value());
}

TEST_CASE("[WIRE-7] what the aggregator gives as a reason is not told as the participant's own") {
  RoundTable table;
  table.start();
  table.run([&] { return !table.host(0).phases().empty(); });
  table.say(0, RoundAborted{Reason::input_spent, ""});
  REQUIRE(table.host(0).results.size() == 1);
  CHECK(table.host(0).results[0].reason == "input_spent");
  CHECK_FALSE(table.host(0).results[0].refused);

  RoundTable other;
  other.program = [](std::uint32_t, const RoundParameters&) -> Result<InputReady> {
    return Reason::not_finite;
  };
  other.start();
  other.run([&] { return !other.host(0).results.empty(); });
  CHECK(other.host(0).results.at(0).reason == "not_finite");
  CHECK(other.host(0).results.at(0).refused);
}

}  // namespace
}  // namespace blindsum
