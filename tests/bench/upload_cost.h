// What the aggregator itself pays for a byte of an upload: a blindsumd of its own process, members
// of the SDK in this one, and whole rounds of which the mask phase is measured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/daemon.h"

namespace blindsum::bench {

struct UploadCost {
  std::uint64_t bytes = 0;  // packed, of all members
  ThreadTimes cpu;          // of the aggregator, until all vectors are in the sum
  double wall_s = 0;
};

// One cost a round but for the first, which warms up.
std::vector<UploadCost> measure_uploads(const std::string& program, std::uint64_t elements,
                                        std::uint32_t rounds);

}  // namespace blindsum::bench
