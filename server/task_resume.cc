// What the process before this one has left: rounds to go on with, rounds to publish, and the
// payload of the next [ONCE-6, RECORD-1].
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "server/store/store_error.h"
#include "server/task_host.h"

namespace blindsum {
namespace {

constexpr std::string_view kOtherKey =
    "a round of another aggregator key has no record yet, and one of this key would not verify: "
    "start once more with the former key";

// What the machine leaves of a round that is over; nothing if it is not.
std::optional<RoundEnding> ending_of(std::vector<RoundFact> facts) {
  RecordProof proof;
  for (auto& fact : facts) {
    if (auto* const cohort = std::get_if<CohortFact>(&fact)) {
      proof.adverts = std::move(cohort->adverts);
    } else if (auto* const certificate = std::get_if<CertificateFact>(&fact)) {
      proof.attestations = std::move(certificate->certificate.attestations);
    } else if (auto* const ended = std::get_if<EndedFact>(&fact)) {
      // [RECORD-8] No more than the record has.
      if (ended->record.th1 == Hash{}) proof.adverts.clear();
      if (!ended->record.certified) proof.attestations = {};
      return RoundEnding{std::move(ended->record), std::move(proof), {}, nullptr};
    }
  }
  return std::nullopt;
}

}  // namespace

void TaskHost::resume() {
  started_at_ = context_.clock.now();
  bool hook_is_due = load_first_payload();
  publishing_ = false;
  const auto newest = results_.newest_completed();
  const auto resumed = has_resumed_ ? Result<void>{} : resume_rounds();
  if (!resumed) {
    // They may be there, and must not be ended, nor others begun.
    const bool is_other_key = resumed.error() == Reason::wrong_aggregator;
    pause(is_other_key ? "wrong_aggregator" : "store_failed",
          is_other_key ? std::string(kOtherKey) : resumed.error().message());
    return report_idle();
  }
  has_resumed_ = true;
  // A result that was put back is one that the hook may not have seen.
  if (!publishing_ && newest != results_.newest_completed()) hook_is_due = load_first_payload();
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
    const bool must_wait = resumed.error().category() == store_category() ||
                           resumed.error() == Reason::wrong_aggregator;
    if (must_wait) return resumed.error();
    lost[session_id] = reason_of(resumed.error());
    log_.error("{}: the round of session {} cannot go on: {}", config_.name,
               to_hex(session_id.view()), resumed.error().message());
  }
  for (const auto& offer : std::vector(results_.cut_off())) {  // which becomes shorter
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
  auto restored = RoundHost::restore(environment_, session_id, payload_.bytes,
                                     [this](auto ending) { on_over(std::move(ending)); });
  if (!restored && restored.error() == Reason::roster_mismatch) return publish_ended(session_id);
  BLINDSUM_TRY(round, std::move(restored));
  BLINDSUM_TRY(before, results_.published(round->offer()));
  // Its end could not be kept, and has a record all the same [RECORD-2]; or nobody joins any more.
  if (before && (retired_ || round->phase() < AggregatorPhase::voiding)) {
    return context_.store.forget(session_id);
  }
  if (!before) BLINDSUM_CHECK(check_key(round->offer()));
  started_at_ = context_.clock.now() - results_.since_offered(round->offer());
  current_ = std::move(round);  // which on_over() makes a past one
  BLINDSUM_CHECK(current_->resume(!before || results_.lacks_result(*before)));
  if (!current_) return {};
  log_.info("{}: goes on after a restart, session {}", current_->name(), to_hex(session_id.view()));
  const bool needs_payload = current_->phase() == AggregatorPhase::advertise;
  if (needs_payload && current_->offer().parameters.payload_hash != payload_.hash) {
    current_->handle(AggregatorStop{Reason::wrong_payload});
  }
  return {};
}

// Of a roster that there is no more: its machine cannot be had, nor its members. What had ended is
// published all the same [RECORD-1]; else the error says why it comes to nothing.
Result<void> TaskHost::publish_ended(const SessionId& session_id) {
  BLINDSUM_TRY(facts, context_.store.facts(session_id));
  auto ending = ending_of(std::move(facts));
  if (!ending) return Reason::roster_mismatch;
  const auto offer = ending->record.offer;
  BLINDSUM_TRY(before, results_.published(offer));
  if (before) return context_.store.forget(session_id);
  BLINDSUM_CHECK(check_key(offer));
  if (ending->record.outcome == Reason::ok) {
    BLINDSUM_TRY(ring, Ring::of_bits(offer.parameters.ring_bits));
    BLINDSUM_TRY(stored, context_.store.load_result(session_id));
    auto sum = Accumulator::from_packed(ring, offer.parameters.vector_length, stored.packed);
    if (!sum) return Reason::checkpoint_damaged;
    ending->sum = std::make_shared<Accumulator>(*std::move(sum));
  }
  started_at_ = context_.clock.now() - results_.since_offered(offer);
  begin_publishing(*std::move(ending));
  return {};
}

// [RECORD-3] A record is verified with one key: that of its offer.
Result<void> TaskHost::check_key(const Offer& offer) const {
  if (offer.parameters.aggregator_key == context_.aggregator.verify_key()) return {};
  return Reason::wrong_aggregator;
}

// Members that ask for it hear that it is not held any more.
Result<void> TaskHost::end_cut_off(const Offer& offer, Reason reason) {
  BLINDSUM_CHECK(check_key(offer));
  const auto& [task, round, session_id] =
      std::tie(offer.parameters.task, offer.parameters.round, offer.parameters.session_id);
  const auto took = results_.since_offered(offer);
  BLINDSUM_TRY(report,
               results_.end(offer, reason, "the aggregator's process ended before the round did",
                            context_.aggregator));
  context_.watcher.see(RoundEnded{{task, round, session_id}, report, took});
  log_.warning("{}/{}: was cut off by the end of the process; its record says aborted: {}",
               config_.name, round, name_of(reason));
  return context_.store.forget(session_id);
}

bool TaskHost::is_held(const SessionId& session_id) const {
  if (unpublished_ && unpublished_->record.offer.parameters.session_id == session_id) return true;
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
  auto loaded = read_payload(file);
  if (!loaded) {
    pause("payload_unreadable", file.string() + ": " + loaded.error().message());
    return false;
  }
  payload_ = *std::move(loaded);
  return has_hook && newest && !made;
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
