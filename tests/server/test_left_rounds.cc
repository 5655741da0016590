// Rounds that the process before this one has left, and what became of their task, roster or key
// meanwhile.
#include <doctest/doctest.h>

#include <optional>

#include "protocol/wire/documents.h"
#include "server/store/sqlite_round_store.h"
#include "server/store/store_files.h"
#include "server/task_control.h"
#include "support/files.h"
#include "support/key_file.h"
#include "tests/server/running.h"

namespace blindsum {
namespace {

constexpr std::string_view kShortDrain = "drain = \"300ms\"";

std::filesystem::path record_of(const World& world) {
  return world.task_results() / "round-000001.record";
}

SignedRecord read_record(const World& world) {
  return read_record_file(read_file(record_of(world), 1'000'000).value()).value();
}

void write_key(const World& world, const SigningKey& key) {
  std::filesystem::remove(world.path("aggregator.key"));
  REQUIRE(write_secret_key(world.path("aggregator.key"), key).has_value());
}

void write_next_roster(const World& world) {
  RosterContent content{2, world.roster().members(), 0, "test authority"};
  const auto file = sign_roster(content, world.authority()).value();
  REQUIRE(write_file_atomically(world.path("roster.bsr"), file).has_value());
}

// Four have given their shares, and wait for the fifth.
void leave_a_round(World& world, const std::string& configuration) {
  RunningServer running(world, configuration);
  const SocketMember dying(world, 4, running.port(), ParticipantPhase::shared);
  auto crowd = make_crowd(world, running.port(), 0, 4);
  REQUIRE(running.log().wait_for("t/1: advertise closed"));
  running.drain_and_wait();
}

TEST_CASE("left: what was over is published under the next roster, too [RECORD-1, DISK-8]") {
  World world(kCrowd);
  const auto text = world.configuration(5, "", std::string(kShortDrain));
  {
    RunningServer running(world, text);
    REQUIRE(std::filesystem::create_directory(record_of(world)));
    auto crowd = make_crowd(world, running.port(), 0, kCrowd);
    REQUIRE(running.log().wait_for("t/1: not published: store_failed"));
    running.drain_and_wait();
  }
  write_next_roster(world);
  std::filesystem::remove(record_of(world));
  {
    RunningServer next(world, text);
    CHECK(next.log().wait_for("t/1: completed"));
    next.drain_and_wait();
  }
  CHECK(std::filesystem::exists(world.task_results() / "round-000001" / "flat.npy"));
  const auto record = read_record(world);
  CHECK(record.content.outcome == Reason::ok);
  CHECK(verify_record(record, world.roster(), world.aggregator_key()).has_value());
  RunningServer third(world, text);
  third.drain_and_wait();
  CHECK(third.log().count("t/1") == 0);
  CHECK(third.log().count("cannot go on") == 0);
}

TEST_CASE("left: under another key a round is not ended, but waits for the former one [RECORD-3]") {
  World world(kCrowd);
  const auto text = world.configuration(5, "", std::string(kShortDrain));
  leave_a_round(world, text);
  write_key(world, SigningKey::generate(world.entropy()).value());
  {
    RunningServer next(world, text);
    CHECK(next.log().wait_for("t: PAUSED: wrong_aggregator"));
    next.drain_and_wait();
  }
  CHECK_FALSE(std::filesystem::exists(record_of(world)));
  write_key(world, world.aggregator());
  RunningServer third(world, text);
  CHECK(third.log().wait_for("t/1: goes on after a restart"));
}

// The same terms as those of the configuration's task.
constexpr std::string_view kDefinition = R"({"name": "t",
  "tensors": [{"name": "a", "shape": [2]}, {"name": "b", "shape": [1]}],
  "codec": {"kind": "fixed_point", "clip": 100.0, "scale": 1024.0, "weight_bound": 10},
  "n_min": 5, "n_max": 5, "delta": "15%", "max_corrupt": 1,
  "time_limits": {"advertise": "4s", "share": "4s", "mask": "4s", "attest": "4s",
                  "unmask": "4s"}})";

