#include "protocol/round/aggregator/again.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {

// [VOID-1] Asked for after every abort of a cohort: without it, inputs that were sent stay spent.
Voiding begin_voiding(Turn& turn, CohortRef cohort, RoundAborted aborted,
                      std::set<std::uint32_t> unable) {
  SignatureCollector votes(void_statement, cohort->th1);
  for (const auto& [u, signature] : turn.shared().early_votes) {
    // Checked when it came; this can only fail as it did then.
    if (votes.add(u, cohort->keys[u], signature).has_error()) continue;
  }
  Voiding state{.cohort = std::move(cohort),
                .deadline = turn.now() + Instant(turn.parameters().limits.share_ms),
                .aborted = std::move(aborted),
                .votes = std::move(votes),
                .unable = std::move(unable)};
  std::vector<std::uint32_t> asked;
  for (std::uint32_t u = 0; u < state.cohort->n(); ++u) {
    const bool has_voted = state.votes.find(u) != nullptr;
    if (!has_voted && !state.unable.contains(u)) asked.push_back(state.cohort->roster_index(u));
  }
  turn.send(std::move(asked), VoidRequest{});
  return state;
}

void take(Voiding& state, Turn& turn, std::uint32_t u, VoidVote message) {
  const std::uint32_t member = state.cohort->roster_index(u);
  if (const Signature* const first = state.votes.find(u)) {
    return again(turn, member, Label::void_, state.votes.text(u), *first, message.signature);
  }
  const Result<void> good = state.votes.add(u, state.cohort->keys[u], message.signature);
  if (good.has_error()) return turn.reject(member, reason_of(good.error()), "void vote");
  state.unable.erase(u);
}

// [VOID-2] Any other refusal is one of the round that has ended; VOID may still follow it.
void take(Voiding& state, Turn&, std::uint32_t u, Refusal message) {
  const bool cannot =
      message.reason == Reason::already_unmasked || message.reason == Reason::unknown_round;
  if (cannot && state.votes.find(u) == nullptr) state.unable.insert(u);
}

// [JOIN-2] Who refused has ended the round for itself, and is asked to vote all the same.
void resume(const Voiding& state, Turn& turn, std::uint32_t u) {
  const std::uint32_t member = state.cohort->roster_index(u);
  if (!turn.is_gone(member)) turn.send(member, state.aborted);
  if (state.votes.find(u) == nullptr && !state.unable.contains(u)) {
    turn.send(member, VoidRequest{});
  }
}

// [VOID-3] Ends also when a quorum is out of reach [INPUT-6], or nobody answers any more.
State settle(Voiding state, Turn& turn) {
  const FixedCohort& cohort = *state.cohort;
  if (state.votes.count() >= cohort.graph.quorum) {
    const VoidCertificate certificate{state.votes.lowest(cohort.graph.quorum, cohort.n())};
    turn.emit(PhaseClosed{std::string(Voiding::name), state.votes.count(), cohort.n()});
    turn.send(cohort.roster_indices(), certificate);
    return Over{state.cohort, std::move(state.aborted), certificate};
  }
  const bool can_be = cohort.n() - state.unable.size() >= cohort.graph.quorum;
  if (can_be && turn.now() < state.deadline) return state;
  turn.emit(PhaseClosed{std::string(Voiding::name), state.votes.count(), cohort.n()});
  return Over{state.cohort, std::move(state.aborted), std::nullopt};
}

// [JOIN-2] A record, if there is one, is the host's to send again.
void resume(const Over& state, Turn& turn, std::uint32_t roster_index) {
  const Shared& shared = turn.shared();
  const bool took_part = state.cohort == nullptr ? shared.invited.contains(roster_index)
                                                 : state.cohort->index_of(roster_index).has_value();
  if (!took_part) return;
  if (state.aborted && !turn.is_gone(roster_index)) turn.send(roster_index, *state.aborted);
  if (state.certificate) turn.send(roster_index, *state.certificate);
}

State settle(Over state, Turn&) {
  return state;
}

}  // namespace blindsum::detail::aggregator
