#include "support/sqlite.h"

#include <sqlite3.h>

#include <cerrno>

namespace blindsum {
namespace {

// WAL with FULL syncs the log at every commit, and its folder when the log is made; EXCLUSIVE,
// since the folder is ours anyway, needs no shared memory. DELETE mode would sync four times as
// much.
constexpr const char* kDurable =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;";

// By the extended code; and by the operating system's, where SQLite has but one code for many.
SqlFault fault_of(sqlite3* database) {
  constexpr int primary = 0xFF;
  const int code = sqlite3_extended_errcode(database);
  if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) return SqlFault::sync;
  switch (code & primary) {
    case SQLITE_FULL:
      return SqlFault::full;
    case SQLITE_READONLY:
      return SqlFault::read_only;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return SqlFault::damaged;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      break;
    default:
      return SqlFault::other;
  }
  const int system = sqlite3_system_errno(database);
  if (system == ENOSPC || system == EDQUOT || system == EFBIG) return SqlFault::full;
  if (system == EROFS || system == EACCES) return SqlFault::read_only;
  return SqlFault::io;
}

// After a commit. SQLite's own, which this is instead of, hides what fails, and a failing fsync is
// not to be asked for once more. All else harms nothing: the log has it, and it is tried again.
int move_log(void* most_pages, sqlite3* database, const char* name, int pages) {
  if (pages < *static_cast<const int*>(most_pages)) return SQLITE_OK;
  const int code =
      sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  const bool is_sync = code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
  return is_sync ? code : SQLITE_OK;
}

}  // namespace

void SqlStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  // Its code is that of the last step(), which was looked at.
  sqlite3_finalize(statement);
}

SqlStatement& SqlStatement::bind(int parameter, std::uint64_t value) {
  const auto bits = static_cast<sqlite3_int64>(value);
  good_ = good_ && sqlite3_bind_int64(statement_.get(), parameter, bits) == SQLITE_OK;
  return *this;
}

SqlStatement& SqlStatement::bind(int parameter, std::string_view text) {
  good_ = good_ && sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(),
                                       SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK;
  return *this;
}

SqlStatement& SqlStatement::bind(int parameter, ByteView blob) {
  // A null pointer would be NULL, not an empty blob.
  const void* bytes = blob.empty() ? static_cast<const void*>("") : blob.data();
  good_ = good_ && sqlite3_bind_blob64(statement_.get(), parameter, bytes, blob.size(),
                                       SQLITE_TRANSIENT) == SQLITE_OK;
  return *this;
}

Result<SqlStep> SqlStatement::step() {
  if (!good_) return errors_(SqlFault::other);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return SqlStep::row;
  if (code == SQLITE_DONE) return SqlStep::done;
  // What failed after the commit of a statement by itself has its code only then.
  sqlite3_reset(statement_.get());
  return errors_(fault_of(sqlite3_db_handle(statement_.get())));
}

std::uint64_t SqlStatement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

std::string SqlStatement::text(int column) const {
  const unsigned char* characters = sqlite3_column_text(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  // reinterpret_cast: SQLite's characters are unsigned.
  return characters == nullptr ? std::string()
                               : std::string(reinterpret_cast<const char*>(characters), size);
}

Bytes SqlStatement::blob(int column) const {
  const auto* bytes =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes == nullptr ? Bytes() : Bytes(bytes, bytes + size);
}

bool SqlStatement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void SqlDatabase::Close::operator()(sqlite3* database) const {
  // Everything was committed before; a log that is left behind is replayed at the next opening.
  sqlite3_close(database);
}

Result<SqlDatabase> SqlDatabase::open(const std::filesystem::path& file,
                                      const SqlOptions& options) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      file.c_str(), &raw,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      options.vfs);
  SqlDatabase database(raw, options);  // closes it also after an error
  if (code != SQLITE_OK) return raw == nullptr ? options.errors(SqlFault::other) : database.error();
  BLINDSUM_CHECK(database.execute(kDurable));
  // SQLite only reads what it points to.
  sqlite3_wal_hook(raw, move_log, const_cast<int*>(database.log_pages_.get()));
  return database;
}

Result<void> SqlDatabase::make_durable() {
  {
    BLINDSUM_TRY(checkpoint, prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
    BLINDSUM_TRY(step, checkpoint.step());
    const bool is_done = step == SqlStep::row && checkpoint.number(0) == 0;
    if (!is_done) return errors_(SqlFault::io);  // somebody else has it open
  }
  // SQLite does not sync that the log is empty now.
  sqlite3_file* log = nullptr;
  const int found =
      sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (found != SQLITE_OK || log == nullptr) return errors_(SqlFault::other);
  if (log->pMethods == nullptr) return {};  // no log yet: nothing was ever committed
  if (log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) != SQLITE_OK) return errors_(SqlFault::sync);
  return {};
}

Result<SqlStatement> SqlDatabase::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) {
    return error();
  }
  return SqlStatement(statement, errors_);
}

Result<void> SqlDatabase::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error();
  }
  return {};
}

Error SqlDatabase::error() const {
  return errors_(fault_of(database_.get()));
}

int SqlDatabase::changes() const {
  return sqlite3_changes(database_.get());
}

void SqlDatabase::roll_back() {
  // Some failures have rolled back already, and then this one fails too.
  if (sqlite3_get_autocommit(database_.get()) == 0) {
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace blindsum
