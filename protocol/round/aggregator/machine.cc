#include <type_traits>
#include <utility>

#include "crypto/sign.h"
#include "faults/faults.h"
#include "protocol/round/aggregator/again.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

template <class S, class M>
concept Takes = requires(S& state, Turn& turn, M message) { take(state, turn, 0U, message); };
template <class S>
concept Loses = requires(S& state) { lost(state, 0U); };
template <class S>
concept HasCohort = requires(S& state) { state.cohort; };
template <class S>
concept HasDeadline = requires(S& state) { state.deadline; };
template <class S>
concept HasAnswers = requires(S& state) { state.answers; };

// How a state calls the member, if it takes part: by cohort index once there is a cohort.
template <class S>
std::optional<std::uint32_t> own_index(const S& state, Turn& turn, std::uint32_t member) {
  if constexpr (HasCohort<S>) {
    return state.cohort->index_of(member);
  } else {
    if (!turn.shared().invited.contains(member)) return std::nullopt;
    return member;
  }
}

template <class S>
const FixedSurvivors* survivors_of(const S& state) {
  if constexpr (requires { state.survivors; }) return state.survivors.get();
  if constexpr (requires { state.agreed; }) return &state.agreed->survivors();
  return nullptr;
}

// late(): whether the message is for a phase that the member has answered and that is over; then it
// has been dealt with.
template <class S, class M>
bool late(const S&, Turn&, std::uint32_t, const M&) {
  return false;
}

template <HasCohort S>
bool late(const S& state, Turn& turn, std::uint32_t u, const SignedAdvert& message) {
  again(turn, state.cohort->roster_index(u), state.cohort->adverts[u], message);
  return true;
}

template <class S>
  requires requires(S& state) { state.shares; }
bool late(const S& state, Turn& turn, std::uint32_t u, const Shares& message) {
  const auto first = state.shares->admitted.find(u);
  if (first == state.shares->admitted.end()) return false;
  again(turn, *state.cohort, u, first->second, message);
  return true;
}

template <class S>
  requires requires(S& state) { state.shares; }
bool late(const S& state, Turn& turn, std::uint32_t u, const Receipt& message) {
  const FixedSurvivors* const survivors = survivors_of(state);
  if (survivors == nullptr || !survivors->u3.has(u)) return false;
  again(turn, state.cohort->roster_index(u), Label::masked, receipt_statement(state.shares->th2, u),
        survivors->receipts.at(u).signature, message.signature);
  return true;
}

bool late(const Recovering& state, Turn& turn, std::uint32_t u, const Attestation& message) {
  const Signature* const first = state.agreed->attestations().find(u);
  if (first == nullptr) return false;
  again(turn, state.cohort->roster_index(u), Label::attest,
        attest_statement(state.agreed->survivors().th3, u), *first, message.signature);
  return true;
}

bool late(const Recovering& state, Turn& turn, std::uint32_t u, const Unmask& message) {
  const auto first = state.answers.find(u);
  if (first == state.answers.end()) return false;
  again(turn, *state.cohort, state.agreed->survivors(), u, first->second, message);
  return true;
}

// [ONCE-4]
template <class S>
void leave(S& state, Turn& turn, std::uint32_t member, std::uint32_t own, Reason reason) {
  if (turn.is_gone(member)) return;
  turn.leave(member, reason, S::name);
  if constexpr (Loses<S>) lost(state, own);
}

// A vote that nobody asked for yet: it counts when the round comes to that [VOID-1], and its sender
// will not unmask any more.
template <class S>
void vote_early(S& state, Turn& turn, std::uint32_t member, std::uint32_t u, const VoidVote& vote) {
  const FixedCohort& cohort = *state.cohort;
  const Encoded text = void_statement(cohort.th1, u);
  if (verify(cohort.keys[u], text, vote.signature).has_error()) {
    return turn.reject(member, Reason::bad_signature, "void vote");
  }
  turn.shared().early_votes.emplace(u, vote.signature);
  leave(state, turn, member, u, Reason::already_void);
}

void reject_out_of_phase(Turn& turn, std::uint32_t member, std::string_view phase) {
  turn.reject(member, Reason::wrong_phase, "the round is at " + std::string(phase));
}

template <class S, class M>
void on_message(S& state, Turn& turn, std::uint32_t member, M message) {
  const auto own = own_index(state, turn, member);
  if (!own) return turn.reject(member, Reason::not_in_cohort, "not asked to take part");
  if constexpr (std::is_same_v<S, Voiding> && Takes<S, M>) {
    return take(state, turn, *own, std::move(message));  // also of those that have refused
  } else if constexpr (std::is_same_v<M, Refusal>) {
    return leave(state, turn, member, *own, message.reason);
  } else if constexpr (std::is_same_v<M, VoidVote> && HasCohort<S>) {
    return vote_early(state, turn, member, *own, message);
  } else if (!turn.is_gone(member)) {
    if constexpr (Takes<S, M>) {
      return take(state, turn, *own, std::move(message));
    } else if (late(state, turn, *own, message)) {
      return;
    }
  }
  reject_out_of_phase(turn, member, S::name);
}

