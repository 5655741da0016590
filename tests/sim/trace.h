// What happened, a line an event: kept only when a seed is repeated to show why it failed, so that
// a run costs nothing for it. And the first thing that was found wrong, which ends the run.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "tests/sim/queue.h"

namespace blindsum::sim {

class Trace {
 public:
  Trace(const Queue& queue, bool is_on) : queue_(queue), is_on_(is_on) {}

  // `line` is a function that makes the text.
  template <class Line>
  void say(Line line) {
    if (!is_on_) return;
    lines_.push_back(std::to_string(queue_.steps()) + "  " + std::to_string(queue_.now().count()) +
                     " ms  " + line());
    if (lines_.size() > kMostLines) lines_.pop_front();
  }
  // The first counts.
  void fail(std::string what) {
    if (failure_) return;
    say([&] { return "FAILED: " + what; });
    failure_ = std::move(what);
  }

  const std::optional<std::string>& failure() const { return failure_; }
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  static constexpr std::size_t kMostLines = 4'000;

  const Queue& queue_;
  bool is_on_;
  std::deque<std::string> lines_;
  std::optional<std::string> failure_;
};

}  // namespace blindsum::sim
