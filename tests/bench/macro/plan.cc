#include "tests/bench/macro/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <stdexcept>

#include "protocol/round/limits.h"
#include "protocol/vector/codec.h"

namespace blindsum::bench {
namespace {

constexpr std::uint64_t kLargestRaw = (std::uint64_t{1} << (kRawBits - 1)) - 1;
constexpr std::uint32_t kUsualDeltaPpm = 100'000;

[[noreturn]] void refuse(const std::string& text) {
  throw std::invalid_argument(text);
}

// The bound that makes `bits` the ring: the largest whose sum it holds.
std::uint64_t bound_for(const MacroOptions& options) {
  if (options.bits == 0) return kLargestRaw;
  const std::uint64_t most = (std::uint64_t{1} << (options.bits - 1)) - 1;
  const std::uint64_t bound = std::min(most / options.participants, kMaxIntegerBound);
  if (bound == 0) {
    refuse(fmt::format("--bits {}: the sum of {} vectors does not fit; give more, or leave it out",
                       options.bits, options.participants));
  }
  return bound;
}

Ring ring_for(const MacroOptions& options, std::uint64_t bound) {
  if (options.bits != 0) return Ring::of_bits(options.bits).value();
  CodecParameters codec;
  codec.kind = CodecKind::integer;
  codec.bound = bound;
  return least_ring(codec, options.participants).value();
}

// Exactly so many, and the same ones for the same seed.
std::vector<std::uint32_t> choose(std::uint32_t count, std::uint32_t of, std::uint64_t seed) {
  std::vector<std::uint32_t> all(of);
  std::iota(all.begin(), all.end(), 0U);
  std::mt19937_64 random(seed);
  std::vector<std::uint32_t> chosen;
  std::sample(all.begin(), all.end(), std::back_inserter(chosen), count, random);
  return chosen;
}

void check(const MacroOptions& options) {
  if (options.participants < kMinCohort || options.participants > kMaxCohort) {
    refuse(
        fmt::format("--participants {}: {} to {}", options.participants, kMinCohort, kMaxCohort));
  }
  if (options.length < 1 || options.length > kMaxVectorLength) {
    refuse(fmt::format("--length {}: 1 to {}", options.length, kMaxVectorLength));
  }
  if (options.bits != 0 && (options.bits < kMinRingBits || options.bits > kMaxRingBits)) {
    refuse(fmt::format("--bits {}: {} to {}", options.bits, kMinRingBits, kMaxRingBits));
  }
}

}  // namespace

bool Plan::drops_out(std::uint32_t index) const {
  return std::binary_search(dropouts.begin(), dropouts.end(), index);
}

double Plan::neighbours() const {
  const double others = n() - 1;
  const double picked = graph.k / others;
  return others * (1 - (1 - picked) * (1 - picked));
}

std::uint64_t Plan::accumulator_bytes() const {
  return options.length * word_bytes(ring.width());
}

Plan make_plan(const MacroOptions& options) {
  check(options);
  const std::uint32_t n = options.participants;
  const std::uint32_t delta =
      options.delta_ppm.value_or(std::max(options.dropout_ppm, kUsualDeltaPpm));
  const FinderInput finder{.n = n,
                           .c = fraction_of(n, options.gamma_ppm),
                           .d = fraction_of(n, delta),
                           .sigma = options.sigma,
                           .eta = 30,
                           .min_survivors = 0};
  const auto graph = find_graph_parameters(finder);
  if (!graph) {
    refuse(
        fmt::format("no graph serves n = {}, c = {}, d = {} ({}); lower --gamma or --delta, or "
                    "ask `blindsum params`",
                    n, finder.c, finder.d, graph.error().message()));
  }
  const std::uint32_t dropped = fraction_of(n, options.dropout_ppm);
  if (dropped > n - graph->survivors) {
    refuse(fmt::format("--dropout: of {} members {} have to stay, so {} may not go", n,
                       graph->survivors, dropped));
  }
  const std::uint64_t bound = bound_for(options);
  return {.options = options,
          .finder = finder,
          .graph = *graph,
          .ring = ring_for(options, bound),
          .bound = bound,
          .dropouts = choose(dropped, n, options.seed),
          .delta_ppm = delta};
}

std::int64_t input_value(const Plan& plan, std::uint32_t member, std::uint64_t place) {
  // An odd multiplier and a prime step, so that neither members nor places repeat soon; the end of
  // the range comes up in every vector.
  const std::uint64_t step = place * 2'654'435'761U + (std::uint64_t{member} + 1) * 40'503U;
  const std::uint64_t span = 2 * std::min(plan.bound, kLargestRaw) + 1;
  return static_cast<std::int64_t>(step % span) - static_cast<std::int64_t>(span / 2);
}

}  // namespace blindsum::bench
