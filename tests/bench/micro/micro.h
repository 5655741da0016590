// The parts alone, by Google Benchmark: medians of several repetitions, in random order, so that
// what else the machine does falls on a kernel and on its limit alike.
//
// Names are section/what[/how], and so are the keys of the JSON: "engine/vaes512/w32".
#pragma once

#include <string>

namespace blindsum::bench {

struct MicroOptions {
  std::string filter;  // a regular expression; empty: all
  double min_time_s = 0.1;
  int repetitions = 5;
};

// Prints a table or one JSON object; returns how the process has to end. Throws
// std::invalid_argument if no name has the filter.
[[nodiscard]] int run_micro(const MicroOptions& options, bool json);

}  // namespace blindsum::bench
