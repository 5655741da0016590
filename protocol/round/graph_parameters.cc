#include "protocol/round/graph_parameters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "protocol/round/hypergeometric.h"
#include "protocol/round/limits.h"

namespace blindsum {
namespace {

// Bits that a bound must be kept by. Far above any rounding error and far below the 1e-3 bit by
// which the nearest case of the reference table is decided, so that all machines decide alike.
constexpr double kSlackBits = 1e-6;

// What is asked of a graph, in the terms of the proof.
class Requirements {
 public:
  explicit Requirements(const FinderInput& input)
      : n_(input.n),
        c_(input.c),
        d_(input.d),
        honest_(input.n - input.c),
        largest_island_(honest_ / 2),
        island_bits_(-(input.sigma + 1.0) - std::log2(largest_island_) - kSlackBits),
        live_bits_(-(input.eta + 1.0) - std::log2(input.n) - kSlackBits),
        table_(input.n) {}

  // [FINDER-4] Some member is left with fewer than t of its k holders: rarely enough?
  [[nodiscard]] bool live(std::uint32_t k, std::uint32_t t) const {
    const Draw holders_left{n_ - 1, n_ - 1 - d_, k};
    return log2_fewer_than(table_, holders_left, t) <= live_bits_;
  }

  // [FINDER-5] The size s of an island that is too likely: s honest members each of whom has t
  // picks among the other s - 1 and the corrupt. Empty if there is none, which is secrecy. `guess`
  // is looked at first: while k grows, the size that failed last mostly fails again.
  [[nodiscard]] std::optional<std::uint32_t> likely_island(std::uint32_t k, std::uint32_t t,
                                                           std::uint32_t guess) const;

 private:
  struct Island {
    double ways;       // log2 of the number of sets of this size
    double one_stays;  // log2 Pr[one given member has t picks inside]
  };

  [[nodiscard]] Island island(std::uint32_t size, std::uint32_t k, std::uint32_t t) const {
    const Draw inside{n_ - 1, c_ + size - 1, k};
    return {table_.choose(honest_, size), log2_at_least(table_, inside, t)};
  }
  [[nodiscard]] bool too_likely(const Island& of, std::uint32_t size) const {
    return of.ways + size * of.one_stays > island_bits_;
  }

