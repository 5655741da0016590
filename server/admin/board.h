// What is going on at present, for whoever asks on the operator's port: every task, its round with
// the members in it, and how reliable each member has been. A watcher, so that nobody who asks has
// to wait for a round's thread. May be used from several threads at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "server/clock.h"
#include "server/task_control.h"
#include "server/watcher.h"

namespace blindsum {

struct LiveMember {
  std::optional<AggregatorPhase> answered;  // the last phase that it has answered
  std::string dropped_in;                   // a phase; empty = it is not
  Reason reason = Reason::ok;               // likewise
};

struct LiveRound {
  std::uint64_t round = 0;
  std::string session_id;  // hexadecimal
  bool resumed = false;
  AggregatorPhase phase{};
  UnixSeconds started = 0;
  UnixSeconds phase_began = 0;
  std::map<std::uint32_t, LiveMember> members;  // by roster index
};

struct LiveTask {
  TaskState state{};
  std::string why;  // it is paused
  std::uint32_t waiting = 0;
  std::uint64_t completed = 0;
  UnixSeconds last_completed = 0;  // a round, in this process; 0 = none has
  std::optional<LiveRound> round;
};

struct Reliability {
  std::uint64_t answered = 0;  // rounds in whose cohort it was, and stayed to the end
  std::uint64_t dropped = 0;   // rounds that it was left out of
  std::string last_reason;     // of the last drop
};

class LiveBoard final : public Watcher {
 public:
  // Reliability is kept in `file`, which is read if it is there; `problem` says why it could not
  // be.
  LiveBoard(const Clock& clock, std::filesystem::path file, std::string& problem);

  void see(const ServerEvent& event) override;

  std::map<std::string, LiveTask> tasks() const;
  // Of those the ones that there are; one that was deleted is there until its round is over.
  std::map<std::string, LiveTask> tasks_of(const TaskControl& control) const;
  std::map<std::uint32_t, Reliability> reliability() const;
  std::map<std::uint32_t, std::uint32_t> sessions() const;  // open ones, by roster index

 private:
  void take(const RoundStarted& event);
  void take(const PhaseBegan& event);
  void take(const MemberAnswered& event);
  void take(const MemberWasDropped& event);
  void take(const RoundEnded& event);
  void take(const TaskChanged& event);
  void take(const SessionOpened& event);
  void take(const SessionClosed& event);
  template <class Other>
  void take(const Other&) {}
  LiveRound* round_of(const RoundKey& key);
  void load(std::string& problem);
  void keep();

  const Clock& clock_;
  const std::filesystem::path file_;
  std::mutex keeping_;
  mutable std::mutex mutex_;
  std::map<std::string, LiveTask> tasks_;
  std::map<std::uint32_t, Reliability> reliability_;
  std::map<std::uint32_t, std::uint32_t> sessions_;
};

}  // namespace blindsum
