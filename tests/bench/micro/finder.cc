// The parameter finder, which every participant runs when it learns the cohort's size.
#include <fmt/core.h>

#include "protocol/round/graph_parameters.h"
#include "tests/bench/micro/parts.h"
#include "tests/bench/timing.h"

namespace blindsum::bench {
namespace {

constexpr std::uint32_t kSigma = 64;
constexpr std::uint32_t kEta = 30;

void finding(benchmark::State& state, std::uint32_t n) {
  // 5 % corrupt, 10 % lost.
  const FinderInput input{n, n / 20, n / 10, kSigma, kEta, 0};
  for (auto _ : state) keep(find_graph_parameters(input).value());
  state.counters["us"] = micros_each(iterations(state));
}

}  // namespace

void add_finder() {
  for (const std::uint32_t n : {100U, 1000U, 4096U}) {
    benchmark::RegisterBenchmark(fmt::format("finder/n_{}", n).c_str(),
                                 [n](benchmark::State& state) { finding(state, n); });
  }
}

}  // namespace blindsum::bench
