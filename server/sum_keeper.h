// The sum of one round while uploads come: adds them one after the other, and makes them durable in
// groups [DISK-7]. The machine hears UploadTaken as soon as an upload is in the sum, and
// Accumulated once a checkpoint that contains it is durable: what is written grows with the
// checkpoints, not with the members.
//
// A checkpoint begins when the last one is done and
//   - nothing more can come: waiting would only make a small round slow; or
//   - its interval has passed, and as long again as the last one took: a slow disk rests, too; or
//   - `uploads` wait for it;
// but never with a single vector in the sum. It is a packed copy, so that adding goes on while it
// is written: at most twice the accumulator. All of it on the pool.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/round/aggregator_round.h"
#include "protocol/vector/accumulator.h"
#include "server/checkpoint_limits.h"
#include "server/clock.h"
#include "server/compute_pool.h"
#include "server/log.h"
#include "server/log_about.h"
#include "server/store/round_store.h"
#include "server/watcher.h"

namespace blindsum {

class SumKeeper : public std::enable_shared_from_this<SumKeeper> {
 public:
  // What it borrows; outlives it. `name` is the round's, for the log.
  struct Context {
    RoundStore& store;
    const CheckpointLimits& limits;
    ComputePool& pool;
    const Clock& clock;
    Log& log;
    SessionId session_id;
    std::string name;
    Watcher* watcher = &nobody();
    // What a checkpoint is made of; tests have it fail.
    std::function<Result<Bytes>(const Accumulator&)> pack = &Accumulator::packed;
  };
  // Hears UploadTaken and Accumulated, on a thread of the pool.
  using Tell = std::function<void(AggregatorEvent)>;

  SumKeeper(Context context, Ring ring, std::uint64_t length, Tell tell);

  // From one thread at a time, as all below; what they ask for is done in this order.
  void add(Accumulate upload);
  // False = nothing but what add() was given can come.
  void may_come(bool more);
  // Before all others: the sum that a checkpoint had, of so many members.
  void restore(Accumulator sum, std::uint32_t members);
  // Once nothing is under way: the machine has had an Accumulated for every upload. Null if none
  // was added.
  std::shared_ptr<Accumulator> sum() const { return sum_; }
  // Wiped once an addition under way is done.
  void drop();

 private:
  struct Group {  // by the same positions
    std::vector<std::uint32_t> roster_indices;
    std::vector<AddedFact> facts;
  };

  void take(Accumulate& upload);
  Error add_up(Accumulate& upload);
  void tell_added(std::uint64_t bytes, std::chrono::nanoseconds took) const;
  void consider();
  void wake_at(Instant when);
  void write();
  Result<void> begin_writing(Instant began);
  Error checkpoint(ByteView packed, const std::vector<AddedFact>& facts);
  void written(const Error& error, Instant began);
  void answer(const Group& group, const Error& error);

  const Context context_;
  const Ring ring_;
  const std::uint64_t length_;
  const Tell tell_;
  LogAbout log_;
  const Strand adding_;  // everything below is touched on it alone, but for sum()
  std::shared_ptr<Accumulator> sum_;
  std::uint32_t durable_ = 0;  // members
  Group waiting_;              // in the sum, not in a checkpoint
  Group in_writing_;           // in the one that is written; as it is until written()
  bool more_may_come_ = true;
  bool writing_ = false;
  bool dropped_ = false;
  Error failed_;  // a checkpoint did: nothing is added any more
  Instant may_write_at_{0};
  std::optional<Instant> waking_at_;
};

}  // namespace blindsum
