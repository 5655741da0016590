#include "protocol/round/hypergeometric.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace blindsum {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

// A term this small beside the sum ends it: the terms fall ever faster, so the few hundred that are
// left cannot add a millionth of a bit.
constexpr double kNegligible = 1e-18;

// The terms of one distribution relative to each other, in doubles: the products pass 32 bits.
class Terms {
 public:
  explicit Terms(const Draw& draw)
      : marked_(draw.marked),
        drawn_(draw.drawn),
        others_less_drawn_(static_cast<double>(draw.population) - draw.marked - draw.drawn) {}

  // Pr[i + 1] / Pr[i]
  [[nodiscard]] double step_up(double i) const {
    return (marked_ - i) * (drawn_ - i) / ((i + 1) * (others_less_drawn_ + i + 1));
  }
  // Pr[i - 1] / Pr[i]
  [[nodiscard]] double step_down(double i) const {
    return i * (others_less_drawn_ + i) / ((marked_ - i + 1) * (drawn_ - i + 1));
  }

 private:
  double marked_;
  double drawn_;
  double others_less_drawn_;
};

// (Pr[first] + .. + Pr[last]) / Pr[anchor], the anchor being the most likely of them.
double sum_around(const Terms& terms, std::uint32_t first, std::uint32_t anchor,
                  std::uint32_t last) {
  double sum = 1;
  double term = 1;
  for (std::uint32_t i = anchor; i < last && term > kNegligible * sum; ++i) {
    term *= terms.step_up(i);
    sum += term;
  }
  term = 1;
  for (std::uint32_t i = anchor; i > first && term > kNegligible * sum; --i) {
    term *= terms.step_down(i);
    sum += term;
  }
  return sum;
}

std::uint32_t mode(const Draw& draw) {
  return static_cast<std::uint32_t>((std::uint64_t{draw.drawn} + 1) *
                                    (std::uint64_t{draw.marked} + 1) /
                                    (std::uint64_t{draw.population} + 2));
}

}  // namespace

LogFactorials::LogFactorials(std::uint32_t largest) {
  log2_factorial_.reserve(std::size_t{largest} + 1);
  log2_factorial_.push_back(0);
  // Summed in long double, and not taken from lgamma: that one writes the global signgam.
  long double sum = 0;
  for (std::uint32_t i = 1; i <= largest; ++i) {
    sum += std::log2(static_cast<long double>(i));
    log2_factorial_.push_back(static_cast<double>(sum));
  }
}

double LogFactorials::choose(std::uint32_t from, std::uint32_t count) const {
  if (count > from) return kImpossible;
  return log2_factorial_[from] - log2_factorial_[count] - log2_factorial_[from - count];
}

double log2_at_least(const LogFactorials& table, const Draw& draw, std::uint32_t threshold) {
  const std::uint32_t others = draw.population - draw.marked;
  const std::uint32_t least = draw.drawn > others ? draw.drawn - others : 0;
  const std::uint32_t most = std::min(draw.drawn, draw.marked);
  if (threshold <= least) return 0;
  if (threshold > most) return kImpossible;
  const std::uint32_t anchor = std::clamp(mode(draw), threshold, most);
  const double log2_anchor = table.choose(draw.marked, anchor) +
                             table.choose(others, draw.drawn - anchor) -
                             table.choose(draw.population, draw.drawn);
  return std::min(0.0, log2_anchor + std::log2(sum_around(Terms(draw), threshold, anchor, most)));
}

double log2_fewer_than(const LogFactorials& table, const Draw& draw, std::uint32_t threshold) {
  if (threshold > draw.drawn) return 0;
  // Fewer than t marked among k drawn is more than k - t unmarked.
  const Draw unmarked{draw.population, draw.population - draw.marked, draw.drawn};
  return log2_at_least(table, unmarked, draw.drawn - threshold + 1);
}

}  // namespace blindsum
