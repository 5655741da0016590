// Records that come without what proves them: who can do without it, and who cannot.
#include <doctest/doctest.h>

#include <map>

#include "tests/client/round_table.h"

namespace blindsum {
namespace {

// Of each member the records that it was sent, as the aggregator says them.
class SentRecords {
 public:
  explicit SentRecords(RoundTable& table) {
    table.spoil = [this](std::uint32_t i, ToParticipant& message) {
      if (const auto* record = std::get_if<RoundRecord>(&message)) all_[i].push_back(*record);
      return true;
    };
  }
  const RoundRecord& of(std::uint32_t i) { return all_[i].at(0); }

 private:
  std::map<std::uint32_t, std::vector<RoundRecord>> all_;
};

// The file of the table's record, which is one for everybody.
Bytes whole_file(RoundTable& table) {
  const RoundRecord message = table.record_message();
  return encode_record_file({message.record_bytes, decode_record(message.record_bytes).value(),
                             message.signature, table.proof()});
}

TEST_CASE("[RECORD-9, RECORD-10] who unmasked completes the record by its own; all files are one") {
  RoundTable table;
  SentRecords sent(table);
  table.program = [&, own = table.program](std::uint32_t i, const RoundParameters& parameters) {
    return i == 4 ? Result<InputReady>(Reason::input_declined) : own(i, parameters);
  };
  table.start();
  table.run();
  table.wait(5'000);
  REQUIRE(table.record()->outcome == Reason::ok);
  const Bytes file = whole_file(table);
  for (std::uint32_t i = 0; i < 4; ++i) {
    CAPTURE(i);
    CHECK(sent.of(i).proof_bytes.empty());
    CHECK(table.host(i).results.at(0).completed);
    CHECK(table.host(i).results.at(0).record_file == file);
  }
  // It was not asked to unmask, so it has no certificate.
  CHECK(sent.of(4).proof_bytes == encode_record_proof(table.proof()));
  const auto record = read_record_file(file).value();
  CHECK(verify_record(record, table.roster(), table.aggregator_key().verify_key()).has_value());
}

TEST_CASE("[RECORD-10] an aborted round that was certified is no different") {
  RoundTable table;
  SentRecords sent(table);
  table.start();
  table.run([&] { return table.aggregator().holds_proof(table.seat(1).roster_index); });
  table.event(AggregatorStop{Reason::server_draining});
  REQUIRE(table.record()->outcome == Reason::server_draining);
  REQUIRE(table.record()->certified);
  // Who has the certificate, but whose answer has not come, is sent the proof all the same.
  std::size_t bare = 0;
  for (std::uint32_t i = 0; i < 5; ++i) {
    CAPTURE(i);
    const bool unmasked = table.aggregator().holds_proof(table.seat(i).roster_index);
    CHECK(sent.of(i).proof_bytes.empty() == unmasked);
    if (unmasked) ++bare;
    CHECK(table.seat(i).store->last_record("counts").value().has_value());
  }
  CHECK(bare > 0);
  CHECK(bare < 5);
}

TEST_CASE("[RECORD-10] a round that has ended for a member meanwhile leaves it what it verified") {
  RoundTable table;
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    return i != 0 || !std::holds_alternative<RoundRecord>(message);
  };
  table.start();
  table.run();
  table.host(0).clock = *table.driver(0).next_deadline();
  table.driver(0).tick();
  CHECK(table.host(0).results.at(0).reason == "time_limit");
  table.say(0, table.bare_record());
  CHECK(table.host(0).results.at(1).reason == "ok");
  CHECK(table.host(0).results.at(1).record_file == whole_file(table));
}

TEST_CASE("[RECORD-10] a record without its proof is nothing to who does not have it: by name") {
  RoundTable table({.members = 7});
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    // Member 0 shared, and never masked; member 1 attested, and never saw the certificate.
    if (i == 0 && std::holds_alternative<Delivery>(message)) return false;
    if (i == 1 && std::holds_alternative<Certificate>(message)) return false;
    return i > 1 || !std::holds_alternative<RoundRecord>(message);
  };
  table.start();
  table.run();
  table.wait(5'000);
  table.wait(5'000);
  REQUIRE(table.record()->outcome == Reason::ok);
  for (std::uint32_t i = 0; i < 2; ++i) {
    CAPTURE(i);
    table.say(i, table.bare_record());
    // Whoever was left out before is told of that first.
    CHECK(table.host(i).results.at(0).reason == (i == 0 ? "not_in_u2" : "missing_proof"));
    CHECK(table.host(i).results.at(0).record_file.empty());
    CHECK_FALSE(table.seat(i).store->last_record("counts").value().has_value());
    // A part of it is not enough either.
    RoundRecord part = table.bare_record();
    part.proof_bytes = encode_record_proof({table.proof().adverts, {}});
    table.say(i, part);
    CHECK_FALSE(table.seat(i).store->last_record("counts").value().has_value());
    table.say(i, table.record_message());
    CHECK(table.seat(i).store->last_record("counts").value().has_value());
    CHECK(table.host(i).results.back().record_file == whole_file(table));
  }
}

TEST_CASE("[RECORD-9, JOIN-2] who was started anew has nothing, and is sent the proof") {
  RoundTable table;
  table.start();
  table.run();
  REQUIRE(table.record()->outcome == Reason::ok);
  table.restart(2);
  table.say(2, table.bare_record());  // before it has joined
  CHECK(table.host(2).results.size() == 1);
  table.connect(2);
  CHECK(table.host(2).results.at(1).record_file == whole_file(table));
  CHECK_FALSE(table.aggregator().holds_proof(table.seat(2).roster_index));
}

TEST_CASE("[RECORD-8, RECORD-10] the proof of another round completes nothing") {
  RoundTable table;
  table.start();
  table.run();
  const Bytes first = encode_record_proof(table.proof());
  table.spoil = [&](std::uint32_t i, ToParticipant& message) {
    auto* record = std::get_if<RoundRecord>(&message);
    if (i == 3 && record != nullptr) record->proof_bytes = first;
    return true;
  };
  table.start();
  table.run();
  CHECK(table.host(2).results.at(1).completed);
  CHECK(table.host(3).results.at(1).reason == "bad_signature");
  CHECK(table.host(3).results.at(1).record_file.empty());
}

}  // namespace
}  // namespace blindsum
