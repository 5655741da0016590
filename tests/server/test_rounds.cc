// Whole rounds over real sockets and TLS.
#include <doctest/doctest.h>

#include <boost/json/parse.hpp>

#include "crypto/transcript.h"
#include "protocol/wire/documents.h"
#include "support/files.h"
#include "support/npy.h"
#include "tests/server/running.h"

namespace blindsum {
namespace {

std::vector<double> array(const World& world, std::uint64_t round, const std::string& name) {
  const auto file =
      world.task_results() / ("round-00000" + std::to_string(round)) / (name + ".npy");
  const auto read = read_npy(file);
  if (!read) return {};
  return std::get<std::vector<double>>(read->values);
}

boost::json::value record_of(const World& world, std::uint64_t round) {
  const auto file = world.task_results() / ("round-00000" + std::to_string(round) + ".json");
  const auto text = read_text_file(file);
  return text ? boost::json::parse(*text) : boost::json::value();
}

std::string text_of(const boost::json::value& record, const char* key) {
  return std::string(record.at(key).as_string());
}

// Of the first five positions, and the round.
const std::vector<double> kMean{2, 1};

TEST_CASE("rounds: five members, two rounds, then the task is finished") {
  World world(5);
  RunningServer running(world, world.configuration(5, "rounds = 2\nshare_sum = true"));
  auto crowd = make_crowd(world, running.port(), 0, 5);
  REQUIRE(wait_for_records(crowd, 2));
  for (const auto& member : crowd) {
    REQUIRE(member->wait([](const TestMember& seen) { return seen.session_error.has_value(); }));
    const auto& seen = member->stop();
    CHECK(seen.session_error == Reason::task_finished);
    CHECK(seen.records[0].content.outcome == Reason::ok);
    CHECK(verify_record(seen.records[0], world.roster(), world.aggregator_key()).has_value());
    CHECK(seen.came_bare[0]);  // [RECORD-9] all of them have unmasked
    // [PARAM-11]
    CHECK(seen.records[1].content.previous_record ==
          record_hash(seen.records[0].record_bytes).value());
    // [RECORD-4, RECORD-5]
    REQUIRE(seen.sums.size() == 2);
    CHECK(sha256(seen.sums[1]).value() == seen.records[1].content.sum_digest);
  }
  CHECK(array(world, 1, "a") == kMean);
  CHECK(array(world, 1, "b") == std::vector<double>{0});
  CHECK(array(world, 1, "flat") == std::vector<double>{2, 1, 0});
  CHECK(array(world, 2, "a") == std::vector<double>{2, 2});

  const auto record = record_of(world, 2);
  CHECK(text_of(record, "outcome") == "completed");
  CHECK(text_of(record, "reason") == "ok");
  CHECK(record.at("u3").as_array().size() == 5);
  CHECK(text_of(record.at("u3").at(0), "name") == "member-0");
  CHECK(record.at("total_weight").as_int64() == 5);
  CHECK(text_of(record, "previous_record") == text_of(record_of(world, 1), "record_hash"));
  const auto packed = read_file(world.task_results() / "round-000002" / "sum.packed", 1000);
  CHECK(to_hex(sha256(packed.value())->view()) == text_of(record, "sum_digest"));
  const auto file = read_file(world.task_results() / "round-000002.record", 100'000);
  CHECK(read_record_file(file.value()).has_value());
  CHECK_FALSE(std::filesystem::exists(world.task_results() / "round-000002.offer"));
  CHECK(running.log().wait_for("t: finished, 2 rounds"));
}

TEST_CASE("rounds: members that vanish in any phase are left out or recovered; the sum is exact") {
  for (const auto phase : {ParticipantPhase::advertised, ParticipantPhase::shared,
                           ParticipantPhase::uploaded, ParticipantPhase::attested}) {
    CAPTURE(static_cast<int>(phase));
    World world(6);
    auto text = world.configuration(5, "rounds = 1");
    for (auto at = text.find("4s"); at != std::string::npos; at = text.find("4s")) {
      text.replace(at, 2, "1500ms");
    }
    RunningServer running(world, text);
    Crowd crowd;
    for (std::uint32_t i = 0; i < 6; ++i) {
      const auto dies = i == 5 ? std::optional(phase) : std::nullopt;
      crowd.push_back(std::make_unique<SocketMember>(world, i, running.port(), dies));
    }
    for (std::uint32_t i = 0; i < 5; ++i) REQUIRE(crowd[i]->wait_for_records(1));
    const auto record = record_of(world, 1);
    CHECK(text_of(record, "outcome") == "completed");
    // Its messages of that phase never left; the vector was in before it attested.
    const bool in_sum = phase == ParticipantPhase::attested;
    CHECK(array(world, 1, "a") == (in_sum ? std::vector<double>{2.5, 1} : kMean));
    CHECK(record.at("u3").as_array().size() == (in_sum ? 6 : 5));
    if (phase == ParticipantPhase::uploaded) {
      CHECK(text_of(record.at("dropped").at(0), "name") == "member-5");
      CHECK(text_of(record.at("dropped").at(0), "phase") == "mask");
    }
  }
}

TEST_CASE("rounds: a connection that breaks is made again, and the round goes on [JOIN-2]") {
  World world(5);
  RunningServer running(world, world.configuration(5, "rounds = 3"));
  auto crowd = make_crowd(world, running.port(), 0, 5);
  for (int i = 0; i < 6; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    crowd[static_cast<std::size_t>(i) % 5]->disconnect();
  }
  for (const auto& member : crowd) {
    CHECK(member->wait([](const TestMember& seen) { return seen.session_error.has_value(); }));
  }
  CHECK(text_of(record_of(world, 3), "task") == "t");
}

TEST_CASE("rounds: who comes back after the end is sent the record's proof, too [RECORD-9]") {
  World world(5);
  RunningServer running(world, world.configuration(5, "interval = \"1h\""));
  auto crowd = make_crowd(world, running.port(), 0, 5);
  REQUIRE(wait_for_records(crowd, 1));
  crowd[0]->disconnect();
  REQUIRE(crowd[0]->wait_for_records(2));
  const auto& seen = crowd[0]->stop();
  CHECK(seen.came_bare == std::vector<bool>{true, false});
  CHECK(seen.records[1].record_bytes == seen.records[0].record_bytes);
  CHECK(seen.records[1].proof == seen.records[0].proof);
  CHECK(verify_record(seen.records[1], world.roster(), world.aggregator_key()).has_value());
}

TEST_CASE("rounds: too few adverts abort by name, and everybody is told") {
  World world(5);
  auto text = world.configuration(5, "retry_pause = \"1h\"");
  text.replace(text.find("advertise = \"4s\""), 16, "advertise = \"1s\"");
  RunningServer running(world, text);
  Crowd crowd;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const auto dies = i == 4 ? std::optional(ParticipantPhase::advertised) : std::nullopt;
    crowd.push_back(std::make_unique<SocketMember>(world, i, running.port(), dies));
  }
  CHECK(crowd[0]->wait([](const TestMember& seen) { return !seen.aborts.empty(); }));
  CHECK(crowd[0]->stop().aborts.front() == Reason::too_few_members);
  CHECK(running.log().wait_for("t/1: aborted"));
  const auto record = record_of(world, 1);
  CHECK(text_of(record, "outcome") == "aborted");
  CHECK(text_of(record, "reason") == "too_few_members");
  CHECK_FALSE(std::filesystem::exists(world.task_results() / "round-000001"));
}

TEST_CASE("rounds: after a restart numbers and the chain go on; a round cut off is recorded") {
  World world(5);
  const auto text = world.configuration(5, "rounds = 2");
  {
    RunningServer running(world, world.configuration(5, "rounds = 1"));
    auto crowd = make_crowd(world, running.port(), 0, 5);
    REQUIRE(wait_for_records(crowd, 1));
  }
  {
    // Five offers go out, and nobody answers them in time.
    RunningServer running(world, text);
    const SocketMember dying(world, 0, running.port(), ParticipantPhase::advertised);
    auto crowd = make_crowd(world, running.port(), 1, 5);
    REQUIRE(running.log().wait_for("t/2: started"));
  }
  CHECK(std::filesystem::exists(world.task_results() / "round-000002.offer"));
  RunningServer running(world, text);
  CHECK(running.log().wait_for("t/2: was cut off"));
  auto crowd = make_crowd(world, running.port(), 0, 5);
  REQUIRE(wait_for_records(crowd, 1));
  CHECK(text_of(record_of(world, 2), "outcome") == "aborted");
  const auto third = record_of(world, 3);
  CHECK(text_of(third, "outcome") == "completed");
  CHECK(text_of(third, "previous_record") == text_of(record_of(world, 2), "record_hash"));
  CHECK(text_of(record_of(world, 2), "previous_record") ==
        text_of(record_of(world, 1), "record_hash"));
}

}  // namespace
}  // namespace blindsum
