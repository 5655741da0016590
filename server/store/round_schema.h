// The tables of SqliteRoundStore, and how an older data base gets them.
#pragma once

#include <span>

#include "support/sqlite.h"

namespace blindsum {

// What SQLite's failures are called in a store of the server.
[[nodiscard]] Error store_error(SqlFault fault);

// The steps from each version to the next; that many are the version of today. A step that was
// published is never changed.
[[nodiscard]] std::span<const char* const> round_schema_steps();

// Carries out what the data base lacks, each step with its version number in one transaction.
// Errors: newer_store, foreign_store; those of the data base.
[[nodiscard]] Result<void> migrate(SqlDatabase& database, std::span<const char* const> steps);

}  // namespace blindsum
