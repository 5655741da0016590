#include "server/store/sqlite_round_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "crypto/transcript.h"
#include "protocol/wire/fact_document.h"
#include "server/store/round_schema.h"
#include "server/store/store_error.h"

namespace blindsum {
namespace {

constexpr const char* kFileName = "rounds.db";
constexpr std::size_t kSumNameSize = 2 * SessionId::size_bytes + 2;

template <class Value>
Result<Value> fixed(const Bytes& bytes) {
  auto value = Value::from(bytes);
  if (!value) return StoreError::store_damaged;
  return *value;
}

}  // namespace

Result<std::unique_ptr<SqliteRoundStore>> SqliteRoundStore::open(std::unique_ptr<StoreFiles> files,
                                                                 std::size_t small_sum_bytes) {
  BLINDSUM_TRY(database, SqlDatabase::open(files->database(kFileName),
                                           {.errors = store_error,
                                            .vfs = files->sqlite_vfs(),
                                            .log_pages = files->sqlite_log_pages()}));
  BLINDSUM_CHECK(migrate(database, round_schema_steps()));
  BLINDSUM_CHECK(database.make_durable());
  BLINDSUM_CHECK(files->sync_names());
  std::unique_ptr<SqliteRoundStore> store(
      new SqliteRoundStore(std::move(files), std::move(database), small_sum_bytes));
  BLINDSUM_CHECK(store->sweep());
  return store;
}

// What a crash between the commit of a forgetting and the removal has left.
Result<void> SqliteRoundStore::sweep() {
  std::set<std::string> wanted;
  BLINDSUM_TRY(query, database_.prepare("SELECT session_id FROM round"));
  for (;;) {
    BLINDSUM_TRY(step, query.step());
    if (step == SqlStep::done) break;
    BLINDSUM_TRY(round, fixed<SessionId>(query.blob(0)));
    for (const std::uint64_t slot : {0U, 1U}) wanted.insert(sum_file_name(round, slot));
  }
  BLINDSUM_TRY(names, files_->names());
  for (const std::string& name : names) {
    const bool is_sum =
        name.size() == kSumNameSize && (name.ends_with(".0") || name.ends_with(".1"));
    if (is_sum && !wanted.contains(name)) BLINDSUM_CHECK(files_->remove(name));
  }
  return {};
}

Result<void> SqliteRoundStore::keep(const SessionId& round, const RoundFact& fact) {
  const std::lock_guard lock(mutex_);
  return database_.transaction([&]() -> Result<void> {
    if (const auto* const offered = std::get_if<OfferedFact>(&fact)) {
      BLINDSUM_CHECK(begin_round(round, offered->offer));
    }
    return add_fact(round, fact);
  });
}

Result<void> SqliteRoundStore::begin_round(const SessionId& round, const Offer& offer) {
  BLINDSUM_TRY(entry, database_.prepare("INSERT INTO round (session_id, task) VALUES (?, ?)"));
  BLINDSUM_CHECK(
      entry.bind(1, round.view()).bind(2, std::string_view(offer.parameters.task)).step());
  return {};
}

Result<void> SqliteRoundStore::add_fact(const SessionId& round, const RoundFact& fact) {
  return encode_fact(fact, [&](ByteView document) -> Result<void> {
    BLINDSUM_TRY(entry, database_.prepare("INSERT INTO fact (session_id, document) VALUES (?, ?)"));
    BLINDSUM_CHECK(entry.bind(1, round.view()).bind(2, document).step());
    return {};
  });
}

Result<std::vector<RoundFact>> SqliteRoundStore::facts(const SessionId& round) {
  const std::lock_guard lock(mutex_);
  BLINDSUM_TRY(query,
               database_.prepare("SELECT document FROM fact WHERE session_id = ? ORDER BY number"));
  query.bind(1, round.view());
  FactReader reader;
  for (;;) {
    BLINDSUM_TRY(step, query.step());
    if (step == SqlStep::done) return std::move(reader).finish();
    BLINDSUM_CHECK(reader.add(query.blob(0)));
  }
}

Result<std::vector<std::string>> SqliteRoundStore::tasks() {
  const std::lock_guard lock(mutex_);
  BLINDSUM_TRY(query, database_.prepare("SELECT DISTINCT task FROM round ORDER BY task"));
  std::vector<std::string> tasks;
  for (;;) {
    BLINDSUM_TRY(step, query.step());
    if (step == SqlStep::done) return tasks;
    tasks.push_back(query.text(0));
  }
}

Result<std::vector<SessionId>> SqliteRoundStore::rounds(std::string_view task) {
  const std::lock_guard lock(mutex_);
  BLINDSUM_TRY(query,
               database_.prepare("SELECT session_id FROM round WHERE task = ? ORDER BY number"));
  query.bind(1, task);
  std::vector<SessionId> rounds;
  for (;;) {
    BLINDSUM_TRY(step, query.step());
    if (step == SqlStep::done) return rounds;
    BLINDSUM_TRY(round, fixed<SessionId>(query.blob(0)));
    rounds.push_back(round);
  }
}

Result<SqliteRoundStore::Row> SqliteRoundStore::row_of(const SessionId& round, Kind kind) {
  BLINDSUM_TRY(query, database_.prepare("SELECT generation, packed_size, checksum, members, small"
                                        " FROM sum WHERE session_id = ? AND kind = ?"));
  BLINDSUM_TRY(step, query.bind(1, round.view()).bind(2, static_cast<std::uint64_t>(kind)).step());
  if (step == SqlStep::done) return Row{};
  BLINDSUM_TRY(checksum, fixed<Hash>(query.blob(2)));
  return Row{{query.number(0), query.number(1), checksum},
             static_cast<std::uint32_t>(query.number(3)),
             query.blob(4)};
}

Result<void> SqliteRoundStore::put_row(const SessionId& round, Kind kind, const Row& row) {
  BLINDSUM_TRY(entry, database_.prepare("INSERT OR REPLACE INTO sum (session_id, kind, generation,"
                                        " packed_size, checksum, members, small)"
                                        " VALUES (?, ?, ?, ?, ?, ?, ?)"));
  if (!row.small.empty()) entry.bind(7, ByteView(row.small));  // else it is null
  BLINDSUM_CHECK(entry.bind(1, round.view())
                     .bind(2, static_cast<std::uint64_t>(kind))
                     .bind(3, row.file.generation)
                     .bind(4, row.file.packed_size)
                     .bind(5, row.file.checksum.view())
                     .bind(6, std::uint64_t{row.members})
                     .step());
  return {};
}

Result<SqliteRoundStore::Row> SqliteRoundStore::newest_checkpoint(const SessionId& round) {
  const std::lock_guard lock(mutex_);
  return row_of(round, Kind::checkpoint);
}

// In the slot that the checkpoint before leaves free, however often.
Result<SqliteRoundStore::Row> SqliteRoundStore::put_away(const SessionId& round, const Row& before,
                                                         ByteView packed) {
  const std::uint64_t generation = before.file.generation + 1;
  if (packed.size() > small_sum_bytes_) {
    BLINDSUM_TRY(file, write_sum_file(*files_, round, generation, packed));
    return Row{file, before.members, {}};
  }
  BLINDSUM_TRY(checksum, sha256(packed));
  return Row{{generation, packed.size(), checksum}, before.members, {packed.begin(), packed.end()}};
}

Result<void> SqliteRoundStore::checkpoint(const SessionId& round, ByteView packed_sum,
                                          std::span<const AddedFact> added) {
  BLINDSUM_TRY(before, newest_checkpoint(round));
  BLINDSUM_TRY(row, put_away(round, before, packed_sum));
  row.members += static_cast<std::uint32_t>(added.size());
  const std::lock_guard lock(mutex_);
  return database_.transaction([&]() -> Result<void> {
    for (const AddedFact& fact : added) BLINDSUM_CHECK(add_fact(round, fact));
    return put_row(round, Kind::checkpoint, row);
  });
}

Result<void> SqliteRoundStore::keep_result(const SessionId& round, ByteView packed_sum) {
  BLINDSUM_TRY(before, newest_checkpoint(round));
  BLINDSUM_TRY(row, put_away(round, before, packed_sum));
  const std::lock_guard lock(mutex_);
  return put_row(round, Kind::result, row);
}

Result<StoredSum> SqliteRoundStore::load(const SessionId& round, Kind kind) {
  Row row;
  {
    const std::lock_guard lock(mutex_);
    BLINDSUM_TRY(found, row_of(round, kind));
    row = std::move(found);
  }
  if (row.file.generation == 0) return Reason::checkpoint_damaged;
  if (!row.small.empty()) {
    BLINDSUM_TRY(checksum, sha256(row.small));
    if (checksum != row.file.checksum) return Reason::checkpoint_damaged;
    return StoredSum{std::move(row.small), row.members};
  }
  BLINDSUM_TRY(packed, read_sum_file(*files_, round, row.file));
  return StoredSum{std::move(packed), row.members};
}

Result<StoredSum> SqliteRoundStore::load_checkpoint(const SessionId& round) {
  return load(round, Kind::checkpoint);
}

Result<StoredSum> SqliteRoundStore::load_result(const SessionId& round) {
  return load(round, Kind::result);
}

Result<void> SqliteRoundStore::forget(const SessionId& round) {
  {
    const std::lock_guard lock(mutex_);
    BLINDSUM_TRY(removal, database_.prepare("DELETE FROM round WHERE session_id = ?"));
    BLINDSUM_CHECK(removal.bind(1, round.view()).step());
  }
  return remove_sum_files(*files_, round);
}

}  // namespace blindsum
