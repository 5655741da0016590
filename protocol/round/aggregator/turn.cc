#include "protocol/round/aggregator/turn.h"

#include "crypto/sign.h"
#include "protocol/round/aggregator/evidence.h"

namespace blindsum::detail::aggregator {

void Turn::send(std::vector<std::uint32_t> members, ToParticipant message) {
  if (members.empty()) return;
  emit(
      SendToMembers{std::move(members), std::make_shared<const ToParticipant>(std::move(message))});
}

void Turn::send(std::uint32_t member, ToParticipant message) {
  send(std::vector<std::uint32_t>{member}, std::move(message));
}

void Turn::reject(std::uint32_t member, Reason reason, std::string detail) {
  emit(MemberRejected{member, reason, detail});
  send(member, Rejection{reason, std::move(detail)});
}

void Turn::leave(std::uint32_t member, Reason reason, std::string_view phase) {
  if (shared_.gone.insert(member).second) drop(member, reason, phase);
}

void Turn::drop(std::uint32_t member, Reason reason, std::string_view phase) {
  emit(MemberDropped{member, reason, std::string(phase)});
}

// [ONCE-3, BLAME-5]
void Turn::conflict(std::uint32_t member, Label label, const SignedText& first,
                    const SignedText& second) {
  reject(member, Reason::conflicting_answer,
         "a different " + std::string(label_name(label)) + " was answered before");
  const std::pair key(member, label);
  if (shared_.conflicts.contains(key)) return;
  const RosterMember* const found = shared_.context.roster.find(member);
  if (found == nullptr || verify(found->key, second.text, second.signature).has_error()) return;
  shared_.conflicts.emplace(key, conflict_evidence(first, second));
}

Verdict Turn::judge(const Standing& standing, Instant deadline) const {
  if (standing.awaited < standing.needed) return Verdict::fail;
  if (standing.answered == standing.awaited) return Verdict::close;
  if (now_ < deadline) return Verdict::wait;
  return standing.answered >= standing.needed ? Verdict::close : Verdict::fail;
}

void Turn::time_goes_to(std::uint32_t PhaseTimings::* phase) {
  if (shared_.phase_timing != nullptr) {
    const auto spent_ms = static_cast<std::uint32_t>((now_ - shared_.phase_began).count());
    shared_.record.timings.*shared_.phase_timing += spent_ms;
  }
  shared_.phase_timing = phase;
  shared_.phase_began = now_;
}

bool Turn::keep(const RoundFact& fact) {
  const Result<void> kept = shared_.context.store.keep(parameters().session_id, fact);
  if (kept.has_error()) fail(Reason::store_failed, kept.error().message());
  return kept.has_value();
}

void Turn::fail(Reason reason, std::string detail) {
  if (!failure_) failure_ = Failure{reason, std::move(detail)};
}

}  // namespace blindsum::detail::aggregator
