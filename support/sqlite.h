// SQLite with its return codes looked at and its handles closed: what the stores of server and
// client are written in. One thread at a time. Its user says what failures are called.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace blindsum {

// What failed, as far as it makes a difference to the user.
enum class SqlFault {
  full,       // no room, or a quota
  read_only,  // the file, its folder or the file system
  sync,       // fsync: what was written is on disk or not, nobody knows
  io,         // reading or writing, for another cause
  damaged,    // the file is no data base, or not a whole one
  other,      // not the disk's: a constraint, no memory
};
using SqlErrors = Error (*)(SqlFault);

struct SqlOptions {
  SqlErrors errors = nullptr;  // never null
  const char* vfs = nullptr;   // SQLite's name of the file system to use; null is the default one
  int log_pages = 1000;        // how long the log grows before it goes into the data base
};

// A bool would not do: Result<bool> cannot be made from an error.
enum class SqlStep { row, done };

// One run of one SQL statement. Parameters count from 1, columns from 0.
class [[nodiscard]] SqlStatement {
 public:
  // Unsigned numbers keep their bits; those above 2^63 − 1 are for looking up, not for comparing.
  // The bytes are copied.
  SqlStatement& bind(int parameter, std::uint64_t value);
  SqlStatement& bind(int parameter, std::string_view text);
  SqlStatement& bind(int parameter, ByteView blob);

  // Whether there is a row (more). Fails also if a bind() did.
  [[nodiscard]] Result<SqlStep> step();
  // Of the row that step() gave.
  std::uint64_t number(int column) const;
  std::string text(int column) const;
  Bytes blob(int column) const;
  bool is_null(int column) const;

 private:
  friend class SqlDatabase;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  SqlStatement(sqlite3_stmt* statement, SqlErrors errors)
      : statement_(statement), errors_(errors) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  SqlErrors errors_;
  bool good_ = true;
};

class [[nodiscard]] SqlDatabase {
 public:
  // Made if it is not there. A commit is on disk when it returns. Of an error SqlFault::sync nobody
  // knows: it may be that of the log going into the data base, after a commit.
  [[nodiscard]] static Result<SqlDatabase> open(const std::filesystem::path& file,
                                                const SqlOptions& options);

  // After opening, before anything that was read is acted upon. A process that was killed may have
  // left a commit that it did not sync, or could not: it is read like any other, and would be gone
  // with the power, or take what was written after it along. So the log goes into the data base,
  // both synced, and is emptied for good: after a failing fsync what is on the disk of it is older
  // than what was read.
  [[nodiscard]] Result<void> make_durable();

  [[nodiscard]] Result<SqlStatement> prepare(const char* sql);
  // Statements without rows, separated by semicolons.
  [[nodiscard]] Result<void> execute(const char* sql);
  // Rows that the last statement inserted or changed.
  int changes() const;
  // Runs `work`, () -> Result<void>, as a whole or not at all.
  template <class Work>
  [[nodiscard]] Result<void> transaction(Work&& work) {
    BLINDSUM_CHECK(execute("BEGIN IMMEDIATE"));
    Result<void> done = std::forward<Work>(work)();
    if (done) done = execute("COMMIT");
    if (!done) roll_back();
    return done;
  }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  SqlDatabase(sqlite3* database, const SqlOptions& options)
      : log_pages_(std::make_unique<const int>(options.log_pages)),
        database_(database),
        errors_(options.errors) {}
  Error error() const;
  void roll_back();

  std::unique_ptr<const int> log_pages_;  // SQLite has the pointer
  std::unique_ptr<sqlite3, Close> database_;
  SqlErrors errors_;
};

}  // namespace blindsum
