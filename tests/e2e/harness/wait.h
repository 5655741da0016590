// Waiting that always ends. Everything that is waited for is there long before its limit; only what
// is broken takes so long.
#pragma once

#include <chrono>
#include <thread>
#include <utility>

namespace blindsum::e2e {

inline constexpr std::chrono::seconds kPatience{40};
inline constexpr std::chrono::milliseconds kLook{3};

// Asks `there` again and again; whether it came to be true in time.
template <class There>
[[nodiscard]] bool wait_until(There&& there, std::chrono::milliseconds limit = kPatience) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!there()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

}  // namespace blindsum::e2e
