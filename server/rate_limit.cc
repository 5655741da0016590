#include "server/rate_limit.h"

#include <algorithm>

namespace blindsum {
namespace {

constexpr std::chrono::microseconds kMinute{60'000'000};
// Looked through for what can be forgotten when it has grown to so many, and to twice of what was
// left then; but it takes milliseconds.
constexpr std::size_t kFirstLook = 1024;
constexpr std::chrono::microseconds kBetweenLooks{1'000'000};
constexpr std::size_t kMostRemembered = 100'000;

}  // namespace

RateLimit::RateLimit(std::uint32_t per_minute)
    : step_(kMinute / std::max(per_minute, 1U)), depth_(step_ * per_minute), look_at_(kFirstLook) {}

bool RateLimit::take(const std::string& who, Instant now) {
  const std::lock_guard lock(mutex_);
  if (full_at_.size() >= look_at_ && Time(now) >= next_look_) forget_full(now);
  const auto found = full_at_.find(who);
  if (found == full_at_.end()) {
    if (step_ > depth_) return false;
    if (full_at_.size() >= kMostRemembered) forget_one();
    full_at_.emplace(who, Time(now) + step_);
    return true;
  }
  const Time full_at = std::max(found->second, Time(now)) + step_;
  if (full_at - Time(now) > depth_) return false;
  found->second = full_at;
  return true;
}

std::size_t RateLimit::size() const {
  const std::lock_guard lock(mutex_);
  return full_at_.size();
}

void RateLimit::forget_full(Time now) {
  std::erase_if(full_at_, [now](const auto& entry) { return entry.second <= now; });
  look_at_ = std::clamp(2 * full_at_.size(), kFirstLook, kMostRemembered);
  next_look_ = now + kBetweenLooks;
}

// Around the table, so that it is not those who came last who are forgotten at once.
void RateLimit::forget_one() {
  do {
    next_bucket_ = (next_bucket_ + 1) % full_at_.bucket_count();
  } while (full_at_.bucket_size(next_bucket_) == 0);
  const std::string who = full_at_.begin(next_bucket_)->first;
  full_at_.erase(who);
}

}  // namespace blindsum
