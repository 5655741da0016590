// How long the parameter finder takes: every row of the reference table at the largest cohort, and
// the cohorts that make it work hardest, among them those for which nothing is found. Prints the
// median of several runs; the budget is 50 ms.
//   finder_bench PARAMETERS.csv
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "protocol/round/graph_parameters.h"
#include "protocol/round/limits.h"

namespace {

using blindsum::FinderInput;

constexpr int kRuns = 7;

struct Timing {
  FinderInput input;
  double median_ms;
  std::string outcome;
};

Timing measure(const FinderInput& input) {
  std::array<double, kRuns> ms{};
  std::string outcome;
  for (double& one : ms) {
    const auto begin = std::chrono::steady_clock::now();
    const auto found = blindsum::find_graph_parameters(input);
    one =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    outcome = found ? "k = " + std::to_string(found->k) : found.error().message();
  }
  std::nth_element(ms.begin(), ms.begin() + kRuns / 2, ms.end());
  return {input, ms[kRuns / 2], outcome};
}

std::vector<FinderInput> rows_at_largest(const char* path) {
  std::vector<FinderInput> inputs;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::array<std::uint32_t, 8> field{};
    std::istringstream fields(line);
    std::string text;
    for (auto& value : field) {
      std::getline(fields, text, ',');
      value = static_cast<std::uint32_t>(std::stoul(text));
    }
    if (field[0] != blindsum::kMaxCohort) continue;
    inputs.push_back({field[0], field[3], field[4], field[5], field[6], field[7]});
  }
  return inputs;
}

// A grid over all (c, d) up to agreement, where only picking everybody serves, and one beyond it,
// where nothing does; with the usual and the extreme demands.
std::vector<FinderInput> awkward() {
  struct Demand {
    std::uint32_t sigma;
    std::uint32_t eta;
  };
  using blindsum::kMaxEta;
  using blindsum::kMaxSigma;
  constexpr std::array demands{Demand{64, 30}, Demand{kMaxSigma, kMaxEta}, Demand{kMaxSigma, 0},
                               Demand{0, kMaxEta}};
  constexpr std::uint32_t n = blindsum::kMaxCohort;
  std::vector<FinderInput> inputs;
  for (const auto& [sigma, eta] : demands) {
    for (std::uint32_t c = 0; c < n - 1; c += 128) {
      const std::uint32_t most = n - ((n + c) / 2 + 1);
      for (std::uint32_t d = 0; d < most; d += 64) inputs.push_back({n, c, d, sigma, eta, 0});
      inputs.push_back({n, c, most, sigma, eta, 0});
      inputs.push_back({n, c, most + 1, sigma, eta, 0});
    }
  }
  return inputs;
}

void report(const char* title, const std::vector<FinderInput>& inputs) {
  std::vector<Timing> timings;
  for (const FinderInput& input : inputs) timings.push_back(measure(input));
  const auto slower = [](const Timing& a, const Timing& b) { return a.median_ms > b.median_ms; };
  std::sort(timings.begin(), timings.end(), slower);
  std::printf("%s: %zu inputs, slowest (median of %d runs each):\n", title, timings.size(), kRuns);
  for (std::size_t i = 0; i < std::min<std::size_t>(5, timings.size()); ++i) {
    const auto& [input, ms, outcome] = timings[i];
    std::printf("  %7.3f ms  n=%u c=%u d=%u sigma=%u eta=%u min_survivors=%u: %s\n", ms, input.n,
                input.c, input.d, input.sigma, input.eta, input.min_survivors, outcome.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: finder_bench PARAMETERS.csv\n");
    return 2;
  }
  report("reference table at the largest cohort", rows_at_largest(argv[1]));
  report("grid of awkward cohorts", awkward());
}
