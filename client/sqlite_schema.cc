// Opening the store: the folder, its lock, and the tables.
#include <sys/stat.h>

#include <string>
#include <utility>

#include "client/error.h"
#include "client/sqlite_store.h"
#include "protocol/round/reason.h"
#include "support/descriptor.h"
#include "support/error.h"

namespace blindsum {
namespace {

constexpr const char* kFileName = "participant.db";
constexpr std::uint64_t kApplicationId = 0x626c736d;  // "blsm"
constexpr std::uint64_t kSchemaVersion = 2;
constexpr mode_t kFolderMode = 0700;

constexpr const char* kSchema =
    "CREATE TABLE identity (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL);"
    "CREATE TABLE roster (one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL,"
    "  hash BLOB NOT NULL);"
    "CREATE TABLE task (name TEXT PRIMARY KEY, last_round INTEGER NOT NULL,"
    "  record_round INTEGER, record_hash BLOB) WITHOUT ROWID;"
    "CREATE TABLE round (session_id BLOB PRIMARY KEY, task TEXT NOT NULL, number INTEGER NOT NULL,"
    "  begun INTEGER NOT NULL, ending INTEGER NOT NULL DEFAULT 0,"
    "  parameter_bytes BLOB, th1 BLOB, quorum INTEGER, survivors INTEGER, members BLOB,"
    "  spent_th2 BLOB, spent_u2 BLOB);"
    "CREATE INDEX round_begun ON round (begun);"
    // [DISK-4] Outlives its round's entry, and then names no round.
    "CREATE TABLE spent (input BLOB PRIMARY KEY,"
    "  session_id BLOB UNIQUE REFERENCES round ON DELETE SET NULL) WITHOUT ROWID;"
    "CREATE TABLE evidence (number INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL,"
    "  round INTEGER NOT NULL, session_id BLOB NOT NULL, message TEXT NOT NULL,"
    "  found INTEGER NOT NULL, first BLOB NOT NULL, second BLOB NOT NULL);"
    "PRAGMA application_id = 1651274605;"
    "PRAGMA user_version = 2;";
static_assert(kApplicationId == 1651274605 && kSchemaVersion == 2, "as the schema sets them");

Result<std::uint64_t> pragma(SqlDatabase& database, const char* sql) {
  BLINDSUM_TRY(query, database.prepare(sql));
  BLINDSUM_CHECK(query.step());
  return query.number(0);
}

// 0700 before anything is in it; also for a folder that somebody made by hand.
Result<void> make_private_folder(const std::filesystem::path& folder) {
  BLINDSUM_CHECK(make_folder(folder));
  if (::chmod(folder.c_str(), kFolderMode) != 0) return last_system_error();
  return {};
}

Error store_failed(SqlFault) {
  return Reason::store_failed;
}

constexpr SqlOptions kSql{.errors = store_failed};

Result<FolderLock> lock(const std::filesystem::path& folder) {
  auto taken = FolderLock::take(folder);
  if (!taken && taken.error() == SupportError::folder_locked) return Reason::state_locked;
  return taken;
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& folder,
                                                       const VerifyKey& identity) {
  BLINDSUM_CHECK(make_private_folder(folder));
  BLINDSUM_TRY(taken, lock(folder));
  BLINDSUM_TRY(database, SqlDatabase::open(folder / kFileName, kSql));
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(taken), std::move(database)));
  BLINDSUM_TRY(tables, pragma(store->database_, "SELECT count(*) FROM sqlite_schema"));
  if (tables == 0) BLINDSUM_CHECK(store->make_schema(identity));
  BLINDSUM_CHECK(store->check_schema());
  BLINDSUM_CHECK(store->check_owner(identity));
  // [DISK-2] Else what is marked from here on could go with a power cut, and VOID follow an unmask.
  BLINDSUM_CHECK(store->database_.make_durable());
  BLINDSUM_CHECK(sync_folder(folder));  // the new file's name
  return store;
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open_existing(
    const std::filesystem::path& folder) {
  // Looked for first: nothing is made in a folder that is none of ours.
  struct stat status{};
  if (::stat((folder / kFileName).c_str(), &status) != 0) return last_system_error();
  BLINDSUM_TRY(taken, lock(folder));
  BLINDSUM_TRY(database, SqlDatabase::open(folder / kFileName, kSql));
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(taken), std::move(database)));
  BLINDSUM_CHECK(store->check_schema());
  BLINDSUM_CHECK(store->database_.make_durable());
  return store;
}

Result<void> SqliteStore::make_schema(const VerifyKey& identity) {
  return database_.transaction([&]() -> Result<void> {
    BLINDSUM_CHECK(database_.execute(kSchema));
    BLINDSUM_TRY(entry, database_.prepare("INSERT INTO identity (one, key) VALUES (1, ?)"));
    BLINDSUM_CHECK(entry.bind(1, identity.view()).step());
    return {};
  });
}

Result<void> SqliteStore::check_schema() {
  BLINDSUM_TRY(application, pragma(database_, "PRAGMA application_id"));
  BLINDSUM_TRY(version, pragma(database_, "PRAGMA user_version"));
  if (application != kApplicationId || version != kSchemaVersion) return ClientError::bad_store;
  return {};
}

Result<void> SqliteStore::check_owner(const VerifyKey& identity) {
  BLINDSUM_TRY(query, database_.prepare("SELECT key FROM identity"));
  BLINDSUM_TRY(found, query.step());
  if (found == SqlStep::done) return ClientError::bad_store;
  BLINDSUM_TRY(owner, VerifyKey::from(query.blob(0)));
  if (owner != identity) return ClientError::other_identity;  // [DISK-1]
  return {};
}

}  // namespace blindsum
