// The virtual clock: what is to happen, by time and then in the order in which it was planned. One
// step is one event; operations of a plan name steps.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "protocol/round/clock.h"

namespace blindsum::sim {

class Queue {
 public:
  using Event = std::function<void()>;

  Instant now() const { return now_; }
  std::uint64_t steps() const { return steps_; }
  void at(Instant when, Event event) {
    events_.emplace(std::pair(when < now_ ? now_ : when, ++planned_), std::move(event));
  }
  void after(Instant delay, Event event) { at(now_ + delay, std::move(event)); }
  // False when nothing is left to happen.
  bool step() {
    if (events_.empty()) return false;
    auto next = events_.extract(events_.begin());
    now_ = next.key().first;
    ++steps_;
    next.mapped()();
    return true;
  }

 private:
  Instant now_{1'000};  // any origin will do, also one that is not 0
  std::uint64_t steps_ = 0;
  std::uint64_t planned_ = 0;
  std::map<std::pair<Instant, std::uint64_t>, Event> events_;
};

}  // namespace blindsum::sim
