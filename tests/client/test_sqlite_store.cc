#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>

#include "client/error.h"
#include "client/sqlite_store.h"
#include "protocol/round/reason.h"
#include "tests/client/participant_disk.h"

namespace blindsum {
namespace {

TEST_CASE("[DISK-2] everything is there again for the next process") {
  ParticipantDisk disk;
  CHECK_FALSE(disk.store().newest_roster().value().has_value());
  CHECK(disk.store().last_round("t").value() == 0);
  REQUIRE(disk.store().keep_roster({4, filled<Hash>(1)}).has_value());
  REQUIRE(disk.store().keep_roster({5, filled<Hash>(2)}).has_value());
  REQUIRE(disk.store().begin_round(session(1), "t", 3, 1'000).has_value());
  REQUIRE(disk.store().keep_cohort(session(1), some_cohort()).has_value());
  REQUIRE(disk.store().spend_input(session(1), some_input(7)).has_value());
  REQUIRE(disk.store().keep_unmask(session(1)).has_value());
  REQUIRE(disk.store().keep_record("t", {3, filled<Hash>(8)}).has_value());
  disk.reopen();
  CHECK(disk.store().newest_roster().value()->epoch == 5);
  CHECK(disk.store().newest_roster().value()->hash == filled<Hash>(2));
  CHECK(disk.store().last_round("t").value() == 3);
  CHECK(disk.store().last_record("t").value()->round == 3);
  CHECK(disk.store().last_record("t").value()->hash == filled<Hash>(8));
  CHECK(disk.store().is_spent(filled<InputId>(7)).value());
  const auto round = disk.store().find_round(session(1)).value();
  REQUIRE(round.has_value());
  CHECK(round->task == "t");
  CHECK(round->round == 3);
  CHECK(round->cohort == some_cohort());
  CHECK(round->spent == some_input(7));
  CHECK(round->ending == Ending::unmasked);
}

// What a process has left that was killed: its files as they are.
std::filesystem::path left_by(const ParticipantDisk& disk, const std::filesystem::path& to) {
  std::filesystem::create_directories(to);
  for (const auto* name : {"participant.db", "participant.db-wal"}) {
    std::filesystem::copy_file(disk.folder() / name, to / name);
  }
  return to;
}

// A commit that was never synced, or whose sync failed, is in the log that was read; what is
// written behind it would be lost with it.
TEST_CASE("[DISK-2, VOID-2] what a killed process has left is durable before it is acted upon") {
  ParticipantDisk disk;
  REQUIRE(disk.store().begin_round(session(1), "t", 1, 0).has_value());
  REQUIRE(disk.store().keep_unmask(session(1)).has_value());
  TemporaryFolder other;
  const auto killed = left_by(disk, other / "killed");
  CHECK(std::filesystem::file_size(killed / "participant.db-wal") > 0);
  const auto next = SqliteStore::open(killed, kIdentity);
  REQUIRE(next.has_value());
  CHECK(std::filesystem::file_size(killed / "participant.db-wal") == 0);
  // Without the log, which a power cut may leave as it likes.
  std::filesystem::create_directories(other / "durable");
  std::filesystem::copy_file(killed / "participant.db", other / "durable" / "participant.db");
  const auto durable = SqliteStore::open(other / "durable", kIdentity);
  REQUIRE(durable.has_value());
  CHECK((*durable)->keep_void(session(1)).error() == Reason::already_unmasked);
}

TEST_CASE("a task of which only a record is known has begun no round") {
  ParticipantDisk disk;
  REQUIRE(disk.store().keep_record("t", {3, filled<Hash>(8)}).has_value());
  CHECK(disk.store().last_round("t").value() == 0);
  CHECK_FALSE(disk.store().last_record("u").value().has_value());
  REQUIRE(disk.store().begin_round(session(1), "t", 1, 0).has_value());
  CHECK(disk.store().last_record("t").value()->round == 3);
}

TEST_CASE("[POLICY-6, PARAM-3] a round begins once, with a higher number and a new name") {
  ParticipantDisk disk;
  REQUIRE(disk.store().begin_round(session(1), "t", 3, 0).has_value());
  CHECK(disk.store().begin_round(session(2), "t", 3, 0).error() == Reason::round_not_newer);
  CHECK(disk.store().begin_round(session(2), "t", 2, 0).error() == Reason::round_not_newer);
  CHECK(disk.store().begin_round(session(1), "t", 4, 0).error() == Reason::round_not_newer);
  CHECK(disk.store().begin_round(session(1), "u", 9, 0).error() == Reason::round_not_newer);
  CHECK(disk.store().begin_round(session(2), "u", 1, 0).has_value());  // per task
  CHECK(disk.store().last_round("t").value() == 3);
  const std::uint64_t last = UINT64_MAX;  // numbers are compared as what they are
  CHECK(disk.store().begin_round(session(3), "t", last, 0).has_value());
  CHECK(disk.store().last_round("t").value() == last);
  CHECK(disk.store().begin_round(session(4), "t", 5, 0).error() == Reason::round_not_newer);
}

TEST_CASE("[POLICY-7] rounds are counted by their time, those of the future included") {
  ParticipantDisk disk;
  REQUIRE(disk.store().begin_round(session(1), "t", 1, 100).has_value());
  REQUIRE(disk.store().begin_round(session(2), "u", 1, 200).has_value());
  REQUIRE(disk.store().begin_round(session(3), "t", 2, UINT64_MAX).has_value());
  CHECK(disk.store().rounds_since(0).value() == 3);
  CHECK(disk.store().rounds_since(200).value() == 2);
  CHECK(disk.store().rounds_since(201).value() == 1);
}

TEST_CASE("[VOID-2] VOID and unmask exclude each other, forever") {
  ParticipantDisk disk;
  for (std::uint8_t i = 1; i <= 2; ++i) {
    REQUIRE(disk.store().begin_round(session(i), "t", i, 0).has_value());
  }
  REQUIRE(disk.store().keep_void(session(1)).has_value());
  REQUIRE(disk.store().keep_unmask(session(2)).has_value());
  disk.reopen();
  CHECK(disk.store().keep_unmask(session(1)).error() == Reason::already_void);
  CHECK(disk.store().keep_void(session(2)).error() == Reason::already_unmasked);
  const auto log = disk.folder() / "participant.db-wal";
  const auto written = std::filesystem::file_size(log);
  CHECK(disk.store().keep_void(session(1)).has_value());  // the same again, for which
  CHECK(std::filesystem::file_size(log) == written);      // nothing is written or synced
  CHECK(disk.store().keep_unmask(session(2)).has_value());
}

TEST_CASE("[INPUT-3, INPUT-5] an input is spent once, in whichever round, until it is released") {
  ParticipantDisk disk;
  for (std::uint8_t i = 1; i <= 2; ++i) {
    REQUIRE(disk.store().begin_round(session(i), "t", i, 0).has_value());
  }
  REQUIRE(disk.store().spend_input(session(1), some_input(7)).has_value());
  CHECK(disk.store().spend_input(session(2), some_input(7)).error() == Reason::input_spent);
  CHECK(disk.store().spend_input(session(1), some_input(7)).error() == Reason::input_spent);
  CHECK_FALSE(disk.store().is_spent(filled<InputId>(8)).value());
  REQUIRE(disk.store().release_input(session(1)).has_value());
  disk.reopen();
  CHECK_FALSE(disk.store().is_spent(filled<InputId>(7)).value());
  CHECK_FALSE(disk.store().find_round(session(1)).value()->spent.has_value());
  CHECK(disk.store().spend_input(session(2), some_input(7)).has_value());
}

TEST_CASE("[INPUT-5] a round spends one input") {
  ParticipantDisk disk;
  REQUIRE(disk.store().begin_round(session(1), "t", 1, 0).has_value());
  REQUIRE(disk.store().spend_input(session(1), some_input(7)).has_value());
  CHECK(disk.store().spend_input(session(1), some_input(8)).error() == Reason::store_failed);
  CHECK(disk.store().is_spent(filled<InputId>(7)).value());
  CHECK_FALSE(disk.store().is_spent(filled<InputId>(8)).value());
  CHECK(disk.store().find_round(session(1)).value()->spent == some_input(7));
}

TEST_CASE("what belongs to a round that was never begun is not kept") {
  ParticipantDisk disk;
  CHECK(disk.store().keep_cohort(session(1), some_cohort()).error() == Reason::store_failed);
  CHECK(disk.store().spend_input(session(1), some_input(1)).error() == Reason::store_failed);
  CHECK(disk.store().keep_void(session(1)).error() == Reason::store_failed);
  CHECK(disk.store().release_input(session(1)).error() == Reason::store_failed);
  CHECK_FALSE(disk.store().find_round(session(1)).value().has_value());
  CHECK_FALSE(disk.store().is_spent(filled<InputId>(1)).value());
}

TEST_CASE("[DISK-1] one process has the folder; nobody else may look into it") {
  ParticipantDisk disk;
  CHECK(SqliteStore::open(disk.folder(), kIdentity).error() == Reason::state_locked);
  struct stat status{};
  REQUIRE(::stat(disk.folder().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  disk.reopen();  // the lock goes with the process
}

TEST_CASE("[DISK-1] one identity has the folder") {
  ParticipantDisk disk;
  disk.close();
  CHECK(SqliteStore::open(disk.folder(), filled<VerifyKey>(2)).error() ==
        ClientError::other_identity);
  disk.reopen();
}

TEST_CASE("a data base of somebody else, or of a newer version, is left alone") {
  ParticipantDisk disk;
  disk.close();
  const auto file = disk.folder() / "participant.db";
  {
    const auto any = [](SqlFault) { return Error(Reason::internal_error); };
    auto other = SqlDatabase::open(file, {.errors = any});
    REQUIRE(other.has_value());
    REQUIRE(other->execute("PRAGMA user_version = 99").has_value());
  }
  CHECK(SqliteStore::open(disk.folder(), kIdentity).error() == ClientError::bad_store);
  std::ofstream(file, std::ios::trunc) << "this is not SQLite, and long enough to be looked at";
  CHECK(SqliteStore::open(disk.folder(), kIdentity).error() == Reason::store_failed);
}

TEST_CASE("a folder that cannot be made is an error of the operating system") {
  TemporaryFolder folder;
  std::ofstream(folder / "file") << "in the way";
  const auto opened = SqliteStore::open(folder / "file" / "state", kIdentity);
  REQUIRE(opened.has_error());
  CHECK(opened.error() == boost::system::errc::not_a_directory);
}

// Lets files grow no further, as a full disk would.
class NoRoom {
 public:
  NoRoom() {
    ::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    rlimit none = before_;
    none.rlim_cur = 0;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
  }
  NoRoom(const NoRoom&) = delete;
  NoRoom& operator=(const NoRoom&) = delete;
  ~NoRoom() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_CASE("[DISK-2] a write that fails says so, and the store is as it was") {
  ParticipantDisk disk;
  REQUIRE(disk.store().begin_round(session(1), "t", 1, 0).has_value());
  {
    const NoRoom full;
    CHECK(disk.store().begin_round(session(2), "t", 2, 0).error() == Reason::store_failed);
    CHECK(disk.store().keep_void(session(1)).error() == Reason::store_failed);
    CHECK(disk.store().spend_input(session(1), some_input(1)).error() == Reason::store_failed);
    CHECK(disk.store().keep_roster({1, Hash{}}).error() == Reason::store_failed);
  }
  CHECK(disk.store().last_round("t").value() == 1);
  CHECK(disk.store().find_round(session(1)).value()->ending == Ending::open);
  CHECK_FALSE(disk.store().is_spent(filled<InputId>(1)).value());
  CHECK(disk.store().keep_unmask(session(1)).has_value());
  disk.reopen();
  CHECK(disk.store().find_round(session(1)).value()->ending == Ending::unmasked);
}

}  // namespace
}  // namespace blindsum
