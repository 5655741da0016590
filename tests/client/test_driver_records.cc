// What the round driver makes of records and sums that are not what they should be.
#include <doctest/doctest.h>

#include "tests/client/round_table.h"

namespace blindsum {
namespace {

TEST_CASE("[RECORD-5] a record that does not verify is told, and completes nothing") {
  RoundTable table;
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    auto* record = std::get_if<RoundRecord>(&message);
    if (i == 2 && record != nullptr) record->signature.bytes[0] ^= 1;
    if (i == 3 && record != nullptr) record->record_bytes.pop_back();
    return true;
  };
  table.start();
  table.run();
  CHECK(table.host(2).results.at(0).reason == "bad_signature");
  CHECK_FALSE(table.host(2).results.at(0).completed);
  CHECK(table.host(2).results.at(0).record_file.empty());
  CHECK(table.host(3).results.at(0).reason == "record_mismatch");
  CHECK(table.driver(2).summary().completed == 0);
  CHECK_FALSE(table.seat(2).store->last_record("counts").value().has_value());
}

TEST_CASE("[RECORD-5] a record of another course of the round than one's own is a mismatch") {
  RoundTable table;
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    return i != 1 || !std::holds_alternative<RoundRecord>(message);
  };
  table.start();
  table.run();
  // What the aggregator signs for somebody else: the round ended before anybody shared.
  RecordContent told = *table.record();
  told.outcome = Reason::too_few_survivors;
  told.th1 = told.th2 = told.th3 = told.sum_digest = Hash{};
  told.u2.clear();
  told.u3.clear();
  told.certified = false;
  told.blame.clear();
  const auto record = sign_record(told, {}, table.aggregator_key()).value();
  table.say(1, RoundRecord{record.record_bytes, record.signature, 0});
  CHECK(table.host(1).results.at(0).reason == "record_mismatch");
}

TEST_CASE("[RECORD-5] a sum that is not the record's is no result; one that never comes, neither") {
  RoundTable table({.share_sum = true});
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    return i > 1 || !std::holds_alternative<RoundRecord>(message);
  };
  table.start();
  table.run();
  const RoundRecord message = table.record_message();
  REQUIRE(message.sum_size > 0);
  table.say(0, message);
  CHECK(table.host(0).results.empty());
  table.say(0, SumChunk{table.id(), 0, Bytes(message.sum_size)});
  CHECK(table.host(0).results.at(0).reason == "record_mismatch");
  CHECK(table.host(0).results.at(0).completed);  // the round is, and the vector is in its sum
  CHECK_FALSE(table.host(0).results.at(0).aggregate.has_value());

  table.say(1, message);
  REQUIRE(table.driver(1).next_deadline().has_value());
  table.host(1).clock = *table.driver(1).next_deadline();
  table.driver(1).tick();
  CHECK(table.host(1).results.at(0).reason == "time_limit");
  CHECK_FALSE(table.host(1).results.at(0).record_file.empty());
}

TEST_CASE("[RECORD-5] a sum whose size is not the round's is not even begun") {
  RoundTable table({.share_sum = true});
  table.spoil = [](std::uint32_t i, ToParticipant& message) {
    auto* record = std::get_if<RoundRecord>(&message);
    if (i == 0 && record != nullptr) record->sum_size += 1;
    return true;
  };
  table.start();
  table.run();
  CHECK(table.host(0).results.at(0).reason == "record_mismatch");
  CHECK_FALSE(table.host(0).results.at(0).aggregate.has_value());
}

}  // namespace
}  // namespace blindsum
