#include "server/clock.h"

#include <chrono>

namespace blindsum {

Instant SystemClock::now() const {
  return std::chrono::duration_cast<Instant>(std::chrono::steady_clock::now().time_since_epoch());
}

UnixSeconds SystemClock::wall_now() const {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<UnixSeconds>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

}  // namespace blindsum
