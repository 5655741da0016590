// blindsum-sim: see options.cc.
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>

#include "crypto/init.h"
#include "tests/sim/coverage.h"
#include "tests/sim/options.h"
#include "tests/sim/workers.h"
#include "tests/sim/world.h"

namespace blindsum::sim {
namespace {

constexpr int kWell = 0, kFailed = 1, kUsage = 2, kNoProcess = 3;
// Of the events that lead to a failure; --trace prints all.
constexpr std::size_t kShownEvents = 60;

void print_trace(const Outcome& outcome, std::size_t most) {
  const std::size_t count = outcome.trace.size();
  for (std::size_t i = count > most ? count - most : 0; i < count; ++i) {
    std::printf("%s\n", outcome.trace[i].c_str());
  }
}

// Once more, to show how it came about. A seed that kills its process is left alone.
int show_failure(const Tally& tally, bool is_traced) {
  const std::uint64_t seed = *tally.failed_seed;
  const Plan plan = draw_plan(seed);
  std::printf("\n%s", plan.describe().c_str());
  if (!tally.how.starts_with("killed") && !tally.how.starts_with("exit")) {
    print_trace(run(plan, true), is_traced ? SIZE_MAX : kShownEvents);
  }
  std::printf("\nseed %llu failed: %s\nrepeat it: ./run sim --seed %llu --seeds 1 --trace\n",
              static_cast<unsigned long long>(seed), tally.how.c_str(),
              static_cast<unsigned long long>(seed));
  return kFailed;
}

int trace_one(std::uint64_t seed) {
  const Plan plan = draw_plan(seed);
  std::printf("%s", plan.describe().c_str());
  const Outcome outcome = run(plan, true);
  print_trace(outcome, SIZE_MAX);
  std::printf("%s", outcome.statistics.table().c_str());
  std::printf("%s\n", outcome.failure ? ("failed: " + *outcome.failure).c_str() : "all is well");
  return outcome.failure ? kFailed : kWell;
}

int report(const Options& options, const Tally& tally) {
  const std::string text = tally.statistics.json();
  if (options.is_json) {
    std::printf("{\"seed\":%llu,\"seeds\":%llu,\"counts\":%s}\n",
                static_cast<unsigned long long>(options.seed),
                static_cast<unsigned long long>(tally.done), text.c_str());
  } else {
    std::printf("%s%llu seeds, all well\n", tally.statistics.table().c_str(),
                static_cast<unsigned long long>(tally.done));
  }
  if (options.seeds < kFullRun) return kWell;
  const auto missing = tally.statistics.never(expected_names());
  for (const std::string& name : missing) {
    std::fprintf(stderr, "never came up: %s\n", name.c_str());
  }
  return missing.empty() ? kWell : kFailed;
}

int main_with(const Options& options) {
  if (options.is_traced && options.seeds == 1) return trace_one(options.seed);
  const std::uint32_t processors = std::max(1U, std::thread::hardware_concurrency());
  const bool is_terminal = isatty(STDERR_FILENO) == 1;
  const auto on_progress = [&](std::uint64_t done) {
    if (!is_terminal) return;
    std::fprintf(stderr, "\r%llu of %llu seeds (%llu %%)", static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(options.seeds),
                 static_cast<unsigned long long>(100 * done / options.seeds));
  };
  const Tally tally = run_seeds(options.seed, options.seeds,
                                options.jobs > 0 ? options.jobs : processors, on_progress);
  if (is_terminal) std::fprintf(stderr, "\n");
  if (tally.failed_seed) return show_failure(tally, options.is_traced);
  if (tally.is_lost) {
    std::fprintf(stderr, "no process could be made\n");
    return kNoProcess;
  }
  return report(options, tally);
}

}  // namespace
}  // namespace blindsum::sim

int main(int argc, char** argv) {
  using namespace blindsum;
  const sim::Options options = sim::parse_options(argc, argv);
  if (!options.error.empty()) {
    std::fprintf(stderr, "blindsum-sim: %s\n", options.error.c_str());
    return sim::kUsage;
  }
  if (options.wants_help) {
    std::printf("%s", sim::help_text().c_str());
    return sim::kWell;
  }
  if (const auto ready = init_crypto(); ready.has_error()) {
    std::fprintf(stderr, "init_crypto: %s\n", explain_init(ready.error()).c_str());
    return sim::kNoProcess;
  }
  return sim::main_with(options);
}
