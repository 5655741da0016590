#include "server/readiness.h"

#include <utility>

namespace blindsum {

void ReadinessBoard::amiss(const std::string& source, std::string why) {
  const std::lock_guard lock(mutex_);
  amiss_[source] = std::move(why);
}

void ReadinessBoard::well(const std::string& source) {
  const std::lock_guard lock(mutex_);
  amiss_.erase(source);
}

Readiness ReadinessBoard::read() const {
  const std::lock_guard lock(mutex_);
  Readiness readiness{amiss_.empty(), {}};
  for (const auto& [source, why] : amiss_) readiness.reasons.push_back(source + ": " + why);
  return readiness;
}

}  // namespace blindsum
