// Ctrl-C and SIGTERM as a call on a thread of its own: in a signal handler next to nothing may be
// done.
#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace blindsum::cli {

class StopSignals {
 public:
  // Before any other thread is started, so that all of them leave the signals to us. `stop` may be
  // called more than once, with SIGINT or SIGTERM.
  explicit StopSignals(std::function<void(int signal)> stop);
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

 private:
  void wait();

  std::function<void(int)> stop_;
  sigset_t signals_{};
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace blindsum::cli
