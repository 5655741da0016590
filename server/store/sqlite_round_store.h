// The store of rounds that comes with the server: facts in SQLite (WAL, synchronous = FULL), sums
// in two files a round beside it [DISK-7].
//
//   rounds.db                    rounds, facts, and which sum counts
//   <session id>.0, .1           sums (sum_file.h)
//
// A fact is one commit. A checkpoint is a file, synced, and then one commit of its checksum and of
// the facts of those in it: whatever dies in between, the file that counted before still does. A
// sum that is small is in the data base: each fsync less is felt in a short round.
#pragma once

#include <memory>
#include <mutex>

#include "server/store/round_store.h"
#include "server/store/store_files.h"
#include "server/store/sum_file.h"
#include "support/sqlite.h"

namespace blindsum {

class SqliteRoundStore final : public RoundStore {
 public:
  // Up to so much is written to the data base at once, and not to a file.
  static constexpr std::size_t kSmallSumBytes = std::size_t{64} << 10;

  // Brings an older store up to date, and removes files that belong to no round. One process at a
  // time: the caller holds a lock. Errors: StoreError, newer_store and foreign_store among them.
  [[nodiscard]] static Result<std::unique_ptr<SqliteRoundStore>> open(
      std::unique_ptr<StoreFiles> files, std::size_t small_sum_bytes = kSmallSumBytes);

  Result<void> keep(const SessionId& round, const RoundFact& fact) override;
  Result<std::vector<RoundFact>> facts(const SessionId& round) override;
  Result<std::vector<std::string>> tasks() override;
  Result<std::vector<SessionId>> rounds(std::string_view task) override;
  Result<void> checkpoint(const SessionId& round, ByteView packed_sum,
                          std::span<const AddedFact> added) override;
  Result<StoredSum> load_checkpoint(const SessionId& round) override;
  Result<void> keep_result(const SessionId& round, ByteView packed_sum) override;
  Result<StoredSum> load_result(const SessionId& round) override;
  Result<void> forget(const SessionId& round) override;
  // What breaks it is for GuardedStore to say.
  Error broken() const override { return {}; }

 private:
  enum class Kind : std::uint64_t { checkpoint = 1, result = 2 };
  struct Row {
    SumFile file;
    std::uint32_t members = 0;
    Bytes small;  // the sum itself, if there is no file
  };

  SqliteRoundStore(std::unique_ptr<StoreFiles> files, SqlDatabase database,
                   std::size_t small_sum_bytes)
      : files_(std::move(files)),
        database_(std::move(database)),
        small_sum_bytes_(small_sum_bytes) {}

  // All under mutex_.
  Result<void> begin_round(const SessionId& round, const Offer& offer);
  Result<void> add_fact(const SessionId& round, const RoundFact& fact);
  Result<Row> row_of(const SessionId& round, Kind kind);  // generation 0 if there is none
  Result<void> put_row(const SessionId& round, Kind kind, const Row& row);
  Result<void> sweep();

  Result<Row> newest_checkpoint(const SessionId& round);
  Result<Row> put_away(const SessionId& round, const Row& before, ByteView packed);
  Result<StoredSum> load(const SessionId& round, Kind kind);

  const std::unique_ptr<StoreFiles> files_;
  std::mutex mutex_;  // of the data base only: sums are written without it
  SqlDatabase database_;
  const std::size_t small_sum_bytes_;
};

}  // namespace blindsum
