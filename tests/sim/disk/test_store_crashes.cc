// The store of rounds on the simulated disk: a short story of all that it is asked for, with a
// crash inside every operation of the disk. What was said to be kept is there, what was under way
// is there as a whole or not at all, and what a restart has seen stays [ONCE-6, DISK-7 to DISK-9].
#include <doctest/doctest.h>

#include <functional>

#include "protocol/wire/documents.h"
#include "protocol/wire/fact_document.h"
#include "server/store/sqlite_round_store.h"
#include "server/store/store_error.h"
#include "tests/sim/disk/sim_files.h"
#include "tests/sim/plain_plan.h"
#include "tests/sim/stage.h"

namespace blindsum::sim {
namespace {

constexpr int kPagesToCheckpoint = 6;

SessionId session(std::uint8_t first) {
  SessionId id;
  id.bytes[0] = first;
  return id;
}
const SessionId kFirst = session(1);
const SessionId kSecond = session(2);

OfferedFact offered(const SessionId& id) {
  static const Plan plan = plain_plan(4, 0, 1);
  RoundParameters parameters = plan.terms;
  parameters.session_id = id;
  parameters.round = id.bytes[0];
  return {sign_offer(parameters, Cast::of(4).aggregator()).value(), {0, 1, 2, 3}};
}

AddedFact added(std::uint32_t member) {
  AddedFact fact;
  fact.member = member;
  return fact;
}

// Longer than a piece of a page, shorter than a page, and different in every byte. Odd ones go into
// files, even ones into the data base.
constexpr std::size_t kSmallSumBytes = 1000;
Bytes sum(std::uint8_t content) {
  Bytes bytes(content % 2 == 0 ? kSmallSumBytes : kSmallSumBytes + 500);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(content + i * 7);
  return bytes;
}

using Step = std::function<Result<void>(RoundStore&)>;

const std::vector<Step>& story() {
  static const std::vector<Step> steps = {
      [](RoundStore& s) { return s.keep(kFirst, offered(kFirst)); },
      [](RoundStore& s) { return s.checkpoint(kFirst, sum(1), std::vector{added(0), added(2)}); },
      [](RoundStore& s) { return s.checkpoint(kFirst, sum(2), std::vector{added(1)}); },
      [](RoundStore& s) { return s.checkpoint(kFirst, sum(3), std::vector{added(3)}); },
      [](RoundStore& s) { return s.keep(kFirst, SurvivorsFact{Bitmap(5)}); },
      [](RoundStore& s) { return s.keep_result(kFirst, sum(4)); },
      // A round that recovers again after a crash gets the same sum.
      [](RoundStore& s) { return s.keep_result(kFirst, sum(4)); },
      [](RoundStore& s) { return s.keep(kSecond, offered(kSecond)); },
      [](RoundStore& s) { return s.checkpoint(kSecond, sum(6), std::vector{added(0), added(1)}); },
      [](RoundStore& s) { return s.forget(kFirst); },
      [](RoundStore& s) { return s.checkpoint(kSecond, sum(7), std::vector{added(2)}); },
  };
  return steps;
}

std::string shown(const Result<StoredSum>& sum) {
  if (!sum) return sum.error().message();
  return std::to_string(sum->members) + " " + std::to_string(sum->packed.at(0)) +
         (sum->packed == ::blindsum::sim::sum(sum->packed.at(0)) ? "" : " spoilt");
}

// Everything that can be asked for.
std::string state_of(RoundStore& store) {
  std::string text;
  for (const SessionId& round : store.rounds("places").value()) {
    text += to_hex(ByteView(round.bytes).first(1)) + ":";
    for (const RoundFact& fact : store.facts(round).value()) {
      text += " " + std::to_string(fact.index());
      if (const auto* const one = std::get_if<AddedFact>(&fact)) {
        text += "." + std::to_string(one->member);
      }
    }
    text += ", sum " + shown(store.load_checkpoint(round));
    text += ", result " + shown(store.load_result(round)) + "; ";
  }
  return text;
}

struct Machine {
  explicit Machine(std::uint64_t seed) : disk(Random(seed)), vfs(disk, kPagesToCheckpoint) {}
  [[nodiscard]] Result<void> open() {
    store.reset();
    BLINDSUM_TRY(opened, SqliteRoundStore::open(files_on(disk, vfs), kSmallSumBytes));
    store = std::move(opened);
    return {};
  }
  // No survival: only the process ends.
  void restart(const std::optional<Survival>& survival) {
    disk.stop();
    store.reset();
    survival ? disk.lose_power(*survival) : disk.end_process();
    disk.heal();
    REQUIRE(open());
  }