ControlError make_task(RunningServer& running) {
  auto& tasks = running.server().tasks();
  return tasks.create(tasks.read(kDefinition)).error;
}

std::size_t rounds_kept(const World& world) {
  auto files = open_store_folder(world.path("results") / ".state").value();
  return SqliteRoundStore::open(std::move(files)).value()->rounds("t").value().size();
}

std::string tasks_kept(const World& world) {
  return read_text_file(world.path("results") / ".state" / "tasks.json").value();
}

TEST_CASE("left: a round of a task that was taken away gets its record [RECORD-1, ONCE-6]") {
  World world(kCrowd);
  auto text = world.configuration(5, "", std::string(kShortDrain));
  text.replace(text.find("name = \"t\""), 10, "name = \"other\"");
  {
    RunningServer running(world, text);
    REQUIRE(make_task(running) == ControlError::ok);
    const SocketMember dying(world, 4, running.port(), ParticipantPhase::shared);
    auto crowd = make_crowd(world, running.port(), 0, 4);
    REQUIRE(running.log().wait_for("t/1: advertise closed"));
    CHECK(running.server().tasks().remove("t").error == ControlError::ok);
  }
  CHECK(rounds_kept(world) == 1);
  {
    RunningServer next(world, text);
    CHECK(next.log().wait_for("t/1: goes on after a restart"));
    CHECK(next.server().tasks().config_of("t") == nullptr);
    CHECK(next.log().wait_for("t/1: aborted", std::chrono::seconds(60)));
    CHECK(make_task(next) == ControlError::task_exists);
    next.drain_and_wait();
  }
  CHECK(read_record(world).content.outcome != Reason::ok);
  {
    RunningServer third(world, text);
    third.drain_and_wait();
  }
  CHECK(rounds_kept(world) == 0);
  CHECK(tasks_kept(world).find("fixed_point") != std::string::npos);
  RunningServer fourth(world, text);
  CHECK(tasks_kept(world).find("fixed_point") == std::string::npos);
  CHECK(make_task(fourth) == ControlError::ok);
}

TEST_CASE("left: rounds of a task that is not configured any more are named") {
  World world(kCrowd);
  auto text = world.configuration(5, "", std::string(kShortDrain));
  leave_a_round(world, text);
  text.replace(text.find("name = \"t\""), 10, "name = \"other\"");
  RunningServer next(world, text);
  CHECK(next.log().count("t: there are rounds of this task, which is not configured") == 1);
}

struct EndSeen final : Watcher {
  std::mutex mutex;
  std::vector<std::pair<Reason, std::chrono::milliseconds>> ends;
  void see(const ServerEvent& event) override {
    const auto* const ended = std::get_if<RoundEnded>(&event);
    if (ended == nullptr) return;
    const std::lock_guard lock(mutex);
    ends.emplace_back(ended->report.record.outcome, ended->took);
  }
};

TEST_CASE("left: a round that was cut off is told to watchers, with its time since the offer") {
  World world(kCrowd);
  const auto text = world.configuration(5, "", std::string(kShortDrain));
  leave_a_round(world, text);
  std::filesystem::remove_all(world.path("results") / ".state");  // the store has lost it
  const auto offer = world.task_results() / "round-000001.offer";
  std::filesystem::last_write_time(offer,
                                   std::filesystem::last_write_time(offer) - std::chrono::hours(1));
  EndSeen seen;
  RunningServer next(world, text, seen);
  REQUIRE(next.log().wait_for("t/1: was cut off"));
  const std::lock_guard lock(seen.mutex);
  REQUIRE(seen.ends.size() == 1);
  CHECK(seen.ends[0].first == Reason::internal_error);
  CHECK(seen.ends[0].second >= std::chrono::hours(1));
}

}  // namespace
}  // namespace blindsum
