#include "tests/sim/host_store.h"

#include <algorithm>
#include <utility>

#include "server/store/sqlite_round_store.h"
#include "server/store/sum_file.h"

namespace blindsum::sim {
namespace {

constexpr int kPagesToCheckpoint = 12;
// Sums of both kinds: of one plan they are in the data base, of another in files.
constexpr std::size_t kSmallSumBytes = 24;

Result<StoredSum> found_in(const std::map<SessionId, StoredSum>& sums, const SessionId& round) {
  const auto found = sums.find(round);
  if (found == sums.end()) return Reason::checkpoint_damaged;
  return found->second;
}

}  // namespace

Result<void> MemoryRoundStore::keep(const SessionId& round, const RoundFact& fact) {
  BLINDSUM_CHECK(facts_.keep(round, fact));
  if (std::holds_alternative<OfferedFact>(fact)) rounds_.push_back(round);
  return {};
}

Result<std::vector<RoundFact>> MemoryRoundStore::facts(const SessionId& round) {
  return facts_.facts(round);
}

Result<std::vector<std::string>> MemoryRoundStore::tasks() {
  return std::vector<std::string>();
}

Result<std::vector<SessionId>> MemoryRoundStore::rounds(std::string_view) {
  return rounds_;
}

Result<void> MemoryRoundStore::checkpoint(const SessionId& round, ByteView packed_sum,
                                          std::span<const AddedFact> added) {
  for (const AddedFact& fact : added) BLINDSUM_CHECK(facts_.keep(round, fact));
  StoredSum& sum = checkpoints_[round];
  sum.packed.assign(packed_sum.begin(), packed_sum.end());
  sum.members += static_cast<std::uint32_t>(added.size());
  return {};
}

Result<StoredSum> MemoryRoundStore::load_checkpoint(const SessionId& round) {
  return found_in(checkpoints_, round);
}

Result<void> MemoryRoundStore::keep_result(const SessionId& round, ByteView packed_sum) {
  results_[round].packed.assign(packed_sum.begin(), packed_sum.end());
  return {};
}

Result<StoredSum> MemoryRoundStore::load_result(const SessionId& round) {
  return found_in(results_, round);
}

Result<void> MemoryRoundStore::forget(const SessionId& round) {
  std::erase(rounds_, round);
  checkpoints_.erase(round);
  results_.erase(round);
  return {};
}

HostStore::HostStore(bool is_on_disk, Random random) : rounds_(&memory_) {
  if (!is_on_disk) return;
  disk_.emplace(random);
  vfs_.emplace(*disk_, kPagesToCheckpoint);
}

Result<void> HostStore::open() {
  if (!disk_) return {};
  BLINDSUM_TRY(store, SqliteRoundStore::open(files_on(*disk_, *vfs_), kSmallSumBytes));
  guarded_ = std::make_unique<GuardedStore>(std::move(store), log_, readiness_);
  rounds_ = guarded_.get();
  return {};
}

void HostStore::close(const std::optional<Survival>& survival) {
  if (!disk_) return;
  disk_->stop();
  guarded_.reset();
  rounds_ = nullptr;
  survival ? disk_->lose_power(*survival) : disk_->end_process();
}

void HostStore::break_within(std::uint32_t writes, bool is_sync) {
  if (!disk_) return memory_.facts_kept().fail_after(writes);
  if (is_sync) return disk_->fail_sync_within(writes);
  disk_->fill_within(writes * 8);
}

void HostStore::heal() {
  if (!disk_) return memory_.facts_kept().heal();
  disk_->heal();
}

// Of the two files it is the one with that sum in it: the other has an older one, or one that a
// write that failed has left.
bool HostStore::spoil_checkpoint(const SessionId& round) {
  if (!disk_ || disk_->is_faulty()) return false;
  const auto stored = rounds_->load_checkpoint(round);
  if (!stored) return false;
  for (const std::uint64_t slot : {0U, 1U}) {
    const std::string name = sum_file_name(round, slot);
    SimDisk::FileRef file;
    if (disk_->open(name, false, file) != DiskStatus::ok) continue;
    const Bytes& bytes = file->now;
    const Bytes& packed = stored->packed;
    if (bytes.size() < packed.size() ||
        !std::equal(packed.rbegin(), packed.rend(), bytes.rbegin())) {
      continue;
    }
    disk_->spoil(name);
    return true;
  }
  return false;
}

}  // namespace blindsum::sim
