#include "client/backoff.h"

#include <algorithm>

namespace blindsum {

Result<std::chrono::milliseconds> Backoff::next() {
  const auto bound = static_cast<std::uint32_t>(limit_.count()) + 1;
  BLINDSUM_TRY(wait_ms, uniform_below(entropy_, bound));
  limit_ = std::min(limit_ * 2, kMost);
  return std::chrono::milliseconds(wait_ms);
}

}  // namespace blindsum
