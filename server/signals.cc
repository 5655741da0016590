#include "server/signals.h"

#include <pthread.h>

#include <cstdlib>
#include <utility>

namespace blindsum {
namespace {

// What computes when it has to end at once gets so long to come to a stop.
constexpr ::timespec kForcedLimit{5, 0};

}  // namespace

sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A peer that goes away while we write is an error of that write, a file that gets larger than
  // the limit on files likewise.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  return signals;
}

SignalWaiter::SignalWaiter(const sigset_t& signals, Server& server, Log& log, Reload reload)
    : signals_(signals), server_(&server), log_(log), reload_(std::move(reload)), thread_([this] {
        wait();
      }) {
  static_cast<void>(pthread_setname_np(thread_.native_handle(), "signals"));
}

void SignalWaiter::forget_server() {
  const std::lock_guard lock(mutex_);
  server_ = nullptr;
}

bool SignalWaiter::stop() {
  over_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);
  thread_.join();
  return forced_;
}

template <class Call>
void SignalWaiter::tell(const Call& call) {
  const std::lock_guard lock(mutex_);
  if (server_ != nullptr) call(*server_);
}

bool SignalWaiter::wait_for_end() {
  while (true) {
    int received = 0;
    if (sigwait(&signals_, &received) != 0 || over_) return false;
    if (received == SIGHUP) {
      tell(reload_);
    } else if (received == SIGUSR1) {
      tell([](Server& server) { server.dump(); });
    } else {
      return true;
    }
  }
}

void SignalWaiter::wait() {
  if (!wait_for_end()) return;
  tell([](Server& server) { server.drain(); });
  if (!wait_for_end()) return;
  forced_ = true;
  tell([](Server& server) { server.stop(); });
  sigtimedwait(&signals_, nullptr, &kForcedLimit);
  if (over_) return;
  log_.warning("ended at once, in the middle of a computation");
  std::_Exit(1);
}

}  // namespace blindsum
