// What signals do to a server: SIGTERM or SIGINT drains it, a second one cuts it, SIGHUP has
// certificates and token read again, SIGUSR1 says in the log what is going on. Used by main.cc.
#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "server/log.h"
#include "server/server.h"

namespace blindsum {

// Signals are waited for on a thread: nothing much may be done in a handler. Called before any
// other thread starts, so that all inherit it.
[[nodiscard]] sigset_t block_signals();

class SignalWaiter {
 public:
  // What SIGHUP does, on this one's thread; not after forget_server().
  using Reload = std::function<void(Server&)>;

  SignalWaiter(const sigset_t& signals, Server& server, Log& log, Reload reload);
  SignalWaiter(const SignalWaiter&) = delete;
  SignalWaiter& operator=(const SignalWaiter&) = delete;

  // The server has run, and goes.
  void forget_server();
  // The server has gone. Whether it had to end at once.
  bool stop();

 private:
  void wait();
  // A signal that ends, when one comes; the others are dealt with. False when this is over.
  bool wait_for_end();
  template <class Call>
  void tell(const Call& call);

  const sigset_t signals_;
  std::mutex mutex_;
  Server* server_;
  Log& log_;
  const Reload reload_;
  std::atomic<bool> over_ = false;
  std::atomic<bool> forced_ = false;
  std::thread thread_;
};

}  // namespace blindsum
