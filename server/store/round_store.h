// Where rounds survive the process (SPEC.md, ONCE-6, DISK-7 to DISK-9): their facts, and the sum of
// what was uploaded. Nothing above knows what is behind it; a data base on another machine may be.
//
// Every function returns when what it says is durable, or fails and has changed nothing that a
// restart would see, except after an error that is_for_good(): then nobody knows. May be used from
// several threads at once; the sums of one round by one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/round/aggregator_store.h"

namespace blindsum {

// Packed [PACK-1].
struct StoredSum {
  Bytes packed;
  std::uint32_t members = 0;  // whose vectors are in it: as many as there are AddedFacts
};

class RoundStore : public AggregatorStore {
 public:
  // A round begins with its OfferedFact. Errors: StoreError.
  Result<void> keep(const SessionId& round, const RoundFact& fact) override = 0;
  // In the order in which they were kept; empty if there is no such round.
  Result<std::vector<RoundFact>> facts(const SessionId& round) override = 0;

  // Tasks of which rounds are kept, in order.
  virtual Result<std::vector<std::string>> tasks() = 0;
  // Rounds of a task that are kept, oldest first.
  virtual Result<std::vector<SessionId>> rounds(std::string_view task) = 0;
  // All or nothing: the masked sum as it is now, and the facts of the members that were added to it
  // since the last checkpoint. Two members at least are in it: no vector is kept alone.
  virtual Result<void> checkpoint(const SessionId& round, ByteView packed_sum,
                                  std::span<const AddedFact> added) = 0;
  // The newest checkpoint. Errors: checkpoint_damaged if it is not what was written, or there is
  // none.
  virtual Result<StoredSum> load_checkpoint(const SessionId& round) = 0;
  // The sum without masks, before the round ends well; the checkpoint stays.
  virtual Result<void> keep_result(const SessionId& round, ByteView packed_sum) = 0;
  // Errors: as load_checkpoint().
  virtual Result<StoredSum> load_result(const SessionId& round) = 0;
  // Everything of a round that nobody will ask for any more.
  virtual Result<void> forget(const SessionId& round) = 0;
};

}  // namespace blindsum
