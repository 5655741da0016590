// Parallel without threads, for tests and the simulator: runs the tasks one after another, from the
// last to the first, so that nobody comes to rely on an order.
#pragma once

#include "protocol/round/recovery.h"

namespace blindsum {

class SerialParallel final : public Parallel {
 public:
  void for_each(std::size_t count, const std::function<void(std::size_t)>& task) override {
    for (std::size_t i = count; i > 0; --i) task(i - 1);
  }
};

// Always wanted, and nobody listens.
class SilentMonitor final : public RecoveryMonitor {
 public:
  bool is_wanted() const override { return true; }
  void advanced(const RecoveryProgress&) override {}
};

}  // namespace blindsum
