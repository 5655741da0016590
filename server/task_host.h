// One task: who waits for its next round, when that starts, and what is made of its result. Holds
// the running round, and those just over. Everything happens on the task's strand; the public
// functions may be called from any thread.
//
//   gathering ──enough wait──▶ running ──over──▶ publishing (files, hook) ──▶ gathering …
//   and for good: finished (all rounds run), paused (an operator has to look), drained.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "crypto/entropy.h"
#include "crypto/sign.h"
#include "protocol/wire/frames.h"
#include "server/clock.h"
#include "server/compute_pool.h"
#include "server/config.h"
#include "server/consumed.h"
#include "server/hook.h"
#include "server/log.h"
#include "server/member_link.h"
#include "server/readiness.h"
#include "server/results.h"
#include "server/round_host.h"
#include "server/watcher.h"

namespace blindsum {

// What tasks borrow from the server; outlives them.
struct TaskContext {
  const ServerConfig& config;
  const Roster& roster;
  const SigningKey& aggregator;
  ComputePool& pool;
  const Clock& clock;
  Entropy& entropy;
  RoundStore& store;
  Log& log;
  Log& peer_log;  // for what peers cause, limited in rate
  Watcher& watcher;
  ReadinessBoard& readiness;
};

class TaskHost {
 public:
  // `results` is what a restart found.
  TaskHost(const TaskContext& context, const TaskConfig& config, TaskResults results);
  // The pool has stopped by then.
  ~TaskHost();
  TaskHost(const TaskHost&) = delete;
  TaskHost& operator=(const TaskHost&) = delete;

  // Loads the payload, and goes on with the rounds that the process before had begun; or has the
  // hook make the payload, if it had not when the process ended. Then rounds may start.
  void start();

  void join(std::shared_ptr<MemberLink> member, Consumed consumed);
  void leave(std::shared_ptr<MemberLink> member, Consumed consumed);
  void gone(std::shared_ptr<MemberLink> member);
  void message(std::shared_ptr<MemberLink> member, InRound<ToAggregator> message,
               Consumed consumed);
  void malformed(std::shared_ptr<MemberLink> member, BrokenInRound message, Consumed consumed);

  // No new rounds while it is held; one that runs goes on to its end. No longer held, a task that
  // has paused itself tries again what it could not do.
  void hold(bool held);
  // No new rounds for good; members that wait are told that it is finished. Of those that a start
  // finds, what has its record is forgotten.
  void retire();
  // How it stands, to the log.
  void dump();
  // No new rounds. Calls `idle` once, when nothing is under way.
  void drain(std::function<void()> idle);
  // The time of drain() is over: the round that runs, and a result that could not be written, are
  // left as the store has them, for the process after this one [ONCE-6]; the hook is ended.
  void leave();

 private:
  void take_join(const std::shared_ptr<MemberLink>& member);
  void take_gone(const MemberLink& member);
  // Why no more members are taken, or ok.
  Reason closed_for() const;
  bool is_current(const MemberLink& member) const;
  RoundHost* round_of(const SessionId& session_id);
  void tell_round(const MemberLink& member, const SessionId& session_id, AggregatorEvent event);
  // While the running and the past rounds go on.
  std::vector<std::shared_ptr<RoundHost>> rounds() const;

  // The schedule (task_schedule.cc).
  void consider();
  void wake_at(Instant when);
  std::uint32_t waiting() const;
  Bytes counts_frame() const;
  void tell_counts_soon();
  void start_round();
  Result<void> try_start();
  RoundParameters next_parameters(const SessionId& session_id) const;
  void back_to_gathering();
  void finish();
  void pause(std::string_view why, std::string_view detail);
  void fail_waiting(Reason reason, const std::string& detail);
  void report_idle();
  TaskState state() const;
  void tell_state() const;
  Instant pause_after_failure();

  // After a restart (task_resume.cc).
  void resume();
  void try_again();
  Result<void> resume_rounds();
  Result<void> resume_round(const SessionId& session_id);
  Result<void> publish_ended(const SessionId& session_id);
  Result<void> check_key(const Offer& offer) const;
  Result<void> end_cut_off(const Offer& offer, Reason reason);
  bool is_held(const SessionId& session_id) const;
  bool load_first_payload();
  void go_on(bool hook_is_due);

  // The end of a round (task_result.cc).
  void on_over(RoundEnding ending);
  void begin_publishing(RoundEnding ending);
  RoundReport report_of(RoundEnding ending);
  // What its sum decodes to, and is packed, if that is not there yet.
  Result<void> with_values(RoundReport& report);
  Result<SignedRecord> try_publish();
  void publish();
  void not_published(const Error& why);
  void log_ending(const RoundReport& report);
  void publish_again(const SignedRecord& record, RoundEnding ending);
  void put_back(RoundReport report);
  void after_publishing(const RoundReport& report);
  void run_hook(std::uint64_t round);
  void on_hook(std::uint64_t round, const HookResult& result);
  Result<void> take_next_payload(std::uint64_t round);
  struct Payload {
    SharedBytes bytes;  // null if the task has none
    Hash hash;
    std::filesystem::path file;  // where it is; empty likewise
  };
  Result<Payload> read_payload(const std::filesystem::path& file) const;

  const TaskContext& context_;
  const TaskConfig& config_;
  Log& log_;
  const Strand strand_;
  TaskResults results_;
  JoinedMembers members_;
  RoundEnvironment environment_;

  std::shared_ptr<RoundHost> current_;
  std::deque<std::shared_ptr<RoundHost>> past_;
  bool publishing_ = true;    // until start()
  bool has_resumed_ = false;  // the rounds that were kept
  bool paused_ = false;
  std::string paused_why_;
  bool held_ = false;  // by the operator
  bool finished_ = false;
  bool retired_ = false;  // taken away by the operator
  bool draining_ = false;
  bool left_ = false;  // leave() was called
  std::function<void()> on_idle_;
  std::optional<RoundReport> unpublished_;  // of the newest past round

  std::optional<Instant> gather_until_;
  std::optional<Instant> waking_at_;
  bool counts_told_ = true;
  Instant may_start_at_{0};
  Instant started_at_{0};
  unsigned failed_in_a_row_ = 0;

  Payload payload_;
  std::jthread hook_;
};

}  // namespace blindsum
