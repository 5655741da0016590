// Phase 5 at the aggregator: rebuild secrets, name liars, take the masks off (SPEC.md, REBUILD,
// BLAME). The machine makes the job; the server runs it on its pool, away from the I/O thread; the
// outcome goes back to the machine as an event. A pure function of the job and the accumulator.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/group.h"
#include "protocol/round/messages.h"
#include "protocol/round/record.h"
#include "protocol/vector/accumulator.h"

namespace blindsum {

// Runs task(0) … task(count−1), in any order, perhaps at once; returns when all are done.
class Parallel {
 public:
  virtual ~Parallel() = default;
  virtual void for_each(std::size_t count, const std::function<void(std::size_t)>& task) = 0;
};

enum class RecoveryStage {
  interpolations,  // done of `of` sets of responders
  secrets,         // done of `of` secrets rebuilt
  keys,            // done of `of` keys of masks agreed on
  masks,           // done of `of` elements freed of their masks
};
struct RecoveryProgress {
  RecoveryStage stage{};
  std::uint64_t done = 0;
  std::uint64_t of = 0;
};
// What a job that may take minutes says while it runs, and asks. Called from all threads that work
// on it, at once; neither may block.
class RecoveryMonitor {
 public:
  virtual ~RecoveryMonitor() = default;
  // Asked before every piece of some milliseconds. Once false, always false.
  virtual bool is_wanted() const = 0;
  virtual void advanced(const RecoveryProgress& progress) = 0;
};

struct HeldShare {
  std::uint32_t holder = 0;  // cohort index
  std::uint32_t point = 0;   // its point on the dealer's polynomial
  RevealedShare share;
};
struct RebuildTarget {
  std::uint32_t dealer = 0;
  ShareKind kind{};
  Point expected;
  std::vector<HeldShare> shares;           // ascending by point
  std::vector<TagBytes> tags;              // of all k items, by point − 1
  std::vector<std::uint32_t> reported_by;  // holders that say the box did not open
};
struct PairMask {  // one mask to take off: between a dropped member and a survivor
  std::uint32_t survivor = 0;
  std::uint32_t dropped = 0;
};
struct RecoveryJob {
  Hash th2;
  std::uint32_t threshold = 0;
  std::uint32_t corruption_bound = 0;
  std::vector<RebuildTarget> targets;  // each member of U2 that matters, ascending
  std::vector<PairMask> pairs;
  std::vector<Point> mask_points;  // S of every member, by cohort index
};
struct CountedShares {  // on what a bad_dealing rests: the t lowest good shares
  std::uint32_t dealer = 0;
  std::vector<std::uint32_t> points;  // ascending
};
struct RecoveryWork {  // what was done, for the log and for benchmarks
  std::uint32_t rebuilt_secrets = 0;
  std::uint32_t key_agreements = 0;
  std::uint32_t mask_streams = 0;  // each as long as the vector
};
struct RecoveryOutcome {
  // ok; too_few_shares if fewer than t of some secret came; else secret_not_rebuilt;
  // internal_error if a library failed, or if it was not wanted any more.
  Reason reason{};
  std::vector<Blame> blame;  // without evidence: the machine has the signed bytes, and adds them
  std::vector<CountedShares> counted;  // one for each bad_dealing
  Hash sum_digest;                     // SHA-256 of the packed sum, when ok
  RecoveryWork work = {};
};

// All blame is collected before anything is given up. On ok the accumulator holds the sum; on
// internal_error it is spoilt; else it is as it was.
RecoveryOutcome recover(const RecoveryJob& job, Accumulator& accumulator, Parallel& parallel,
                        RecoveryMonitor& monitor);

}  // namespace blindsum
