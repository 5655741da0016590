// A store that tells whether it is of use: every failure by name to the log and to the readiness
// board, and after one that is_for_good() nothing is tried again [DISK-9]. A failing fsync means
// that what was written is gone or not, and that asking once more would be answered with success.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "server/log.h"
#include "server/readiness.h"
#include "server/store/round_store.h"

namespace blindsum {

class GuardedStore final : public RoundStore {
 public:
  GuardedStore(std::unique_ptr<RoundStore> store, Log& log, ReadinessBoard& readiness)
      : store_(std::move(store)), log_(log), readiness_(readiness) {}

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
  Error broken() const override;

 private:
  template <class Work>
  Result<void> write(std::string_view what, Work&& work);

  const std::unique_ptr<RoundStore> store_;
  Log& log_;
  ReadinessBoard& readiness_;
  mutable std::mutex mutex_;
  Error broken_;
};

}  // namespace blindsum
