// The aggregator's store in memory, for tests and the simulator: what survives the machine that a
// crash takes away. Can be told to fail, as a full disk would.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "protocol/round/aggregator_store.h"

namespace blindsum {

class MemoryAggregatorStore final : public AggregatorStore {
 public:
  Result<void> keep(const SessionId& round, const RoundFact& fact) override;
  // store_failed for a round of which nothing was kept.
  Result<std::vector<RoundFact>> facts(const SessionId& round) override;
  Error broken() const override { return broken_; }

  // Keeps `count` more facts, then fails each time with store_failed, until heal().
  void fail_after(std::size_t count) { left_ = count; }
  void heal() { left_.reset(); }
  // Fails from now on, and says so: as after a failing fsync.
  void fail_for_good();

 private:
  std::map<SessionId, std::vector<RoundFact>> rounds_;
  std::optional<std::size_t> left_;
  Error broken_;
};

}  // namespace blindsum
