// Exact tails of the hypergeometric distribution, as binary logarithms. The parameter finder calls
// them: "how likely is it that t of my k random neighbours are corrupt" is such a tail, and it has
// to come out right at 2^-80 and far below, where 1 - CDF has long been rounded to nothing. So
// every tail is summed from its own terms, all positive, beginning with the largest.
//
// Errors are about 1e-12 of a bit at the sizes of limits.h. Nothing here fails: impossible events
// have the logarithm -infinity. No state but the table, which its owner builds (0.1 ms at 4096).
#pragma once

#include <cstdint>
#include <vector>

namespace blindsum {

// log2 of 0! to largest!.
class LogFactorials {
 public:
  explicit LogFactorials(std::uint32_t largest);

  // log2 C(from, count); -infinity if count > from. `from` is at most `largest`.
  [[nodiscard]] double choose(std::uint32_t from, std::uint32_t count) const;

 private:
  std::vector<double> log2_factorial_;
};

// `drawn` balls, without replacement, out of `population`, of which `marked` are marked. Both are
// at most the population, which is at most the table's `largest`.
struct Draw {
  std::uint32_t population;
  std::uint32_t marked;
  std::uint32_t drawn;
};

// log2 Pr[marked balls drawn >= threshold].
[[nodiscard]] double log2_at_least(const LogFactorials& table, const Draw& draw,
                                   std::uint32_t threshold);

// log2 Pr[marked balls drawn < threshold].
[[nodiscard]] double log2_fewer_than(const LogFactorials& table, const Draw& draw,
                                     std::uint32_t threshold);

}  // namespace blindsum
