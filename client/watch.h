// A limit on how long something may take: a timer whose handler does nothing once it was stopped,
// also when it was on its way already, or when the watch is gone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "crypto/result.h"

namespace blindsum {

// To be used on its executor, which is a strand or has one thread.
class Watch {
 public:
  explicit Watch(const boost::asio::any_io_executor& executor) : timer_(executor) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { stop(); }

  // Calls `late` after so long, unless stop() or start() comes before.
  void start(std::chrono::milliseconds limit, std::function<void()> late) {
    timer_.expires_after(limit);
    timer_.async_wait(
        [newest = newest_, mine = ++*newest_, late = std::move(late)](const Error& cancelled) {
          if (!cancelled && *newest == mine) late();
        });
  }
  void stop() {
    ++*newest_;
    timer_.cancel();
  }

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<std::uint64_t> newest_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace blindsum
