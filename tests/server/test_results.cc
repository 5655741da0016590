#include <doctest/doctest.h>
#include <sys/stat.h>

#include "protocol/round/round_transcript.h"
#include "protocol/wire/documents.h"
#include "server/result_files.h"
#include "server/results.h"
#include "support/files.h"
#include "tests/server/world.h"

namespace blindsum {
namespace {

struct Folder {
  World world{5};
  std::filesystem::path path = world.task_results();

  TaskResults open() {
    auto results = TaskResults::open(path, world.roster());
    REQUIRE(results.has_value());
    return *std::move(results);
  }
  Offer offer(const TaskResults& results) {
    auto parameters = task_parameters(world.config(world.configuration(5)).tasks.front());
    REQUIRE(world.entropy().fill(parameters.session_id.bytes).has_value());
    parameters.round = results.next_round();
    parameters.roster_epoch = 1;
    parameters.roster_hash = world.roster().hash();
    parameters.payload_hash = sha256({}).value();
    parameters.previous_record = results.previous_record();
    parameters.aggregator_key = world.aggregator_key();
    return sign_offer(parameters, world.aggregator()).value();
  }
  RoundReport aborted(const Offer& offer) {
    RoundReport report;
    report.record.offer = offer;
    report.record.th0 = hash_th0(offer.parameter_bytes).value();
    report.record.outcome = Reason::too_few_members;
    report.record.previous_record = offer.parameters.previous_record;
    return report;
  }
};

TEST_CASE("results: a new folder starts at round 1 with no previous record [PARAM-11]") {
  Folder folder;
  const auto results = folder.open();
  CHECK(results.next_round() == 1);
  CHECK(results.previous_record() == Hash{});
  CHECK(results.completed() == 0);
  CHECK_FALSE(results.newest_completed().has_value());
}

TEST_CASE("results: a record is chained, and takes the place of its offer [RECORD-1, PARAM-11]") {
  Folder folder;
  auto results = folder.open();
  const auto offer = folder.offer(results);
  REQUIRE(results.keep_offer(offer).has_value());
  CHECK(std::filesystem::exists(folder.path / "round-000001.offer"));
  const auto record = results.publish(folder.aborted(offer), folder.world.aggregator());
  REQUIRE(record.has_value());
  CHECK_FALSE(std::filesystem::exists(folder.path / "round-000001.offer"));
  CHECK(results.previous_record() == record_hash(record->record_bytes).value());
  CHECK(results.next_round() == 2);
  CHECK(verify_record(*record, folder.world.roster(), folder.world.aggregator_key()).has_value());
  const auto again = folder.open();
  CHECK(again.previous_record() == results.previous_record());
  CHECK(again.next_round() == 2);
  CHECK(again.cut_off().empty());
  CHECK(again.published(offer).value()->record_bytes == record->record_bytes);
}

TEST_CASE("results: an offer that never left gives its number back") {
  Folder folder;
  auto results = folder.open();
  const auto offer = folder.offer(results);
  REQUIRE(results.keep_offer(offer).has_value());
  results.withdraw_offer(offer);
  CHECK(results.next_round() == 1);
  CHECK(folder.open().next_round() == 1);
}

TEST_CASE("results: a round that a crash cut off can be ended [RECORD-1, PARAM-12]") {
  Folder folder;
  auto results = folder.open();
  REQUIRE(results.keep_offer(folder.offer(results)).has_value());
  // A result that had no record yet, and half of one: neither may pass for one later.
  REQUIRE(make_folder(folder.path / "round-000001").has_value());
  REQUIRE(write_file_atomically(folder.path / "round-000001" / "flat.npy", Bytes(8)).has_value());
  REQUIRE(make_folder(folder.path / "round-000001.partial").has_value());
  results = folder.open();
  REQUIRE(results.cut_off().size() == 1);
  const Offer offer = results.cut_off().front();
  CHECK_FALSE(results.published(offer).value().has_value());
  REQUIRE(
      results.end(offer, Reason::internal_error, "a crash", folder.world.aggregator()).has_value());
  CHECK_FALSE(std::filesystem::exists(folder.path / "round-000001"));
  CHECK_FALSE(std::filesystem::exists(folder.path / "round-000001.partial"));
  CHECK(folder.open().completed() == 0);
  CHECK(results.next_round() == 2);
  CHECK(results.completed() == 0);
  CHECK(folder.open().cut_off().empty());
  const auto file = read_file(folder.path / "round-000001.record", 100'000).value();
  const auto record = read_record_file(file).value();
  CHECK(record.content.outcome == Reason::internal_error);
  CHECK(results.previous_record() == record_hash(record.record_bytes).value());
  CHECK(verify_record(record, folder.world.roster(), folder.world.aggregator_key()).has_value());
}

TEST_CASE("results: a record whose JSON is missing gets it again") {
  Folder folder;
  auto results = folder.open();
  const auto offer = folder.offer(results);
  REQUIRE(results.publish(folder.aborted(offer), folder.world.aggregator()).has_value());
  std::filesystem::remove(results.json_file(1));
  static_cast<void>(folder.open());
  const auto json = read_text_file(results.json_file(1)).value();
  CHECK(json.find("\"reason\":\"too_few_members\"") != std::string::npos);
  CHECK(json.find("\"outcome\":\"aborted\"") != std::string::npos);
}

struct Completed : Folder {
  RoundReport completed(const Offer& offer) {
    auto report = aborted(offer);
    report.record.outcome = Reason::ok;
    const CodecParameters codec{.kind = CodecKind::count, .bound = 1};
    report.sum = std::make_shared<Accumulator>(Ring::of_bits(8).value(), 3);
    report.packed_sum = report.sum->packed().value();
    report.decoded =
        SumReader::create(report.sum->sum(), codec, offer.parameters.schema, 3).value();
    return report;
  }
  std::uintmax_t inode(const std::filesystem::path& of) {
    struct stat status{};
    REQUIRE(::stat(of.c_str(), &status) == 0);
    return status.st_ino;
  }
};

TEST_CASE("results: what has its record is not made again, whatever failed after it [RECORD-2]") {
  Completed folder;
  auto results = folder.open();
  const auto offer = folder.offer(results);
  REQUIRE(results.keep_offer(offer).has_value());
  const auto report = folder.completed(offer);
  REQUIRE(std::filesystem::create_directory(results.json_file(1)));
  CHECK(results.publish(report, folder.world.aggregator()).has_error());
  const auto array = results.round_folder(1) / "flat.npy";
  const auto before = folder.inode(array);
  const auto record = read_file(folder.path / "round-000001.record", 100'000).value();
  CHECK(results.publish(report, folder.world.aggregator()).has_error());
  CHECK(folder.inode(array) == before);
  std::filesystem::remove(results.json_file(1));
  REQUIRE(results.publish(report, folder.world.aggregator()).has_value());
  CHECK(folder.inode(array) == before);
  CHECK(read_file(folder.path / "round-000001.record", 100'000).value() == record);
  CHECK(std::filesystem::is_regular_file(results.json_file(1)));
  CHECK(results.completed() == 1);
  CHECK(results.previous_record() == folder.open().previous_record());
}

TEST_CASE("results: a result that is gone beside its record is put back") {
  Completed folder;
  auto results = folder.open();
  const auto offer = folder.offer(results);
  const auto report = folder.completed(offer);
  const auto record = results.publish(report, folder.world.aggregator()).value();
  CHECK_FALSE(results.lacks_result(record));
  std::filesystem::remove_all(results.round_folder(1));
  auto again = folder.open();
  CHECK(again.completed() == 0);
  CHECK(again.lacks_result(record));
  REQUIRE(again.put_back(report).has_value());
  CHECK(again.completed() == 1);
  CHECK(again.newest_completed() == 1);
  CHECK_FALSE(again.lacks_result(record));
}

TEST_CASE("results: the number of a round that a restart went on with is not given again") {
  Folder folder;
  auto results = folder.open();
  const auto offer = folder.offer(results);  // not kept: its file was lost, the store had the round
  REQUIRE(results.publish(folder.aborted(offer), folder.world.aggregator()).has_value());
  CHECK(results.next_round() == 2);
}

TEST_CASE("results: of arrays that could not all be written nothing stays") {
  Folder folder;
  const auto results = folder.open();
  RoundReport report;
  report.record.offer = folder.offer(results);
  report.packed_sum = Bytes(12);
  // Four values, where the offer's schema has three.
  const CodecParameters codec{.kind = CodecKind::count, .bound = 1};
  const VectorSchema schema{{TensorSchema{"x", {4}}}};
  report.sum = std::make_shared<Accumulator>(Ring::of_bits(8).value(), 4);
  report.decoded = SumReader::create(report.sum->sum(), codec, schema, 3).value();
  const auto path = results.round_folder(1);
  CHECK(write_result_folder(path, report).error() == Reason::wrong_shape);
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK_FALSE(std::filesystem::exists(path.string() + ".partial"));
}

TEST_CASE("results: what cannot be read or written is an error, not a new beginning") {
  Folder folder;
  auto results = folder.open();
  const auto offer = folder.offer(results);
  REQUIRE(results.publish(folder.aborted(offer), folder.world.aggregator()).has_value());
  REQUIRE(write_file_atomically(folder.path / "round-000001.record", std::string_view("x"))
              .has_value());
  CHECK(TaskResults::open(folder.path, folder.world.roster()).has_error());
  std::filesystem::remove_all(folder.path);
  CHECK(results.keep_offer(offer).has_error());
  CHECK(results.publish(folder.aborted(offer), folder.world.aggregator()).has_error());
}

}  // namespace
}  // namespace blindsum
