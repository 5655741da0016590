#include "tests/support/memory_aggregator_store.h"

#include "protocol/round/reason.h"

namespace blindsum {

Result<void> MemoryAggregatorStore::keep(const SessionId& round, const RoundFact& fact) {
  if (left_ && *left_ == 0) return Reason::store_failed;
  if (left_) --*left_;
  rounds_[round].push_back(fact);
  return {};
}

void MemoryAggregatorStore::fail_for_good() {
  fail_after(0);
  broken_ = Reason::store_failed;
}

Result<std::vector<RoundFact>> MemoryAggregatorStore::facts(const SessionId& round) {
  const auto found = rounds_.find(round);
  if (found == rounds_.end()) return Reason::store_failed;
  return found->second;
}

}  // namespace blindsum