  std::uint32_t n_;
  std::uint32_t c_;
  std::uint32_t d_;
  std::uint32_t honest_;
  std::uint32_t largest_island_;
  double island_bits_;
  double live_bits_;
  LogFactorials table_;
};

std::optional<std::uint32_t> Requirements::likely_island(std::uint32_t k, std::uint32_t t,
                                                         std::uint32_t guess) const {
  if (too_likely(island(guess, k, t), guess)) return guess;
  std::uint32_t size = largest_island_;
  while (size >= 1) {
    const Island here = island(size, k, t);
    if (too_likely(here, size)) return size;
    // Smaller islands hold fewer picks and can be chosen in fewer ways (size <= honest / 2), so
    // ways + s * one_stays bounds each size s below this one: all s that it clears are done.
    const double cleared_down_to = std::ceil((island_bits_ - here.ways) / here.one_stays);
    size = std::min(size, static_cast<std::uint32_t>(std::max(1.0, cleared_down_to))) - 1;
  }
  return std::nullopt;
}

struct Graph {
  std::uint32_t k;
  std::uint32_t t;
};

// [FINDER-3] The least k whose largest live t is secret. One more pick raises that t by one or not
// at all; and where it does not, islands have only become likelier, so that only the rises need a
// look.
Graph least_graph(const FinderInput& input) {
  const Requirements wanted(input);
  std::uint32_t t = 0;
  std::uint32_t failed = 1;
  for (std::uint32_t k = 1; k < input.n - 1; ++k) {
    if (!wanted.live(k, t + 1)) continue;
    ++t;
    if (t < kMinThreshold) continue;
    const auto island = wanted.likely_island(k, t, failed);
    if (!island) return Graph{k, t};
    failed = *island;
  }
  // Picking everybody always serves: n - 1 - d holders are sure to be left, and as a quorum is left
  // too (checked before), that is at least c + honest / 2, one more than any island holds.
  return Graph{input.n - 1, input.n - 1 - input.d};
}

Result<Graph> choose_graph(const FinderInput& input) {
  if (input.n > kCompleteGraphUpTo) return least_graph(input);
  const Graph complete{input.n - 1, (input.n + input.c + 1) / 2};
  if (complete.t > input.n - 1 - input.d) return Infeasible::too_many_dropped_to_rebuild;
  return complete;
}

// [FINDER-7] The most honest survivors that can be left out of the sum by dropping all who picked
// them: the largest w for which some choice of the lost and of the w, with nobody else having
// picked one of the w, is still more likely than 2^-(sigma + 2) / honest.
std::uint32_t most_stranded(const FinderInput& input, std::uint32_t survivors, std::uint32_t k) {
  const std::uint32_t honest = input.n - input.c;
  const std::uint32_t lost = input.n - survivors;
  if (k + 1 >= input.n || lost + honest / 2 >= honest) return 0;
  const LogFactorials table(input.n);
  const double bound = -(input.sigma + 2.0) - std::log2(honest);
  const double ways_to_lose = std::log2(lost + 1.0) + table.choose(honest, lost);
  const double all_picks = table.choose(input.n - 1, k);
  std::uint32_t worst = 0;
  for (std::uint32_t w = 1; w <= honest - lost - honest / 2; ++w) {
    const double one_spares_them = table.choose(input.n - 1 - w, k) - all_picks;
    const std::uint32_t others = honest - lost - w;
    if (ways_to_lose + table.choose(honest - lost, w) + others * one_spares_them > bound) worst = w;
  }
  return worst;
}

// [FINDER-1] Any two quorums share more than c members, so an honest one.
std::uint32_t quorum_of(const FinderInput& input) {
  return (input.n + input.c) / 2 + 1;
}

boost::system::error_code out_of_range(const FinderInput& input) {
  if (input.n < kMinCohort) return Infeasible::too_few_members;
  if (input.n > kMaxCohort) return Infeasible::too_many_members;
  // A sum of one honest input hides nothing. (Subtracted this way round, c cannot wrap.)
  if (input.c >= input.n - 1) return Infeasible::too_few_honest_members;
  if (input.sigma > kMaxSigma || input.eta > kMaxEta) return Infeasible::security_bits_out_of_range;
  return {};
}

}  // namespace

std::uint32_t fraction_of(std::uint32_t n, std::uint32_t ppm) {
  const std::uint64_t whole = (std::uint64_t{n} * ppm + (kMillion - 1)) / kMillion;
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(whole, most));
}

Result<GraphParameters> find_graph_parameters(const FinderInput& input) {
  if (const auto error = out_of_range(input)) return error;
  const std::uint32_t quorum = quorum_of(input);
  const std::uint32_t survivors = std::max(input.min_survivors, quorum);
  if (input.d > input.n - quorum) return Infeasible::too_many_dropped_for_agreement;
  if (survivors > input.n - input.d) return Infeasible::too_many_survivors_wanted;
  const auto graph = choose_graph(input);
  if (!graph) return graph.error();

  const std::uint32_t honest = input.n - input.c;
  const std::uint32_t cap = kInDegreePerPick * graph->k + kInDegreeSpare + input.c;
  const std::uint32_t stranded = most_stranded(input, survivors, graph->k);
  const std::uint32_t missing = input.c + stranded;
  return GraphParameters{
      .k = graph->k,
      .t = graph->t,
      .quorum = quorum,
      .survivors = survivors,
      .in_degree_cap = std::min(input.n - 1, cap),
      .stranded = stranded,
      .honest_floor = std::max(honest / 2 + 1, survivors > missing ? survivors - missing : 0),
  };
}

bool graph_satisfies(const FinderInput& input, std::uint32_t k, std::uint32_t t) {
  if (out_of_range(input) || input.d >= input.n) return false;
  if (k >= input.n || t < kMinThreshold) return false;
  const Requirements wanted(input);
  return wanted.live(k, t) && !wanted.likely_island(k, t, 1);
}

}  // namespace blindsum
