// Time as the machines see it: milliseconds of a monotonic clock with an arbitrary origin, always
// given from outside. Wall time (roster expiry, rounds per day) is unix seconds, also given.
#pragma once

#include <chrono>
#include <cstdint>

namespace blindsum {

using Instant = std::chrono::milliseconds;
using UnixSeconds = std::uint64_t;

}  // namespace blindsum
