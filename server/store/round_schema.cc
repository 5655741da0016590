#include "server/store/round_schema.h"

#include <string>

#include "protocol/round/reason.h"
#include "server/store/store_error.h"

namespace blindsum {
namespace {

constexpr std::uint64_t kApplicationId = 0x626c7361;  // "blsa"

constexpr const char* kSteps[] = {
    // Rounds in the order in which they were offered, facts in that in which they were kept.
    // Of sums, kind 1 has its masks still, kind 2 has none; a small one is here itself.
    "CREATE TABLE round (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  session_id BLOB NOT NULL UNIQUE, task TEXT NOT NULL);"
    "CREATE INDEX round_task ON round (task);"
    "CREATE TABLE fact (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  session_id BLOB NOT NULL REFERENCES round (session_id) ON DELETE CASCADE,"
    "  document BLOB NOT NULL);"
    "CREATE INDEX fact_round ON fact (session_id);"
    "CREATE TABLE sum (session_id BLOB NOT NULL REFERENCES round (session_id) ON DELETE CASCADE,"
    "  kind INTEGER NOT NULL, generation INTEGER NOT NULL, packed_size INTEGER NOT NULL,"
    "  checksum BLOB NOT NULL, members INTEGER NOT NULL, small BLOB,"
    "  PRIMARY KEY (session_id, kind))"
    "  WITHOUT ROWID;",
};

Result<std::uint64_t> number_of(SqlDatabase& database, const char* sql) {
  BLINDSUM_TRY(query, database.prepare(sql));
  BLINDSUM_CHECK(query.step());
  return query.number(0);
}

}  // namespace

Error store_error(SqlFault fault) {
  switch (fault) {
    case SqlFault::full:
      return StoreError::disk_full;
    case SqlFault::read_only:
      return StoreError::disk_read_only;
    case SqlFault::sync:
      return StoreError::sync_failed;
    case SqlFault::damaged:
      return StoreError::store_damaged;
    case SqlFault::io:
      return StoreError::disk_failed;
    case SqlFault::other:
      break;
  }
  return Reason::internal_error;
}

std::span<const char* const> round_schema_steps() {
  return kSteps;
}

Result<void> migrate(SqlDatabase& database, std::span<const char* const> steps) {
  BLINDSUM_TRY(application, number_of(database, "PRAGMA application_id"));
  BLINDSUM_TRY(version, number_of(database, "PRAGMA user_version"));
  BLINDSUM_TRY(tables, number_of(database, "SELECT count(*) FROM sqlite_schema"));
  if (application != (tables == 0 ? 0 : kApplicationId)) return StoreError::foreign_store;
  if (version > steps.size()) return StoreError::newer_store;
  for (std::size_t at = version; at < steps.size(); ++at) {
    // Pragmas take no parameters; these numbers are our own.
    const std::string marks = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                              "; PRAGMA user_version = " + std::to_string(at + 1);
    const auto stepped = database.transaction([&]() -> Result<void> {
      BLINDSUM_CHECK(database.execute(steps[at]));
      return database.execute(marks.c_str());
    });
    BLINDSUM_CHECK(stepped);
  }
  return {};
}

}  // namespace blindsum
