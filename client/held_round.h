// A round that this process takes part in: its machine, with what the effects need around it.
// Carries out the machine's effects through the host, in their order, and tells each phase once its
// message was taken by the connection.
//
// Belongs to the round driver; same thread.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "client/driver_host.h"
#include "client/upload.h"
#include "protocol/round/participant_round.h"

namespace blindsum {

class HeldRound {
 public:
  using Over = std::function<void(const HeldRound&, const ParticipantRoundOver&)>;

  HeldRound(const ParticipantContext& context, DriverHost& host, Over over);
  HeldRound(const HeldRound&) = delete;
  HeldRound& operator=(const HeldRound&) = delete;
  ~HeldRound();

  // `frame` is always the whole frame that the message came in: it is kept with a second one that
  // differs [ONCE-2].

  // First: gives the machine the offer and what came as its payload. Nothing is sent yet, so that a
  // round that is taken over can be ended before [ONCE-7]. Whether the offer is accepted.
  [[nodiscard]] bool consider(Offer offer, Bytes payload, ByteView frame);
  // Carries out what came of it.
  void begin();

  // The same offer again, after a reconnect, or another one of this name.
  void offered_again(Offer offer, ByteView frame);
  void handle(ParticipantEvent event, ByteView frame = {});
  void input(Result<InputReady> input);
  // The session broke: nothing more is sent on it.
  void disconnected();
  void connected() { refusal_repeated_ = false; }
  // A message came that the machine no longer answers, since the round was refused. The refusal may
  // have been lost with a session, and the aggregator wait: again, once a session.
  void repeat_refusal();

  const SessionId& id() const { return parameters_->session_id; }
  const RoundParameters& parameters() const { return *parameters_; }
  // What it points to is good until the next event.
  OwnTranscript transcript() const { return machine_.transcript(); }
  bool is_over() const { return machine_.phase() == ParticipantPhase::over; }
  std::optional<Instant> next_deadline() const { return machine_.next_deadline(); }

 private:
  struct Heard {
    ParticipantEvent event;
    Bytes frame;
  };

  void step(Heard heard);
  void keep_evidence(std::string_view message, const Bytes& frame);
  void perform(ParticipantEffect effect);
  void send(const ToAggregator& message);
  void tell_phase(const std::string& name);
  void tell_phase_of(ParticipantPhase entered);
  Upload::Events upload_events();

  DriverHost& host_;
  Over over_;
  ParticipantRound machine_;
  std::shared_ptr<const RoundParameters> parameters_;
  std::shared_ptr<const Bytes> payload_;  // until the program has it
  Hash payload_hash_;
  std::uint64_t payload_size_ = 0;
  std::shared_ptr<std::atomic<bool>> wanted_;
  Upload upload_;
  std::deque<Heard> events_;
  std::map<std::string_view, Bytes> taken_;  // frames of the messages that are taken once
  std::deque<ParticipantEffect> considered_;
  bool running_ = false;
  std::set<std::string> told_;
  std::optional<Refusal> refusal_;
  bool refusal_repeated_ = false;
  // What the connection calls when a frame is gone may come after us.
  std::shared_ptr<HeldRound*> self_;
};

}  // namespace blindsum
