// A participant on a thread, and what it has told.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "client/participant.h"

namespace blindsum {

class RunningParticipant {
 public:
  explicit RunningParticipant(ParticipantOptions options) : participant_(make(std::move(options))) {
    thread_ = std::thread([this] {
      auto summary = participant_.run();
      const std::lock_guard lock(mutex_);
      summary_.emplace(std::move(summary));
      changed_.notify_all();
    });
  }
  RunningParticipant(const RunningParticipant&) = delete;
  RunningParticipant& operator=(const RunningParticipant&) = delete;
  ~RunningParticipant() {
    stop();
    thread_.join();
  }

  void stop() { participant_.stop(); }
  // What run() returned; nothing if it goes on for 20 seconds.
  std::optional<Result<RunSummary>> ended() {
    wait([this] { return summary_.has_value(); });
    const std::lock_guard lock(mutex_);
    return summary_;
  }
  // Whether it has told this, or does so in time.
  [[nodiscard]] bool told(ProgressKind kind, const std::string& text = "", std::size_t times = 1) {
    return wait([&] {
      std::size_t count = 0;
      for (const auto& one : progress_) count += one.kind == kind && one.text == text;
      return count >= times;
    });
  }

 private:
  Participant make(ParticipantOptions options) {
    options.on_progress = [this](const Progress& progress) {
      const std::lock_guard lock(mutex_);
      progress_.push_back(progress);
      changed_.notify_all();
    };
    return Participant::create(std::move(options)).value();
  }
  bool wait(const std::function<bool()>& done) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), done);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Progress> progress_;
  std::optional<Result<RunSummary>> summary_;
  Participant participant_;
  std::thread thread_;
};

}  // namespace blindsum