  SimDisk disk;
  SimVfs vfs;
  std::unique_ptr<SqliteRoundStore> store;
};

// The states between the steps, without any fault.
const std::vector<std::string>& states() {
  static const std::vector<std::string> all = [] {
    Machine machine(1);
    REQUIRE(machine.open());
    std::vector<std::string> states{state_of(*machine.store)};
    for (const Step& step : story()) {
      REQUIRE(step(*machine.store));
      states.push_back(state_of(*machine.store));
    }
    return states;
  }();
  return all;
}

// How many steps were kept before one failed.
std::size_t tell(Machine& machine, std::size_t from, Error& error) {
  for (std::size_t at = from; at < story().size(); ++at) {
    const auto done = story()[at](*machine.store);
    if (machine.disk.is_stopped()) return at;
    if (done) continue;
    error = done.error();
    return at;
  }
  return story().size();
}

// What a restart sees, which is one of two states; and sees again when the power goes at once.
std::size_t look(Machine& machine, std::size_t kept) {
  const std::string seen = state_of(*machine.store);
  const std::size_t next = std::min(kept + 1, story().size());
  CAPTURE(seen);
  CAPTURE(states()[kept]);
  CHECK((seen == states()[kept] || seen == states()[next]));
  machine.restart(Survival::nothing);
  CHECK(state_of(*machine.store) == seen);
  return seen == states()[kept] ? kept : next;
}

struct Counts {
  std::uint64_t crashes = 0, torn = 0, dropped = 0;
};

// False once the story ends before the crash.
bool crash_at(std::uint64_t operation, const std::optional<Survival>& survival, std::uint64_t seed,
              Counts& counts) {
  CAPTURE(operation);
  CAPTURE(seed);
  Machine machine(seed);
  machine.disk.stop_within(operation);
  Error error;
  const bool is_open = machine.open().has_value() && !machine.disk.is_stopped();
  const std::size_t kept = is_open ? tell(machine, 0, error) : 0;
  CHECK_FALSE(error.failed());
  const bool has_crashed = machine.disk.is_stopped();
  machine.restart(survival);
  if (!is_open) {
    CHECK(state_of(*machine.store).empty());
  }
  const std::size_t at = is_open ? look(machine, kept) : 0;
  CHECK(tell(machine, at, error) == story().size());
  CHECK(state_of(*machine.store) == states().back());
  counts.crashes += has_crashed ? 1 : 0;
  counts.torn += machine.disk.torn();
  counts.dropped += machine.disk.dropped();
  return has_crashed;
}

TEST_CASE("store: a crash inside every operation of the disk, whatever of it survives [ONCE-6]") {
  Counts counts;
  for (std::uint32_t survival = 0; survival <= kSurvivals; ++survival) {
    CAPTURE(survival);
    const auto left = survival < kSurvivals ? std::optional(static_cast<Survival>(survival))
                                            : std::optional<Survival>();
    // Three times where there is chance in it.
    for (std::uint64_t seed = 1; seed <= (survival < 2 || survival == 3 ? 1U : 3U); ++seed) {
      for (std::uint64_t at = 0; crash_at(at, left, seed * 1000 + at, counts); ++at) {
      }
    }
  }
  MESSAGE(counts.crashes, " crashes, ", counts.torn, " torn writes, ", counts.dropped, " dropped");
  CHECK(counts.crashes > 1000);
  CHECK(counts.torn > 500);
  CHECK(counts.dropped > 500);
}

TEST_CASE("store: every fsync fails once; it is named, and after a restart nothing lies [DISK-9]") {
  std::uint64_t failed = 0;
  for (std::uint64_t at = 0;; ++at) {
    CAPTURE(at);
    Machine machine(at);
    REQUIRE(machine.open());
    machine.disk.fail_sync_within(at);
    Error error;
    const std::size_t kept = tell(machine, 0, error);
    if (!machine.disk.has_failed_sync()) break;
    CHECK(error == StoreError::sync_failed);
    ++failed;
    machine.restart(std::nullopt);
    const std::size_t from = look(machine, kept);
    error = {};
    CHECK(tell(machine, from, error) == story().size());
    machine.restart(Survival::nothing);
    CHECK(state_of(*machine.store) == states().back());
  }
  CHECK(failed > 15);
}

TEST_CASE("store: a disk is full at every operation; it is named, nothing changed [DISK-9]") {
  std::uint64_t failed = 0;
  for (std::uint64_t at = 0;; ++at) {
    CAPTURE(at);
    Machine machine(at);
    REQUIRE(machine.open());
    const std::uint64_t before = machine.disk.operations();
    machine.disk.fill_within(at);
    Error error;
    const std::size_t kept = tell(machine, 0, error);
    if (machine.disk.operations() - before <= at) break;
    if (kept < story().size()) {
      CHECK(error == StoreError::disk_full);
      ++failed;
    }
    machine.disk.heal();
    CHECK(state_of(*machine.store) == states()[kept]);
    error = {};
    CHECK(tell(machine, kept, error) == story().size());
    machine.restart(Survival::nothing);
    CHECK(state_of(*machine.store) == states().back());
  }
  CHECK(failed > 20);
}

}  // namespace
}  // namespace blindsum::sim
