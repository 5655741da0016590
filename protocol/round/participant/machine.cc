// The participant's machine: which event goes where, what is said again, and how a round ends
// (SPEC.md, ONCE, PHASE).
#include <algorithm>
#include <array>

#include "faults/faults.h"
#include "protocol/round/participant/faulty.h"
#include "protocol/round/participant/state.h"

namespace blindsum {
namespace detail::participant {

State end(RoundEnd how, Reason reason, Scene& scene) {
  Ledger& ledger = scene.ledger;
  forget_answers(ledger);
  scene.effects.emplace_back(
      ParticipantRoundOver{.end = how, .reason = reason, .input_spent = ledger.input_spent});
  return Over{};
}

State refuse(Error why, Scene& scene) {
  const Reason reason = reason_of(why);
  scene.send(Refusal{.reason = reason, .detail = {}});
  const auto how = reason == Reason::not_in_cohort ? RoundEnd::left_out
                   : reason == Reason::time_limit  ? RoundEnd::timed_out
                                                   : RoundEnd::refused;
  return end(how, reason, scene);
}

Error store_error(const Error& error) {
  constexpr std::array kOwnName{Reason::round_not_newer, Reason::input_spent, Reason::already_void,
                                Reason::already_unmasked};
  const bool named =
      std::any_of(kOwnName.begin(), kOwnName.end(), [&](Reason reason) { return error == reason; });
  return named ? error : make_error_code(Reason::store_failed);
}

State out_of_phase(State state, const char* what, Scene& scene) {
  if (!is_over(state)) {
    scene.effects.emplace_back(EvidenceFound{Reason::wrong_phase, what, {}});
  }
  return state;
}

namespace {

// What to call an event that its state does not take.
template <class Event>
constexpr const char* kName = "message";
template <>
constexpr const char* kName<OfferReceived> = "offer";
template <>
constexpr const char* kName<Cohort> = "cohort";
template <>
constexpr const char* kName<Delivery> = "delivery";
template <>
constexpr const char* kName<UploadGrant> = "upload grant";
template <>
constexpr const char* kName<UploadAck> = "upload acknowledgement";
template <>
constexpr const char* kName<Survivors> = "survivors";
template <>
constexpr const char* kName<Certificate> = "certificate";
template <>
constexpr const char* kName<InputReady> = "input";
template <>
constexpr const char* kName<InputDeclined> = "input declined";
template <>
constexpr const char* kName<UploadSent> = "end of an upload";

// Events that every state takes.
State at_any_time(State state, const ClockTick& /*event*/, Scene& /*scene*/) {
  return state;  // handle() has looked at the limit already
}

State at_any_time(State state, const Malformed& event, Scene& scene) {
  return is_over(state) ? std::move(state) : refuse(event.error, scene);
}

State at_any_time(State state, const ParticipantStop& event, Scene& scene) {
  return is_over(state) ? std::move(state) : refuse(event.reason, scene);
}

State at_any_time(State state, const RoundAborted& event, Scene& scene) {
  return is_over(state) ? std::move(state) : end(RoundEnd::aborted, event.reason, scene);
}

// A grant counts until it is taken back, and no longer than its session; the input may come later
// [UPLOAD-1, UPLOAD-2].
void lose_grant(State& state) {
  if (auto* delivered = std::get_if<Delivered>(&state)) delivered->grant.reset();
  if (auto* uploading = std::get_if<Uploading>(&state)) uploading->sending = false;
  if (auto* uploaded = std::get_if<Uploaded>(&state)) uploaded->sending = false;
}

State at_any_time(State state, const SessionLost& /*event*/, Scene& /*scene*/) {
  lose_grant(state);
  return state;
}

// [PHASE-5] Not signed: it ends the round at most.
State at_any_time(State state, const Rejection& event, Scene& scene) {
  if (is_over(state)) return state;
  switch (event.reason) {
    case Reason::upload_stalled:
      lose_grant(state);
      return state;
    case Reason::wrong_offset:
    case Reason::wrong_phase:
    case Reason::wrong_round:
      return state;
    case Reason::not_in_cohort:
      return end(RoundEnd::left_out, event.reason, scene);
    default:
      return end(RoundEnd::aborted, event.reason, scene);
  }
}

// [RECORD-5] The SDK verifies it; the machine only knows how far it came itself.
State at_any_time(State state, const RoundRecord& /*event*/, Scene& scene) {
  if (is_over(state)) return state;
  if (std::holds_alternative<Uploaded>(state) || std::holds_alternative<Attested>(state) ||
      std::holds_alternative<Unmasked>(state)) {
    return end(RoundEnd::completed, Reason::ok, scene);
  }
  const Reason reason =
      std::holds_alternative<Shared>(state) ? Reason::not_in_u2
      : std::holds_alternative<Delivered>(state) || std::holds_alternative<Uploading>(state)
          ? Reason::not_in_u3
          : Reason::not_in_cohort;
  return end(RoundEnd::left_out, reason, scene);
}

State at_any_time(State state, const VoidRequest& /*event*/, Scene& scene) {
  return void_requested(std::move(state), scene);
}

State at_any_time(State state, const VoidCertificate& event, Scene& scene) {
  return void_certified(std::move(state), event, scene);
}

// The messages that are taken once, and what of them is compared.
const Offer& once_of(const OfferReceived& event) {
  return event.offer;
}
template <class Message>
const Message& once_of(const Message& event) {
  return event;
}

Once<Offer>* once_in(Ledger& ledger, const OfferReceived& /*event*/) {
  return &ledger.once.offer;
}
Once<Cohort>* once_in(Ledger& ledger, const Cohort& /*event*/) {
  return &ledger.once.cohort;
}
Once<Delivery>* once_in(Ledger& ledger, const Delivery& /*event*/) {
  return &ledger.once.delivery;
}
Once<Survivors>* once_in(Ledger& ledger, const Survivors& /*event*/) {
  return &ledger.once.survivors;
}
Once<Certificate>* once_in(Ledger& ledger, const Certificate& /*event*/) {
  return &ledger.once.certificate;
}

// [ONCE-2] A message of a phase that is answered or begun: again, or another one.
template <class Message>
State repeat(State state, const Once<Message>& once, const Message& message, Scene& scene) {
  if constexpr (std::is_same_v<Message, Survivors>) {
    if (fault(Fault::attest_twice)) {
      if (const auto second = attest_again(state, message, scene.context.identity)) {
        scene.send(*second);
        return state;
      }
    }
  }
  if (*once.heard == message || fault(Fault::second_message)) {
    if (once.answer) scene.send(*once.answer);
    return state;
  }
  scene.effects.emplace_back(EvidenceFound{
      Reason::conflicting_answer, "two different messages for one phase", {*once.heard, message}});
  return refuse(Reason::conflicting_answer, scene);
}

template <class Event>
State step(State state, Event event, Scene& scene) {
  if constexpr (requires { at_any_time(std::move(state), event, scene); }) {
    return at_any_time(std::move(state), event, scene);
  } else {
    if constexpr (requires { once_in(scene.ledger, event); }) {
      const auto* once = once_in(scene.ledger, event);
      const bool is_anew = fault(Fault::alive_and_dropped) && std::is_same_v<Event, Certificate>;
      if (once->heard && !is_over(state) && !is_anew) {
        return repeat(std::move(state), *once, once_of(event), scene);
      }
    }
    return std::visit(
        [&](auto&& current) -> State {
          if constexpr (requires { on(std::move(current), std::move(event), scene); }) {
            return on(std::move(current), std::move(event), scene);
          } else {
            return out_of_phase(std::move(current), kName<Event>, scene);
          }
        },
        std::move(state));
  }
}

}  // namespace
}  // namespace detail::participant

namespace participant = detail::participant;

struct ParticipantRound::Impl {
  ParticipantContext context;
  participant::Ledger ledger;
  participant::State state;

