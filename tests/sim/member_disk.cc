// Rounds that a member's process does not hold: it was restarted, or let go of them.
#include "tests/sim/member_host.h"

namespace blindsum::sim {

void MemberHost::answer_from_disk(const SessionId& session, const ToParticipant& message) {
  const SigningKey& identity = stage_.cast.identity(member_);
  const std::uint32_t roster_index = Cast::roster_index(member_);
  if (std::holds_alternative<VoidRequest>(message)) {
    const auto vote = vote_void(disk_, identity, roster_index, session);
    if (vote.has_value()) return say(session, *vote);
    return say(session, Refusal{.reason = reason_of(vote.error()), .detail = {}});
  }
  if (const auto* certificate = std::get_if<VoidCertificate>(&message)) {
    (void)accept_void_certificate(disk_, session, *certificate);
    return;
  }
  if (const auto* certificate = std::get_if<Certificate>(&message)) {
    (void)accept_certificate(disk_, roster_index, session, *certificate);
    return refuse_unknown(session);
  }
  const bool wants_answer =
      std::holds_alternative<Cohort>(message) || std::holds_alternative<Delivery>(message) ||
      std::holds_alternative<UploadGrant>(message) || std::holds_alternative<Survivors>(message);
  if (wants_answer) refuse_unknown(session);
}

void MemberHost::refuse_unknown(const SessionId& session) {
  if (!refused_.insert(session).second) return;
  say(session, Refusal{.reason = Reason::unknown_round, .detail = {}});
}

}  // namespace blindsum::sim
