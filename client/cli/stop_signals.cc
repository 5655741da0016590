#include "client/cli/stop_signals.h"

#include <utility>

namespace blindsum::cli {
namespace {

constexpr timespec kLook{.tv_sec = 0, .tv_nsec = 50'000'000};

}  // namespace

StopSignals::StopSignals(std::function<void(int)> stop) : stop_(std::move(stop)) {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::thread([this] { wait(); });
}

StopSignals::~StopSignals() {
  over_ = true;
  thread_.join();
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

void StopSignals::wait() {
  while (!over_) {
    const int signal = sigtimedwait(&signals_, nullptr, &kLook);
    if (signal > 0) stop_(signal);
  }
}

}  // namespace blindsum::cli
