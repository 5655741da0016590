// Inside recovery.cc only: the Lagrange coefficients of all sets of responders that a job has, each
// made once. Dealers whose holders answered alike share one: all of them, if nobody is missing.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "crypto/shamir.h"
#include "protocol/round/recovery.h"
#include "protocol/round/recovery/stage.h"

namespace blindsum::detail {

class Interpolations {
 public:
  // Of the t lowest points of every target that has so many shares. Errors: internal_error, as
  // run_stage(); bad_share_set cannot be: the points of a target are ascending, from 1.
  [[nodiscard]] static Result<Interpolations> of_lowest(const RecoveryJob& job,
                                                        const RecoveryThreads& threads);

  // Of the target's t lowest points; it has so many.
  const Interpolation& at_lowest(const RebuildTarget& target) const;

 private:
  using Points = std::vector<std::uint32_t>;
  // Sets that share one inversion, which costs as much as 200 multiplications.
  static constexpr std::size_t kBatch = 32;
  explicit Interpolations(std::uint32_t threshold) : threshold_(threshold) {}
  Points lowest_points(const RebuildTarget& target) const;

  std::uint32_t threshold_;
  std::map<Points, std::size_t> places_;
  std::vector<std::vector<Interpolation>> batches_;  // each of kBatch, but the last
};

}  // namespace blindsum::detail
