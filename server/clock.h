// Time, injected. Monotonic for limits and deadlines, wall time for what people agreed on by date
// (a roster's end).
#pragma once

#include "protocol/round/clock.h"

namespace blindsum {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual UnixSeconds wall_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] UnixSeconds wall_now() const override;
};

}  // namespace blindsum
