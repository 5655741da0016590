#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "faults/faults.h"
#include "protocol/wire/documents.h"
#include "server/task_host.h"

namespace blindsum {
namespace {

// How often those that wait are told how many they are.
constexpr Instant kTellInterval{1000};
constexpr unsigned kMostDoublings = 6;
constexpr Instant kLeastPause{100};
constexpr std::string_view kHeld = "by the operator";

}  // namespace

// Called whenever something has changed that a start may depend on.
void TaskHost::consider() {
  if (current_ || publishing_) return;
  const auto here = waiting();
  if (paused_ || held_ || finished_ || draining_ || here < config_.n_min) {
    // Nothing is tried, so what has failed is not known to fail still: members that are not there
    // may be kept away by nothing but /readyz.
    context_.readiness.well(config_.name);
    gather_until_.reset();
    return;
  }
  const Instant now = context_.clock.now();
  if (!gather_until_) gather_until_ = now + config_.gather;
  const bool nobody_is_missing =
      here >= std::min<std::size_t>(config_.n_max, context_.roster.members().size());
  const Instant start_at = std::max(may_start_at_, nobody_is_missing ? now : *gather_until_);
  if (now < start_at) return wake_at(start_at);
  gather_until_.reset();
  start_round();
}

void TaskHost::wake_at(Instant when) {
  if (waking_at_ && *waking_at_ <= when) return;
  waking_at_ = when;
  strand_.post_at(when, [this, when] {
    if (waking_at_ == when) waking_at_.reset();
    consider();
  });
}

std::uint32_t TaskHost::waiting() const {
  return static_cast<std::uint32_t>(std::count_if(
      members_.begin(), members_.end(), [](const auto& entry) { return entry.second.waits; }));
}

Bytes TaskHost::counts_frame() const {
  return encode_frame(FrameToParticipant(Joined{config_.name, waiting(), config_.n_min}));
}

// All at once and not for every member that comes: that would be n² messages.
void TaskHost::tell_counts_soon() {
  if (!std::exchange(counts_told_, false)) return;
  strand_.post_at(context_.clock.now() + kTellInterval, [this] {
    counts_told_ = true;
    tell_state();
    if (current_) return;
    const auto frame = std::make_shared<const Bytes>(counts_frame());
    for (const auto& [index, member] : members_) {
      if (member.waits) member.link->send(frame);
    }
  });
}

void TaskHost::start_round() {
  if (roster_expired(context_.roster, context_.clock.wall_now())) {  // [ROSTER-4]
    log_.error("{}: no round: roster_expired", config_.name);
    return fail_waiting(Reason::roster_expired, "the roster's not_after is past");
  }
  if (const auto broken = context_.store.broken()) return pause("store_failed", broken.message());
  const auto started = try_start();
  if (started) return context_.readiness.well(config_.name);
  const auto pause = pause_after_failure();
  const auto says = fmt::format("not_started: {}", started.error().message());
  log_.error("{}: {}; tried again in {} ms", config_.name, says, pause.count());
  context_.readiness.amiss(config_.name, says);
  may_start_at_ = context_.clock.now() + pause;
  wake_at(may_start_at_);
}

// Twice as long each time: what makes rounds fail may last, and each costs everybody a number.
Instant TaskHost::pause_after_failure() {
  const auto doublings = std::min(failed_in_a_row_++, kMostDoublings);
  return std::max<Instant>(kLeastPause, config_.retry_pause * (1U << doublings));
}

Result<void> TaskHost::try_start() {
  SessionId session_id;
  BLINDSUM_CHECK(context_.entropy.fill(session_id.bytes));
  const auto parameters = next_parameters(session_id);
  BLINDSUM_CHECK(check_parameters(parameters));
  BLINDSUM_TRY(offer, sign_offer(parameters, context_.aggregator));
  BLINDSUM_CHECK(results_.keep_offer(offer));
  log_.info("{}/{}: started, {} members are offered it, session {}", config_.name, parameters.round,
            waiting(), to_hex(session_id.view()));
  started_at_ = context_.clock.now();
  auto round = RoundHost::start(environment_, offer, payload_.bytes,
                                [this](RoundEnding ending) { on_over(std::move(ending)); });
  if (!round) {
    results_.withdraw_offer(offer);
    return round.error();
  }
  current_ = *std::move(round);
  tell_state();
  return {};
}

RoundParameters TaskHost::next_parameters(const SessionId& session_id) const {
  auto parameters = task_parameters(config_);
  parameters.session_id = session_id;
  parameters.round = results_.next_round();
  parameters.roster_epoch = context_.roster.epoch();
  parameters.roster_hash = context_.roster.hash();
  parameters.payload_hash = payload_.hash;
  parameters.payload_size = payload_.bytes ? payload_.bytes->size() : 0;
  if (!fault(Fault::record_unchained)) parameters.previous_record = results_.previous_record();
  parameters.aggregator_key = context_.aggregator.verify_key();
  return parameters;
}

// Not considered at once: the round that ends is still carrying out its last effects.
void TaskHost::back_to_gathering() {
  publishing_ = false;
  if (config_.rounds > 0 && results_.completed() >= config_.rounds) finish();
  if (draining_) fail_waiting(Reason::server_draining, "the server goes down");
  if (finished_) fail_waiting(Reason::task_finished, config_.name);  // taken away meanwhile
  report_idle();
  tell_state();
  strand_.post([this] { consider(); });
}

void TaskHost::dump() {
  strand_.post([this] {
    log_.info("dump: task {}: {}, {} members here, {} wait, {} rounds are completed", config_.name,
              name_of(state()), members_.size(), waiting(), results_.completed());
    for (const auto& round : rounds()) log_.info("dump: {}", round->describe());
  });
}

TaskState TaskHost::state() const {
  if (current_) return TaskState::running;
  if (publishing_) return TaskState::publishing;
  if (paused_ || (held_ && !finished_)) return TaskState::paused;
  if (finished_) return TaskState::finished;
  return draining_ ? TaskState::draining : TaskState::gathering;
}

void TaskHost::tell_state() const {
  const std::string_view why = paused_ ? paused_why_ : held_ ? kHeld : "";
  context_.watcher.see(TaskChanged{config_.name, state(), waiting(), results_.completed(), why});
}

void TaskHost::finish() {
  if (std::exchange(finished_, true)) return;
  log_.info("{}: finished, {} rounds are completed", config_.name, results_.completed());
  fail_waiting(Reason::task_finished, config_.name);
}

// Members go on waiting; only an operator who has read this has it go on.
void TaskHost::pause(std::string_view why, std::string_view detail) {
  paused_ = true;
  paused_why_ = fmt::format("{}: {}", why, detail);
  log_.error("{}: PAUSED: {}; `blindsum admin resume {}` or a restart tries again", config_.name,
             paused_why_, config_.name);
  tell_state();
}

void TaskHost::fail_waiting(Reason reason, const std::string& detail) {
  for (const auto& [index, member] : members_) member.link->fail(reason, detail);
}

void TaskHost::report_idle() {
  if (!on_idle_ || current_ || publishing_) return;
  std::exchange(on_idle_, nullptr)();
}

}  // namespace blindsum
