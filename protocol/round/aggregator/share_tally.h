// How many shares of each secret that has to be rebuilt are there, and how many can still come
// (SPEC.md, PHASE-1, REBUILD-1). Kept up to date with each answer, so that a large cohort does not
// have to be counted anew every time. Members are cohort indices.
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/round/aggregator/fixed.h"

namespace blindsum::detail::aggregator {

// Which secrets are needed: those of U3, and those of U2 \ U3 with a neighbour in U3 [REBUILD-1].
[[nodiscard]] Bitmap secrets_needed(const FixedShares& shares, const Bitmap& u3);

class ShareTally {
 public:
  ShareTally(const FixedCohort& cohort, const FixedShares& shares, const Bitmap& u3);

  // The answer of a member of U3, counted once.
  void answered(const Unmask& answer);
  // A member of U3 that has not answered and will not.
  void lost(const FixedShares& shares, std::uint32_t holder);

  bool is_enough() const { return short_ == 0; }       // t shares of every secret are there
  bool is_hopeless() const { return hopeless_ != 0; }  // t shares of some secret cannot come

 private:
  struct Count {
    bool needed = false;
    std::uint32_t have = 0;
    std::uint32_t could = 0;  // have, and those that may still come
  };
  void gain(std::uint32_t dealer);
  void lose(std::uint32_t dealer);

  std::uint32_t threshold_;
  std::vector<Count> counts_;
  std::uint32_t short_ = 0;
  std::uint32_t hopeless_ = 0;
};

}  // namespace blindsum::detail::aggregator
