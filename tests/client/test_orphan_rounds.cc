// Rounds that a restarted process finds going on: answered from the disk.
#include <doctest/doctest.h>

#include "tests/client/round_table.h"

namespace blindsum {
namespace {

// Runs until this member has told the phase, then lets its process end and another one begin.
void restart_at(RoundTable& table, std::uint32_t i, const std::string& phase) {
  table.run([&] {
    const auto phases = table.host(i).phases();
    return !phases.empty() && phases.back() == phase;
  });
  REQUIRE(table.host(i).phases().back() == phase);
  table.restart(i);
}

std::optional<ToAggregator> answer_of(RoundTable& table, std::uint32_t i) {
  if (table.host(i).outbox.empty()) return std::nullopt;
  return std::get<InRound<ToAggregator>>(table.host(i).take()).message;
}

std::optional<Reason> refusal_of(RoundTable& table, std::uint32_t i) {
  const auto answer = answer_of(table, i);
  const auto* refusal = answer ? std::get_if<Refusal>(&*answer) : nullptr;
  return refusal == nullptr ? std::nullopt : std::optional(refusal->reason);
}

TEST_CASE("[DISK-3] a restarted member says that it does not hold the round, once a session") {
  RoundTable table;
  table.start();
  restart_at(table, 0, "shared");
  table.say(0, UploadGrant{0});
  CHECK(refusal_of(table, 0) == Reason::unknown_round);
  table.say(0, UploadGrant{0});
  table.say(0, Delivery{});
  CHECK_FALSE(answer_of(table, 0).has_value());
  table.driver(0).connected({});  // it may have been lost with the session
  table.say(0, Survivors{});
  CHECK(refusal_of(table, 0) == Reason::unknown_round);
}

TEST_CASE("[DISK-3] so that the others need not wait: the round completes without it") {
  for (const std::string phase : {"shared", "masking", "uploaded", "attested"}) {
    RoundTable table;
    table.start();
    restart_at(table, 0, phase);
    table.connect(0);
    table.run();
    CAPTURE(phase);
    REQUIRE(table.record().has_value());
    CHECK(table.record()->outcome == Reason::ok);
  }
}

TEST_CASE("[VOID-1] a restarted member can still sign VOID") {
  RoundTable table;
  table.start();
  restart_at(table, 0, "shared");
  table.say(0, VoidRequest{});
  const auto answer = answer_of(table, 0);
  REQUIRE(answer.has_value());
  CHECK(std::holds_alternative<VoidVote>(*answer));
  CHECK(table.seat(0).store->find_round(table.id()).value()->ending == Ending::voided);
}

TEST_CASE("[VOID-2] but not once it has unmasked, and not for a round that it never saw") {
  RoundTable table;
  table.start();
  restart_at(table, 0, "unmasked");
  table.say(0, VoidRequest{});
  CHECK(refusal_of(table, 0) == Reason::already_unmasked);
  RoundTable fresh;
  fresh.spoil = [](std::uint32_t i, ToParticipant&) { return i != 0; };
  fresh.start();
  fresh.say(0, VoidRequest{});
  CHECK(refusal_of(fresh, 0) == Reason::unknown_round);
}

TEST_CASE("[INPUT-3] a certificate that leaves a restarted member out releases its input") {
  RoundTable table;
  Certificate seen;
  // Member 0's receipt is lost: it has spent its input, and is not in U3.
  table.spoil = [&](std::uint32_t, ToParticipant& message) {
    if (const auto* certificate = std::get_if<Certificate>(&message)) seen = *certificate;
    return true;
  };
  table.start();
  table.run([&] {
    const auto& outbox = table.host(0).outbox;
    return !outbox.empty() && table.seat(0).store->find_round(table.id()).value()->spent;
  });
  const auto spent = table.seat(0).store->find_round(table.id()).value()->spent;
  REQUIRE(spent.has_value());
  table.restart(0);
  table.run();
  table.wait(5'000);  // the mask phase closes without it
  REQUIRE(table.record().has_value());
  REQUIRE(table.record()->outcome == Reason::ok);
  REQUIRE(table.seat(0).store->is_spent(spent->input).value());

  SUBCASE("by the message of phase 5") {
    table.say(0, seen);
    CHECK(table.host(0).outbox.empty());
  }
  SUBCASE("by the record, which holds it, too") {
    table.say(0, table.record_message());
    CHECK(table.host(0).results.at(0).reason == "not_in_u3");
    CHECK_FALSE(table.host(0).results.at(0).completed);
  }
  CHECK_FALSE(table.seat(0).store->is_spent(spent->input).value());
}

TEST_CASE("[CERT-2] a certificate that has a restarted member in U3 is answered by a refusal") {
  RoundTable table;
  Certificate seen;
  table.spoil = [&](std::uint32_t i, ToParticipant& message) {
    const auto* certificate = std::get_if<Certificate>(&message);
    if (certificate != nullptr) seen = *certificate;
    return i != 0 || certificate == nullptr;
  };
  table.start();
  restart_at(table, 0, "attested");
  table.run();
  table.say(0, seen);
  CHECK(refusal_of(table, 0) == Reason::unknown_round);
}

TEST_CASE(
    "[RECORD-5] the record of a round that a former process took part in is told, not counted") {
  RoundTable table;
  table.start();
  restart_at(table, 0, "attested");
  table.connect(0);
  table.run();
  REQUIRE(table.record()->outcome == Reason::ok);
  const RoundResult& result = table.host(0).results.at(0);
  CHECK(result.completed);
  CHECK_FALSE(result.record_file.empty());
  CHECK(table.driver(0).summary().completed == 0);
  // Once: the next session brings it again.
  table.connect(0);
  CHECK(table.host(0).results.size() == 1);
}

}  // namespace
}  // namespace blindsum
