// A participant's disk, in memory: for tests and the simulator. Writes can be made to fail, with or
// without reaching the disk, and a restarted process finds exactly what was durable.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/round/participant_store.h"

namespace blindsum {

class MemoryParticipantStore final : public ParticipantStore {
 public:
  enum class Fault {
    lost,  // the write fails and nothing of it is durable
    torn,  // the write is durable, and yet an error comes back
  };

  // The write after `more` further ones fails, and all that follow it; 0 = the next one.
  void fail_writes_after(std::uint32_t more, Fault fault = Fault::lost);
  void fail_reads() { reads_fail_ = true; }
  std::uint32_t writes() const { return writes_; }

  // What the next process finds: the same content, and no faults.
  MemoryParticipantStore restarted() const;

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
  struct Disk {
    std::optional<SeenRoster> roster;
    std::map<std::string, std::uint64_t> last_rounds;
    std::map<std::string, SeenRecord> records;
    std::vector<UnixSeconds> begun;
    std::map<SessionId, KeptRound> rounds;
  };

  // Runs the change, unless it is its turn to fail.
  template <class Change>
  Result<void> write(Change&& change);
  KeptRound* round_of(const SessionId& id);
  bool spent_anywhere(const InputId& input) const;

  Disk disk_;
  std::uint32_t writes_ = 0;
  std::optional<std::uint32_t> fail_after_;
  Fault fault_ = Fault::lost;
  bool reads_fail_ = false;
};

}  // namespace blindsum
