// The facts of rounds, in memory: lost with the process, so that a restart ends the rounds that
// were running. The seam for a store that survives it.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "protocol/round/aggregator_store.h"

namespace blindsum {

// May be used from several threads at once.
class MemoryStore final : public AggregatorStore {
 public:
  Result<void> keep(const SessionId& round, const RoundFact& fact) override;
  Result<std::vector<RoundFact>> facts(const SessionId& round) override;
  // When nobody can ask for the round any more.
  void forget(const SessionId& round);

 private:
  std::mutex mutex_;
  std::map<SessionId, std::vector<RoundFact>> rounds_;
};

}  // namespace blindsum
