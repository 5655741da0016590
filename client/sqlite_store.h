// The participant's memory on disk [DISK-1, DISK-2]: SQLite in a folder that belongs to one process
// and one identity. Secrets are never in it [DISK-3].
//
// What grows [DISK-4]: a round takes about a kilobyte and 36 bytes a member, for kKeptFor; a spent
// input about 150 bytes, for good; evidence has bounds of its own (evidence.h). Tasks, roster and
// records do not grow.
//
// One thread at a time; the SDK uses it on the thread of the machine.
#pragma once

#include <filesystem>
#include <memory>

#include "client/evidence.h"
#include "protocol/round/participant_store.h"
#include "support/files.h"
#include "support/sqlite.h"

namespace blindsum {

class SqliteStore final : public ParticipantStore {
 public:
  // How long a round's entry is kept after its advert: longer than any round can last [PARAM-4],
  // and long enough for a member that is away to hear of a VOID certificate.
  static constexpr UnixSeconds kKeptFor = UnixSeconds{30} * 24 * 3600;
  // The newest rounds are kept whatever the clock says: it may have jumped.
  static constexpr std::uint64_t kAlwaysKept = 100;

  // Makes the folder (0700) if it is not there. Errors: state_locked; other_identity, if the folder
  // is that of another key; bad_store; store_failed; the operating system's.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(
      const std::filesystem::path& folder, const VerifyKey& identity);
  // To look into: whoever it belongs to, and never made. Errors: as above, and
  // no_such_file_or_directory.
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open_existing(
      const std::filesystem::path& folder);

  // [DISK-6] Durable on return, and the oldest gone as far as the bounds want it. Errors:
  // store_failed.
  [[nodiscard]] Result<void> keep_evidence(const Evidence& evidence);
  [[nodiscard]] Result<std::vector<Evidence>> evidence();

  Result<std::optional<SeenRoster>> newest_roster() override;
  Result<void> keep_roster(const SeenRoster& roster) override;
  Result<std::uint64_t> last_round(const std::string& task) override;
  Result<std::uint32_t> rounds_since(UnixSeconds since) override;
  Result<std::optional<SeenRecord>> last_record(const std::string& task) override;
  Result<void> keep_record(const std::string& task, const SeenRecord& record) override;
  Result<void> begin_round(const SessionId& id, const std::string& task, std::uint64_t round,
                           UnixSeconds now) override;
  Result<void> keep_cohort(const SessionId& id, const KeptCohort& cohort) override;
  Result<void> spend_input(const SessionId& id, const SpentInput& spent) override;
  Result<bool> is_spent(const InputId& input) override;
  Result<void> keep_void(const SessionId& id) override;
  Result<void> keep_unmask(const SessionId& id) override;
  Result<void> release_input(const SessionId& id) override;
  Result<std::optional<KeptRound>> find_round(const SessionId& id) override;

 private:
  SqliteStore(FolderLock lock, SqlDatabase database)
      : lock_(std::move(lock)), database_(std::move(database)) {}
  Result<void> make_schema(const VerifyKey& identity);
  Result<void> check_schema();
  Result<void> check_owner(const VerifyKey& identity);
  Result<void> forget_rounds(UnixSeconds now);
  Result<void> keep_ending(const SessionId& id, Ending ending, Ending excluded, Error otherwise);
  Result<void> update_round(SqlStatement& statement);

  FolderLock lock_;  // outlives the data base
  SqlDatabase database_;
};

}  // namespace blindsum
