// Where the aggregator's host keeps its rounds: in memory, which costs nothing and keeps all that
// it was given, or in the server's own store on a simulated disk.
#pragma once

#include <memory>
#include <optional>

#include "server/log.h"
#include "server/readiness.h"
#include "server/store/guarded_store.h"
#include "tests/sim/disk/sim_files.h"
#include "tests/support/memory_aggregator_store.h"

namespace blindsum::sim {

class MemoryRoundStore final : public RoundStore {
 public:
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
  Error broken() const override { return {}; }

  MemoryAggregatorStore& facts_kept() { return facts_; }

 private:
  MemoryAggregatorStore facts_;
  std::vector<SessionId> rounds_;
  std::map<SessionId, StoredSum> checkpoints_;
  std::map<SessionId, StoredSum> results_;
};

class HostStore {
 public:
  HostStore(bool is_on_disk, Random random);

  RoundStore& rounds() { return *rounds_; }
  // After close(). Errors: those of the store.
  [[nodiscard]] Result<void> open();
  // The process is gone; without survival, and nothing else.
  void close(const std::optional<Survival>& survival);

  // Null in memory.
  SimDisk* disk() { return disk_ ? &*disk_ : nullptr; }
  bool is_stopped() const { return disk_ && disk_->is_stopped(); }
  // Of a disk: full, or a sync that fails, by chance.
  void break_within(std::uint32_t writes, bool is_sync);
  void heal();
  // A byte of the round's newest checkpoint, if that is a file. Whoever reads it has to see that.
  bool spoil_checkpoint(const SessionId& round);

 private:
  struct Silence final : Log {
    void write(LogLevel, std::string_view) override {}
  };

  MemoryRoundStore memory_;
  std::optional<SimDisk> disk_;
  std::optional<SimVfs> vfs_;
  Silence log_;
  ReadinessBoard readiness_;
  std::unique_ptr<GuardedStore> guarded_;
  RoundStore* rounds_ = nullptr;
};

}  // namespace blindsum::sim
