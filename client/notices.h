// What the program is told, in the order in which it happened, on a strand of its own: a display
// that is slow, or blocked, must not keep rounds from going on. What it costs is bounded all the
// same: of counts that change, only the newest waits, and whoever causes more while many wait is
// told to wait, too.
//
// From any thread. The program's callbacks may throw; what they throw is swallowed.
#pragma once

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <variant>

#include "client/participant.h"

namespace blindsum {

class Notices {
 public:
  using Strand = boost::asio::strand<boost::asio::thread_pool::executor_type>;

  // Both the options and this outlive what is told: pass the strand before it goes.
  Notices(Strand strand, const ParticipantOptions& options);
  Notices(const Notices&) = delete;
  Notices& operator=(const Notices&) = delete;

  void tell(Progress progress);
  void tell(RoundResult result);
  // So many wait that nothing should be done that causes more.
  bool is_crowded() const;
  // Calls `then`, on the strand, when all that was told before has been.
  void after(std::function<void()> then);
  const Strand& strand() const { return strand_; }

 private:
  using Notice = std::variant<Progress, RoundResult>;
  static constexpr std::size_t kCrowd = 256;

  void push(Notice notice);
  void tell_next();

  const Strand strand_;
  const ParticipantOptions& options_;
  mutable std::mutex mutex_;  // of what is below
  std::deque<Notice> waiting_;
};

}  // namespace blindsum
