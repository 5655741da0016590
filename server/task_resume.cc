// What the process before this one has left: rounds to go on with, rounds to publish, and the
// payload of the next [ONCE-6, RECORD-1].
#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>

#include "server/store/store_error.h"
#include "server/task_host.h"

namespace blindsum {

void TaskHost::resume() {
  started_at_ = context_.clock.now();
  const bool hook_is_due = load_first_payload();
  publishing_ = false;
  const auto resumed = has_resumed_ ? Result<void>{} : resume_rounds();
  if (!resumed) {
    // They may be there, and must not be ended, nor others begun.
    pause("store_failed", resumed.error().message());
    return report_idle();
  }
  has_resumed_ = true;
  go_on(hook_is_due);
}

// Whoever asks for it has mended what the task paused for, or so it hopes.
void TaskHost::try_again() {
  if (!paused_ || current_ || publishing_ || draining_) return;
  if (context_.store.broken()) return;  // that takes a restart [DISK-9]
  paused_ = false;
  log_.info("{}: tries again", config_.name);
  resume();
}

Result<void> TaskHost::resume_rounds() {
  BLINDSUM_TRY(held, context_.store.rounds(config_.name));
  std::map<SessionId, Reason> lost;
  for (const auto& session_id : held) {
    if (is_held(session_id)) continue;  // by an attempt before this one
    const auto resumed = resume_round(session_id);
    if (resumed) continue;
    if (current_) current_->leave();
    current_ = nullptr;
    if (resumed.error().category() == store_category()) return resumed.error();
    lost[session_id] = reason_of(resumed.error());
    log_.error("{}: the round of session {} cannot go on: {}", config_.name,
               to_hex(session_id.view()), resumed.error().message());
  }
  for (const auto& offer : results_.cut_off()) {
    const auto& session_id = offer.parameters.session_id;
    if (is_held(session_id)) continue;
    const auto why = lost.find(session_id);
    BLINDSUM_CHECK(end_cut_off(offer, why == lost.end() ? Reason::internal_error : why->second));
  }
  // Also one that was over, and would say so at every start: of a roster that there is no more.
  for (const auto& [session_id, why] : lost) BLINDSUM_CHECK(context_.store.forget(session_id));
  return {};
}

Result<void> TaskHost::resume_round(const SessionId& session_id) {
  BLINDSUM_TRY(round, RoundHost::restore(environment_, session_id, payload_,
                                         [this](auto ending) { on_over(std::move(ending)); }));
  BLINDSUM_TRY(before, results_.published(round->offer()));
  if (before && round->phase() < AggregatorPhase::voiding) {
    // Its end could not be kept, and has a record all the same [RECORD-2].
    return context_.store.forget(session_id);
  }
  current_ = std::move(round);  // which on_over() makes a past one
  BLINDSUM_CHECK(current_->resume(!before));
  if (!current_) return {};
  log_.info("{}: goes on after a restart, session {}", current_->name(), to_hex(session_id.view()));
  const bool needs_payload = current_->phase() == AggregatorPhase::advertise;
  if (needs_payload && current_->offer().parameters.payload_hash != payload_hash_) {
    current_->handle(AggregatorStop{Reason::wrong_payload});
  }
  return {};
}

// Members that ask for it hear that it is not held any more.
Result<void> TaskHost::end_cut_off(const Offer& offer, Reason reason) {
  const auto round = offer.parameters.round;
  BLINDSUM_CHECK(results_.end(offer, reason, "the aggregator's process ended before the round did",
                              context_.aggregator));
  log_.warning("{}/{}: was cut off by the end of the process; its record says aborted: {}",
               config_.name, round, name_of(reason));
  return context_.store.forget(offer.parameters.session_id);
}

bool TaskHost::is_held(const SessionId& session_id) const {
  const auto held = rounds();
  return std::any_of(held.begin(), held.end(),
                     [&](const auto& round) { return round->session_id() == session_id; });
}

// Whether the hook has to make the payload first.
bool TaskHost::load_first_payload() {
  const auto newest = results_.newest_completed();
  const auto before = results_.completed_before_newest();
  const bool has_hook = !config_.on_result.empty();
  auto file = config_.payload;
  if (has_hook && before) file = results_.next_payload_file(*before);
  const bool made = newest && ::access(results_.next_payload_file(*newest).c_str(), F_OK) == 0;
  if (has_hook && made) file = results_.next_payload_file(*newest);
  const auto loaded = load_payload(file);
  if (!loaded) pause("payload_unreadable", file.string() + ": " + loaded.error().message());
  return loaded && has_hook && newest && !made;
}

void TaskHost::go_on(bool hook_is_due) {
  // A round that is over is being published, and what follows follows from there.
  if (publishing_ || current_) return;
  if (!hook_is_due) return back_to_gathering();
  const auto newest = *results_.newest_completed();
  log_.warning("{}/{}: on_result had not made the next payload; it runs again", config_.name,
               newest);
  publishing_ = true;
  run_hook(newest);
}

}  // namespace blindsum
