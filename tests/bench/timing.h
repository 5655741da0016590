// How long a piece of work takes on this thread: median of several runs of at least some
// milliseconds each, in processor time, which a busy machine disturbs least.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "tests/bench/macro/process_meter.h"

namespace blindsum::bench {

inline constexpr std::size_t kTimingRuns = 5;
inline constexpr double kTimingRunS = 0.02;

// Seconds of one call of `work`.
template <class Work>
[[nodiscard]] double seconds_of(const Work& work) {
  std::array<double, kTimingRuns> seconds{};
  std::uint64_t calls = 1;
  work();  // warms up
  for (std::size_t run = 0; run < kTimingRuns;) {
    const double begin = own_thread_cpu_s();
    for (std::uint64_t i = 0; i < calls; ++i) work();
    const double took = own_thread_cpu_s() - begin;
    if (took < kTimingRunS && run == 0) {
      calls *= 2;
    } else {
      seconds[run++] = took / static_cast<double>(calls);
    }
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[kTimingRuns / 2];
}

// Keeps the compiler from leaving the work out.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

}  // namespace blindsum::bench
