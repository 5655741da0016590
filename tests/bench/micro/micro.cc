#include "tests/bench/micro/micro.h"

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/machine.h"
#include "tests/bench/micro/parts.h"

namespace blindsum::bench {
namespace {

namespace json = boost::json;

// What each benchmark's repetitions gave, by counter.
using Figures = std::map<std::string, std::vector<double>>;

class Collector final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) throw std::runtime_error(name_of(run) + ": " + run.error_message);
      if (run.run_type != Run::RT_Iteration) continue;
      const std::string name = name_of(run);
      for (const auto& [counter, value] : run.counters) figures_[name][counter].push_back(value);
    }
  }
  // By section: they come in random order.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, figures] : figures_) names.push_back(name);
    return names;
  }
  std::map<std::string, double> medians(const std::string& name) const {
    std::map<std::string, double> found;
    for (auto [counter, values] : figures_.at(name)) {
      const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
      std::nth_element(values.begin(), middle, values.end());
      found[counter] = *middle;
    }
    return found;
  }

 private:
  // Without what Google Benchmark adds to it: "/manual_time", "/repeats:5".
  static std::string name_of(const Run& run) { return run.run_name.function_name; }

  std::map<std::string, Figures> figures_;
};

void add_all() {
  add_limits();
  add_engine();
  add_packing();
  add_codec();
  add_secrets();
  add_signatures();
  add_finder();
}

std::size_t run_all(const MicroOptions& options, Collector& collector) {
  std::vector<std::string> words{
      "blindsum bench", fmt::format("--benchmark_min_time={}", options.min_time_s),
      fmt::format("--benchmark_repetitions={}", options.repetitions),
      "--benchmark_enable_random_interleaving=true",
      "--benchmark_filter=" + (options.filter.empty() ? std::string(".") : options.filter)};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  return benchmark::RunSpecifiedBenchmarks(&collector);
}

// "engine/vaes512/w16" is object["engine"]["vaes512"]["w16"].
json::object nested(const Collector& collector) {
  json::object all{{"machine", machine_json()}};
  for (const std::string& name : collector.names()) {
    json::object* place = &all;
    std::size_t begin = 0;
    while (begin <= name.size()) {
      const auto end = std::min(name.find('/', begin), name.size());
      json::value& next = (*place)[name.substr(begin, end - begin)];
      if (!next.is_object()) next = json::object();
      place = &next.as_object();
      begin = end + 1;
    }
    for (const auto& [counter, value] : collector.medians(name)) (*place)[counter] = value;
  }
  return all;
}

std::string line(const std::string& name, const std::map<std::string, double>& figures) {
  constexpr std::array order{"gb_s", "g_elements_s", "us", "s_per_gb", "limit_gb_s", "ratio"};
  constexpr std::array units{"GB/s", "G elements/s", "µs", "s/GB", "GB/s, the limit", "of it"};
  std::string text = fmt::format("{:<34}", name);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto found = figures.find(order[i]);
    if (found == figures.end()) continue;
    text += fmt::format("{:>12.3f} {}", found->second, units[i]);
  }
  return text;
}

}  // namespace

int run_micro(const MicroOptions& options, bool as_json) {
  add_all();
  Collector collector;
  if (run_all(options, collector) == 0) {
    throw std::invalid_argument("--filter " + options.filter + ": no benchmark has that name");
  }
  if (as_json) {
    std::printf("%s\n", json::serialize(nested(collector)).c_str());
    return 0;
  }
  for (const std::string& name : collector.names()) {
    std::printf("%s\n", line(name, collector.medians(name)).c_str());
  }
  return 0;
}

}  // namespace blindsum::bench
