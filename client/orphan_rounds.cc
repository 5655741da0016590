#include "client/orphan_rounds.h"

#include "protocol/round/reason.h"

namespace blindsum {

std::optional<ToAggregator> OrphanRounds::refuse(const SessionId& id, const Error& why) {
  if (refused_.size() >= kMostRemembered) refused_.clear();
  if (!refused_.insert(id).second) return std::nullopt;
  return Refusal{.reason = reason_of(why), .detail = {}};
}

std::optional<ToAggregator> OrphanRounds::answer(const SessionId& id,
                                                 const ToParticipant& message) {
  if (std::holds_alternative<VoidRequest>(message)) {  // [VOID-1, VOID-2]
    const auto vote = vote_void(context_.store, context_.identity, context_.roster_index, id);
    if (!vote) return refuse(id, vote.error());
    return *vote;
  }
  if (const auto* certificate = std::get_if<VoidCertificate>(&message)) {
    // Nobody waits for an answer, and without an input of that round nothing comes of it.
    static_cast<void>(accept_void_certificate(context_.store, id, *certificate));
    return std::nullopt;
  }
  if (const auto* certificate = std::get_if<Certificate>(&message)) {
    // [UNMASK-5, INPUT-3] Whoever is in U3 cannot unmask any more: the shares are gone [DISK-3].
    const auto inclusion =
        accept_certificate(context_.store, context_.roster_index, id, *certificate);
    if (inclusion && *inclusion == Inclusion::left_out) return std::nullopt;
    return refuse(id, Reason::unknown_round);
  }
  const bool awaits_an_answer =
      std::holds_alternative<Cohort>(message) || std::holds_alternative<Delivery>(message) ||
      std::holds_alternative<UploadGrant>(message) || std::holds_alternative<Survivors>(message);
  if (!awaits_an_answer) return std::nullopt;
  return refuse(id, Reason::unknown_round);
}

}  // namespace blindsum