// Refusals and votes are too late to matter, and nobody's fault.
template <class M>
void on_message(Over&, Turn& turn, std::uint32_t member, const M&) {
  if constexpr (!std::is_same_v<M, Refusal> && !std::is_same_v<M, VoidVote>) {
    reject_out_of_phase(turn, member, Over::name);
  }
}

void on_event(State& state, Turn& turn, MemberMessage event) {
  const std::uint32_t member = event.roster_index;
  if (turn.shared().context.roster.find(member) == nullptr) {
    return turn.reject(member, Reason::unknown_member, "");
  }
  std::visit([&](auto& of_state,
                 auto&& message) { on_message(of_state, turn, member, std::move(message)); },
             state, std::move(event.message));
}

void on_event(State&, Turn& turn, const MemberMalformed& event) {
  turn.reject(event.roster_index, reason_of(event.error), "malformed");
}

// [JOIN-2]
void on_event(State& state, Turn& turn, const MemberConnected& event) {
  Shared& shared = turn.shared();
  const std::uint32_t member = event.roster_index;
  if (shared.context.roster.find(member) == nullptr) return;
  shared.connected.insert(member);
  shared.holds_proof.erase(member);  // it may have been started anew
  if (std::holds_alternative<Advertising>(state)) shared.invited.insert(member);  // [OFFER-3]
  std::visit(
      [&]<class S>(S& of_state) {
        if constexpr (std::is_same_v<S, Over>) {
          resume(of_state, turn, member);
        } else {
          const auto own = own_index(of_state, turn, member);
          const bool may = std::is_same_v<S, Voiding> || !turn.is_gone(member);
          if (own && may && !fault(Fault::resume_missing)) resume(of_state, turn, *own);
        }
      },
      state);
}

void on_event(State& state, Turn& turn, const MemberDisconnected& event) {
  turn.shared().connected.erase(event.roster_index);
  auto* const masking = std::get_if<Masking>(&state);
  if (masking == nullptr) return;
  const auto u = masking->cohort->index_of(event.roster_index);
  if (u) masking->uploads.disconnect(*u);
}

template <class Event>
void on_upload(State& state, Turn& turn, const Event& event) {
  auto* const masking = std::get_if<Masking>(&state);
  if (masking == nullptr) return;
  const auto u = masking->cohort->index_of(event.roster_index);
  if (u) take(*masking, turn, *u, event);
}

void on_event(State& state, Turn& turn, const UploadTaken& event) {
  on_upload(state, turn, event);
}

void on_event(State& state, Turn& turn, const Accumulated& event) {
  on_upload(state, turn, event);
}

void on_event(State& state, Turn&, Recovered event) {
  auto* const recovering = std::get_if<Recovering>(&state);
  if (recovering != nullptr) recovering->outcome = std::move(event.outcome);
}

void on_event(State&, Turn&, AggregatorTick) {}

void on_event(State&, Turn& turn, const AggregatorStop& event) {
  turn.fail(event.reason, "stopped");
}

// An own fault, or a stop, ends whatever there is.
State end_by_failure(State state, Turn& turn) {
  Turn::Failure failure = turn.take_failure();
  return std::visit(
      [&]<class S>(S& of_state) -> State {
        if constexpr (std::is_same_v<S, Over>) {
          return std::move(of_state);
        } else if constexpr (std::is_same_v<S, Voiding>) {
          return Over{of_state.cohort, std::move(of_state.aborted), std::nullopt};
        } else if constexpr (std::is_same_v<S, Advertising>) {
          return abort_round(turn, failure.reason, failure.detail);
        } else {
          std::set<std::uint32_t> have_unmasked;
          if constexpr (HasAnswers<S>) have_unmasked = keys_of(of_state.answers);
          return abort_round(turn, of_state.cohort, failure.reason, failure.detail,
                             std::move(have_unmasked));
        }
      },
      state);
}

}  // namespace

void handle_event(State& state, Turn& turn, AggregatorEvent event) {
  std::visit([&](auto&& of_kind) { on_event(state, turn, std::move(of_kind)); }, std::move(event));
}

State settle_all(State state, Turn& turn) {
  for (;;) {
    if (turn.has_failed()) state = end_by_failure(std::move(state), turn);
    const std::size_t before = state.index();
    state = std::visit([&](auto&& of_state) { return settle(std::move(of_state), turn); },
                       std::move(state));
    if (state.index() == before && !turn.has_failed()) return state;
  }
}

}  // namespace blindsum::detail::aggregator
