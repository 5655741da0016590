// Messages of rounds that this process does not hold: it was started again meanwhile, or holds a
// newer one. They are answered from what is on disk [DISK-3, PHASE-6], so that the aggregator does
// not wait in vain and an input comes free that can.
#pragma once

#include <optional>
#include <set>

#include "protocol/round/participant_round.h"

namespace blindsum {

class OrphanRounds {
 public:
  explicit OrphanRounds(const ParticipantContext& context) : context_(context) {}

  // A new session: what was refused on the old one may not have arrived.
  void connected() { refused_.clear(); }
  // Nothing, a vote for VOID, or a refusal; a refusal once a session and round.
  std::optional<ToAggregator> answer(const SessionId& id, const ToParticipant& message);
  std::optional<ToAggregator> refuse(const SessionId& id, const Error& why);

 private:
  // What it takes to make us forget one, and say it twice.
  static constexpr std::size_t kMostRemembered = 1024;

  ParticipantContext context_;
  std::set<SessionId> refused_;
};

}  // namespace blindsum
