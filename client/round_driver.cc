#include "client/round_driver.h"

#include <utility>
#include <variant>

#include "faults/faults.h"
#include "protocol/round/round_transcript.h"

namespace blindsum {

RoundDriver::RoundDriver(const ParticipantContext& context, std::uint32_t rounds, DriverHost& host)
    : context_(context), rounds_(rounds), host_(host), orphans_(context) {}

void RoundDriver::connected(const Joined& joined) {
  orphans_.connected();
  if (held_) held_->connected();
  host_.tell(Progress{.kind = ProgressKind::connected, .round = 0, .text = {}, .done = 0, .of = 0});
  on(joined);
}

void RoundDriver::disconnected() {
  incoming_.reset();  // it comes again, from the start
  if (held_) held_->disconnected();
}

void RoundDriver::frame(ByteView frame) {
  auto decoded = decode_to_participant(frame);
  if (!decoded) {
    host_.end_session(decoded.error());
    return;
  }
  std::visit(
      [&](auto& message) {
        if constexpr (std::is_same_v<std::decay_t<decltype(message)>, InRound<ToParticipant>>) {
          on(message, frame);
        } else {
          on(message);
        }
      },
      *decoded);
}

// Both belong to the beginning of a session [SESSION-6].
void RoundDriver::on(const Challenge& /*message*/) {
  host_.end_session(Reason::wrong_phase);
}

void RoundDriver::on(const Welcome& /*message*/) {
  host_.end_session(Reason::wrong_phase);
}

void RoundDriver::on(const Joined& message) {
  host_.tell(Progress{.kind = ProgressKind::waiting,
                      .round = 0,
                      .text = {},
                      .done = message.waiting,
                      .of = message.needed});
}

void RoundDriver::on(const SessionError& message) {
  host_.end_session(message.reason);
}

void RoundDriver::on(const PayloadChunk& chunk) {
  // [OFFER-4] What belongs to no offer that waits for its payload is dropped.
  if (!incoming_ || incoming_->offer.parameters.session_id != chunk.session_id) return;
  const bool next = incoming_->payload.add(chunk.offset, chunk.data);
  if (!next || incoming_->payload.complete()) take_offer();
}

void RoundDriver::on(const BrokenInRound& frame) {
  if (holds(frame.session_id)) {
    held_->handle(Malformed{frame.error});
    if (held_->is_over()) held_->repeat_refusal();
  } else {
    answer(frame.session_id, orphans_.refuse(frame.session_id, frame.error));
  }
}

void RoundDriver::on(InRound<ToParticipant>& message, ByteView frame) {
  const SessionId id = message.session_id;
  if (auto* offer = std::get_if<Offer>(&message.message)) {
    offered(std::move(*offer), frame);
  } else if (const auto* record = std::get_if<RoundRecord>(&message.message)) {
    received(id, *record, frame);
  } else if (holds(id)) {
    const bool awaits_an_answer = !std::holds_alternative<RoundAborted>(message.message) &&
                                  !std::holds_alternative<Rejection>(message.message) &&
                                  !std::holds_alternative<UploadAck>(message.message) &&
                                  !std::holds_alternative<VoidRequest>(message.message) &&
                                  !std::holds_alternative<VoidCertificate>(message.message);
    const bool was_over = held_->is_over();
    std::visit(
        [&](auto& one) {
          using Message = std::decay_t<decltype(one)>;
          if constexpr (!std::is_same_v<Message, Offer>) held_->handle(std::move(one), frame);
        },
        message.message);
    if (was_over && awaits_an_answer) held_->repeat_refusal();
  } else {
    answer(id, orphans_.answer(id, message.message));
  }
}

void RoundDriver::answer(const SessionId& id, const std::optional<ToAggregator>& message) {
  if (message) host_.send(WipedFrame(encode_in_round(id, *message)), nullptr);
}

void RoundDriver::offered(Offer offer, ByteView frame) {
  if (holds(offer.parameters.session_id)) {
    const bool was_over = held_->is_over();
    held_->offered_again(std::move(offer), frame);
    if (was_over) held_->repeat_refusal();
    return;
  }
  if (finished_) {
    answer(offer.parameters.session_id,
           orphans_.refuse(offer.parameters.session_id, Reason::participant_stopped));
    return;
  }
  const std::uint64_t size = offer.parameters.payload_size;
  // No memory for the payload of an offer that is refused anyway [OFFER-2].
  const bool hopeless = size > context_.policy.most_payload_bytes ||
                        (offer.parameters.aggregator_key != context_.policy.aggregator_key &&
                         !fault(Fault::any_aggregator)) ||
                        verify_offer(offer).has_error();
  incoming_.emplace(
      IncomingOffer{std::move(offer), Bytes(frame.begin(), frame.end()), ChunkAssembly(size)});
  if (hopeless || size == 0) take_offer();
}

// The payload is there, or never will be: the machine says which, by name.
void RoundDriver::take_offer() {
  IncomingOffer incoming = *std::move(incoming_);
  incoming_.reset();
  auto round = std::make_unique<HeldRound>(
      context_, host_,
      [this](const HeldRound& held, const ParticipantRoundOver& over) { round_over(held, over); });
  const bool accepted = round->consider(std::move(incoming.offer),
                                        std::move(incoming.payload).take(), incoming.frame);
  if (accepted && held_) held_->handle(ParticipantStop{Reason::superseded});  // [ONCE-7]
  if (accepted) {
    finish_waiting(Reason::time_limit);
    own_end_.reset();
    held_reported_ = false;
  }
  round->begin();
  if (accepted) held_ = std::move(round);
}

void RoundDriver::round_over(const HeldRound& round, const ParticipantRoundOver& over) {
  if (over.end == RoundEnd::completed) return;  // received() reports it, with the record
  if (holds(round.id())) own_end_ = over;
  tell_end(round.parameters().round, over.reason, over.end == RoundEnd::refused);
}

void RoundDriver::input(const SessionId& id, Result<InputReady> input) {
  if (holds(id)) held_->input(std::move(input));
}

void RoundDriver::stop() {
  finished_ = true;
  finish_waiting(Reason::participant_stopped);
  if (held_) held_->handle(ParticipantStop{});
}

void RoundDriver::tick() {
  if (held_) held_->handle(ClockTick{});
  if (waiting_ && host_.now() >= waiting_->deadline) finish_waiting(Reason::time_limit);
}

std::optional<Instant> RoundDriver::next_deadline() const {
  auto deadline = held_ ? held_->next_deadline() : std::nullopt;
  if (waiting_ && (!deadline || waiting_->deadline < *deadline)) deadline = waiting_->deadline;
  return deadline;
}

}  // namespace blindsum
