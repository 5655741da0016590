// A blindsumd of its own process for benchmarks, and what its threads and pages cost.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/e2e/harness/child.h"
#include "tests/server/world.h"

namespace blindsum::bench {

// CPU seconds, by thread: the first is the one with the sockets.
struct ThreadTimes {
  double io_s = 0;
  double pool_s = 0;
};

class Daemon {
 public:
  // With this configuration in the world's folder. Throws if it does not come up.
  Daemon(const std::string& program, const World& world, const std::string& configuration);

  std::uint16_t port() const { return port_; }
  ThreadTimes cpu() const;
  std::uint64_t resident_bytes() const;
  e2e::Child& child() { return child_; }

 private:
  e2e::Child child_;
  std::uint16_t port_ = 0;
};

}  // namespace blindsum::bench
