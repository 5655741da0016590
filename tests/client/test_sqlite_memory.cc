// What the state folder forgets and when, and the evidence in it.
#include <doctest/doctest.h>

#include "protocol/round/participant_round.h"
#include "protocol/round/reason.h"
#include "tests/client/participant_disk.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {
namespace {

constexpr UnixSeconds kThen = 1'700'000'000;
constexpr UnixSeconds kLater = kThen + SqliteStore::kKeptFor;

// Round 1 at kThen, with everything that a round can have.
void begin_full_round(SqliteStore& store) {
  REQUIRE(store.keep_roster({5, filled<Hash>(2)}).has_value());
  REQUIRE(store.begin_round(session(1), "t", 1, kThen).has_value());
  REQUIRE(store.keep_cohort(session(1), some_cohort()).has_value());
  REQUIRE(store.spend_input(session(1), some_input(7)).has_value());
  REQUIRE(store.keep_unmask(session(1)).has_value());
  REQUIRE(store.keep_record("t", {1, filled<Hash>(8)}).has_value());
}

constexpr std::uint8_t kEnough = SqliteStore::kAlwaysKept + 1;

// Rounds of these numbers, and of session ids to match.
void begin_rounds(SqliteStore& store, std::uint8_t first, std::uint8_t last, UnixSeconds now) {
  for (std::uint8_t i = first; i <= last; ++i) {
    REQUIRE(store.begin_round(session(i), "t", i, now).has_value());
  }
}

TEST_CASE("[DISK-4] a round is remembered for thirty days, whole") {
  ParticipantDisk disk;
  begin_full_round(disk.store());
  begin_rounds(disk.store(), 2, kEnough, kLater);
  const auto round = disk.store().find_round(session(1)).value();
  REQUIRE(round.has_value());
  CHECK(round->cohort == some_cohort());
  CHECK(round->spent == some_input(7));
  CHECK(round->ending == Ending::unmasked);
}

TEST_CASE("[DISK-4, POLICY-7] the newest hundred are remembered whatever the clock says") {
  ParticipantDisk disk;
  begin_full_round(disk.store());
  begin_rounds(disk.store(), 2, kEnough - 1, UINT64_MAX);
  CHECK(disk.store().find_round(session(1)).value()->spent == some_input(7));
  CHECK(disk.store().rounds_since(0).value() == SqliteStore::kAlwaysKept);
  begin_rounds(disk.store(), kEnough, kEnough, kThen);  // the clock is right again
  CHECK(disk.store().rounds_since(0).value() == SqliteStore::kAlwaysKept + 1);
}

TEST_CASE("[DISK-4, INPUT-3, POLICY-6, ROSTER-5] and then forgotten, but for what must stay") {
  ParticipantDisk disk;
  begin_full_round(disk.store());
  begin_rounds(disk.store(), 2, kEnough, kLater + 1);
  disk.reopen();
  CHECK_FALSE(disk.store().find_round(session(1)).value().has_value());
  CHECK(disk.store().find_round(session(2)).value().has_value());
  CHECK(disk.store().is_spent(filled<InputId>(7)).value());
  CHECK(disk.store().spend_input(session(2), some_input(7)).error() == Reason::input_spent);
  CHECK(disk.store().begin_round(session(1), "t", 1, kLater + 2).error() ==
        Reason::round_not_newer);
  CHECK(disk.store().newest_roster().value()->epoch == 5);
  CHECK(disk.store().last_record("t").value()->round == 1);
  // It was unmasked: to forget the mark alone would let VOID follow it.
  CHECK(disk.store().keep_void(session(1)).error() == Reason::store_failed);
}

TEST_CASE("[DISK-4, VOID-2] VOID of a forgotten round is answered as for one that was never seen") {
  ParticipantDisk disk;
  const auto key = seeded_key(4);
  auto cohort = some_cohort();
  cohort.members[0].key = key.verify_key();
  REQUIRE(disk.store().begin_round(session(1), "t", 1, kThen).has_value());
  REQUIRE(disk.store().keep_cohort(session(1), cohort).has_value());
  const std::uint32_t self = cohort.members[0].roster_index;
  CHECK(vote_void(disk.store(), key, self, session(1)).has_value());
  begin_rounds(disk.store(), 2, kEnough, kLater + 1);
  CHECK(vote_void(disk.store(), key, self, session(1)).error() == Reason::unknown_round);
}

TEST_CASE(
    "[DISK-4, PARAM-3] a forgotten session id that returns releases nothing of its old round") {
  ParticipantDisk disk;
  begin_full_round(disk.store());
  begin_rounds(disk.store(), 2, kEnough, kLater + 1);
  REQUIRE(disk.store().begin_round(session(1), "t", kEnough + 1, kLater + 2).has_value());
  CHECK_FALSE(disk.store().find_round(session(1)).value()->spent.has_value());
  REQUIRE(disk.store().release_input(session(1)).has_value());
  CHECK(disk.store().is_spent(filled<InputId>(7)).value());
  CHECK(disk.store().spend_input(session(1), some_input(8)).has_value());
}

Evidence some_evidence(std::uint64_t round, std::size_t size) {
  return {.number = 0,
          .task = "t",
          .round = round,
          .session_id = session(9),
          .message = "Delivery",
          .found = kThen,
          .first = Bytes(size, 0xaa),
          .second = Bytes{1, 2, 3}};
}

TEST_CASE("[DISK-6] evidence is there again for whoever looks into the folder") {
  ParticipantDisk disk;
  CHECK(disk.store().evidence().value().empty());
  REQUIRE(disk.store().keep_evidence(some_evidence(7, 5)).has_value());
  CHECK(read_evidence(disk.folder()).error() == Reason::state_locked);
  disk.close();
  const auto found = read_evidence(disk.folder()).value();
  REQUIRE(found.size() == 1);
  CHECK(found[0].number == 1);
  CHECK(found[0].task == "t");
  CHECK(found[0].round == 7);
  CHECK(found[0].session_id == session(9));
  CHECK(found[0].message == "Delivery");
  CHECK(found[0].found == kThen);
  CHECK(found[0].first == Bytes(5, 0xaa));
  CHECK(found[0].second == Bytes{1, 2, 3});
}

TEST_CASE("[DISK-6] the newest is kept, within bounds of number and size") {
  ParticipantDisk disk;
  const auto rounds_kept = [&] {
    std::vector<std::uint64_t> rounds;
    const auto all = disk.store().evidence().value();
    for (const Evidence& one : all) rounds.push_back(one.round);
    return rounds;
  };
  for (std::uint64_t round = 1; round <= kMostEvidence + 2; ++round) {
    REQUIRE(disk.store().keep_evidence(some_evidence(round, 10)).has_value());
  }
  const auto kept = rounds_kept();
  CHECK(kept.size() == kMostEvidence);
  CHECK(kept.front() == 3);
  CHECK(kept.back() == kMostEvidence + 2);
  // Two of these are too much together, and one is too much for the small ones.
  const std::size_t large = kMostEvidenceBytes - 10;
  REQUIRE(disk.store().keep_evidence(some_evidence(1'000, large)).has_value());
  CHECK(rounds_kept() == std::vector<std::uint64_t>{1'000});
  REQUIRE(disk.store().keep_evidence(some_evidence(1'001, 10)).has_value());
  CHECK(rounds_kept() == std::vector<std::uint64_t>{1'001});
}

TEST_CASE("evidence is read from state folders only, and nothing is made elsewhere") {
  TemporaryFolder folder;
  CHECK(read_evidence(folder / "nowhere").error() ==
        boost::system::errc::no_such_file_or_directory);
  CHECK(read_evidence(folder / ".").error() == boost::system::errc::no_such_file_or_directory);
  CHECK(std::filesystem::is_empty(folder / "."));
}

}  // namespace
}  // namespace blindsum
