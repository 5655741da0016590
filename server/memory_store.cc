#include "server/memory_store.h"

namespace blindsum {

Result<void> MemoryStore::keep(const SessionId& round, const RoundFact& fact) {
  const std::lock_guard lock(mutex_);
  rounds_[round].push_back(fact);
  return {};
}

Result<std::vector<RoundFact>> MemoryStore::facts(const SessionId& round) {
  const std::lock_guard lock(mutex_);
  const auto found = rounds_.find(round);
  return found == rounds_.end() ? std::vector<RoundFact>{} : found->second;
}

void MemoryStore::forget(const SessionId& round) {
  const std::lock_guard lock(mutex_);
  rounds_.erase(round);
}

}  // namespace blindsum
