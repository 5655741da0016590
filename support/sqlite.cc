#include "client/sqlite.h"

#include <sqlite3.h>

#include "protocol/round/reason.h"

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
  if (!good_) return Reason::store_failed;
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return SqlStep::row;
  if (code == SQLITE_DONE) return SqlStep::done;
  return Reason::store_failed;
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

Result<SqlDatabase> SqlDatabase::open(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      file.c_str(), &raw,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  SqlDatabase database(raw);  // closes it also after an error
  if (code != SQLITE_OK) return Reason::store_failed;
  BLINDSUM_CHECK(database.execute(kDurable));
  return database;
}

Result<SqlStatement> SqlDatabase::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) {
    return Reason::store_failed;
  }
  return SqlStatement(statement);
}

Result<void> SqlDatabase::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Reason::store_failed;
  }
  return {};
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
