// The sections of the micro benchmark; each registers its own with Google Benchmark. A benchmark's
// counters are what is told of it, under the counter's name:
//   gb_s, g_elements_s   so many 10^9 a second
//   us                   microseconds an operation
//   limit_gb_s, ratio    of what is measured beside it
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace blindsum::bench {

void add_limits();
void add_engine();
void add_packing();
void add_codec();
void add_secrets();
void add_signatures();
void add_finder();

// The rates of what all iterations together did.
inline benchmark::Counter giga_per_second(double done) {
  return {done * 1e-9, benchmark::Counter::kIsRate};
}
inline benchmark::Counter micros_each(double operations) {
  return {operations * 1e-6, static_cast<benchmark::Counter::Flags>(benchmark::Counter::kIsRate |
                                                                    benchmark::Counter::kInvert)};
}
inline double iterations(const benchmark::State& state) {
  return static_cast<double>(state.iterations());
}

}  // namespace blindsum::bench