  std::optional<Instant> deadline() const {
    using participant::Idle;
    if (participant::is_over(state) || std::holds_alternative<Idle>(state)) return std::nullopt;
    return ledger.started + ledger.limit;  // [PHASE-2]
  }
};

ParticipantRound::ParticipantRound(ParticipantContext context)
    : impl_(std::make_unique<Impl>(Impl{context, {}, participant::Idle{}})) {}
ParticipantRound::ParticipantRound(ParticipantRound&&) noexcept = default;
ParticipantRound::~ParticipantRound() = default;

std::vector<ParticipantEffect> ParticipantRound::handle(ParticipantEvent event, Instant now) {
  std::vector<ParticipantEffect> effects;
  participant::Scene scene{impl_->context, impl_->ledger, now, effects};
  // Whatever comes: what comes too late finds no secrets any more [PHASE-2, DISK-5].
  if (const auto deadline = impl_->deadline(); deadline && now >= *deadline) {
    impl_->state = participant::refuse(Reason::time_limit, scene);
  }
  impl_->state = std::visit(
      [&](auto&& one) {
        return participant::step(std::move(impl_->state), std::forward<decltype(one)>(one), scene);
      },
      std::move(event));
  return effects;
}

std::optional<Instant> ParticipantRound::next_deadline() const {
  return impl_->deadline();
}

ParticipantPhase ParticipantRound::phase() const {
  // By the alternatives of participant::State, in their order.
  constexpr std::array kPhases{
      ParticipantPhase::idle,     ParticipantPhase::advertised, ParticipantPhase::shared,
      ParticipantPhase::masking,  ParticipantPhase::masking,    ParticipantPhase::uploaded,
      ParticipantPhase::attested, ParticipantPhase::unmasked,   ParticipantPhase::over};
  static_assert(kPhases.size() == std::variant_size_v<participant::State>);
  return kPhases[impl_->state.index()];
}

OwnTranscript ParticipantRound::transcript() const {
  return participant::own_transcript(impl_->ledger);
}

bool ParticipantRound::over() const {
  const participant::Ledger& ledger = impl_->ledger;
  if (!participant::is_over(impl_->state)) return false;
  const bool may_be_asked = ledger.cohort_kept && !ledger.voted && !ledger.unmasked;
  return !may_be_asked && !ledger.input_spent;
}

}  // namespace blindsum
