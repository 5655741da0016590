#include "client/held_round.h"

#include <utility>

#include "crypto/transcript.h"
#include "protocol/wire/frames.h"

namespace blindsum {
namespace {

// The phase that a message completes; empty for those that complete none.
struct PhaseOf {
  std::string operator()(const SignedAdvert& /*message*/) const { return "advertised"; }
  std::string operator()(const Shares& /*message*/) const { return "shared"; }
  std::string operator()(const Receipt& /*message*/) const { return "uploaded"; }
  std::string operator()(const Attestation& /*message*/) const { return "attested"; }
  std::string operator()(const Unmask& /*message*/) const { return "unmasked"; }
  std::string operator()(const UploadChunk& /*message*/) const { return {}; }
  std::string operator()(const VoidVote& /*message*/) const { return {}; }
  std::string operator()(const Refusal& /*message*/) const { return {}; }
};

// The messages that are taken once in a round, by their names in Appendix B [ONCE-2]; empty for all
// other events.
std::string_view once_name(const ParticipantEvent& event) {
  if (std::holds_alternative<OfferReceived>(event)) return "Offer";
  if (std::holds_alternative<Cohort>(event)) return "Cohort";
  if (std::holds_alternative<Delivery>(event)) return "Delivery";
  if (std::holds_alternative<Survivors>(event)) return "AttestRequest";
  if (std::holds_alternative<Certificate>(event)) return "UnmaskRequest";
  return {};
}

}  // namespace

HeldRound::HeldRound(const ParticipantContext& context, DriverHost& host, Over over)
    : host_(host),
      over_(std::move(over)),
      machine_(context),
      wanted_(std::make_shared<std::atomic<bool>>(true)),
      upload_(host, upload_events()),
      self_(std::make_shared<HeldRound*>(this)) {}

HeldRound::~HeldRound() {
  *wanted_ = false;
  *self_ = nullptr;
}

Upload::Events HeldRound::upload_events() {
  return {.progress =
              [this](std::uint64_t done, std::uint64_t of) {
                host_.tell(Progress{.kind = ProgressKind::uploading,
                                    .round = parameters_->round,
                                    .text = {},
                                    .done = done,
                                    .of = of});
              },
          .finished = [this] { handle(UploadSent{}); },
          .failed = [this](const Error& why) { handle(ParticipantStop{reason_of(why)}); }};
}

bool HeldRound::consider(Offer offer, Bytes payload, ByteView frame) {
  parameters_ = std::make_shared<const RoundParameters>(offer.parameters);
  payload_size_ = payload.size();
  const auto hash = sha256(payload);
  payload_ = std::make_shared<const Bytes>(std::move(payload));
  // A hash that could not be made is none that fits, and the machine refuses.
  if (hash) payload_hash_ = *hash;
  auto effects = machine_.handle(OfferReceived{.offer = std::move(offer),
                                               .payload_hash = payload_hash_,
                                               .payload_size = payload_size_,
                                               .wall_now = host_.wall_now()},
                                 host_.now());
  for (auto& effect : effects) considered_.push_back(std::move(effect));
  if (is_over()) return false;
  taken_.emplace("Offer", Bytes(frame.begin(), frame.end()));
  return true;
}

void HeldRound::begin() {
  while (!considered_.empty()) {
    ParticipantEffect effect = std::move(considered_.front());
    considered_.pop_front();
    perform(std::move(effect));
  }
  payload_.reset();
}

void HeldRound::offered_again(Offer offer, ByteView frame) {
  handle(OfferReceived{.offer = std::move(offer),
                       .payload_hash = payload_hash_,
                       .payload_size = payload_size_,
                       .wall_now = host_.wall_now()},
         frame);
}

void HeldRound::handle(ParticipantEvent event, ByteView frame) {
  const bool once = !once_name(event).empty();
  events_.push_back(
      {.event = std::move(event), .frame = once ? Bytes(frame.begin(), frame.end()) : Bytes()});
  // An effect that leads to the next event at once lets its own list be done first.
  if (running_) return;
  running_ = true;
  while (!events_.empty()) {
    Heard next = std::move(events_.front());
    events_.pop_front();
    step(std::move(next));
  }
  running_ = false;
}

void HeldRound::step(Heard heard) {
  ParticipantEvent& event = heard.event;
  const std::string_view name = once_name(event);
  const ParticipantPhase before = machine_.phase();
  const auto* rejection = std::get_if<Rejection>(&event);
  if (rejection != nullptr &&
      (rejection->reason == Reason::upload_stalled || rejection->reason == Reason::wrong_offset)) {
    upload_.stop();  // [UPLOAD-2, UPLOAD-3] a new grant says from where to go on
  }
  const bool accepted =
      std::holds_alternative<UploadAck>(event) && before == ParticipantPhase::uploaded;
  auto effects = machine_.handle(std::move(event), host_.now());
  if (accepted) tell_phase("accepted");
  if (machine_.phase() != before) tell_phase_of(machine_.phase());
  for (auto& effect : effects) {
    const auto* found = std::get_if<EvidenceFound>(&effect);
    if (found == nullptr) {
      perform(std::move(effect));
    } else if (found->reason == Reason::conflicting_answer) {
      keep_evidence(name, heard.frame);
    }
  }
  if (is_over()) {
    taken_.clear();
  } else if (!name.empty() && machine_.phase() != before) {
    taken_.emplace(name, std::move(heard.frame));
  }
}

// [ONCE-2] The round ends with the effects that follow; that both are kept does not hang on it.
void HeldRound::keep_evidence(std::string_view message, const Bytes& frame) {
  const auto kept = host_.keep({.number = 0,
                                .task = parameters_->task,
                                .round = parameters_->round,
                                .session_id = id(),
                                .message = std::string(message),
                                .found = host_.wall_now(),
                                .first = taken_[message],
                                .second = frame});
  host_.tell(evidence_told(parameters_->round, message, kept));
}

void HeldRound::input(Result<InputReady> input) {
  if (is_over()) return;
  if (input) {
    handle(*std::move(input));
  } else {
    handle(InputDeclined{reason_of(input.error())});
  }
}

void HeldRound::disconnected() {
  upload_.disconnected();
  handle(SessionLost{});
}

void HeldRound::repeat_refusal() {
  if (!refusal_ || refusal_repeated_) return;
  refusal_repeated_ = true;
  send(*refusal_);
}

void HeldRound::perform(ParticipantEffect effect) {
  if (auto* message = std::get_if<SendToAggregator>(&effect)) {
    send(message->message);
  } else if (std::holds_alternative<NeedInput>(effect)) {
    host_.ask_program({.parameters = parameters_, .payload = payload_, .wanted = wanted_});
  } else if (auto* upload = std::get_if<BeginUpload>(&effect)) {
    upload_.begin(id(), std::move(upload->vector), upload->offset);
  } else if (const auto* over = std::get_if<ParticipantRoundOver>(&effect)) {
    *wanted_ = false;
    upload_.stop();  // and with it the last copy of the input [DISK-5]
    over_(*this, *over);
  }
  // EvidenceFound is kept by step(), which knows the frames.
}

void HeldRound::send(const ToAggregator& message) {
  if (const auto* refusal = std::get_if<Refusal>(&message)) refusal_ = *refusal;
  const std::string phase = std::visit(PhaseOf{}, message);
  std::function<void()> sent;
  if (!phase.empty()) {
    sent = [self = self_, phase] {
      if (*self != nullptr) (*self)->tell_phase(phase);
    };
  }
  host_.send(WipedFrame(encode_in_round(id(), message)), std::move(sent));
}

void HeldRound::tell_phase(const std::string& name) {
  if (!told_.insert(name).second) return;
  host_.tell(Progress{
      .kind = ProgressKind::phase, .round = parameters_->round, .text = name, .done = 0, .of = 0});
}

// Of the phases that the machine enters by a message, those that are told.
void HeldRound::tell_phase_of(ParticipantPhase entered) {
  if (entered == ParticipantPhase::masking) tell_phase("masking");
  // By a U3 with this participant, if UploadAccepted was lost.
  if (entered == ParticipantPhase::attested) tell_phase("accepted");
}

}  // namespace blindsum
