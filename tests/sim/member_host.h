// What the SDK is to the participant's machine: one member's process, its disk, its program and its
// connection. Frames become events, effects become frames; it can die at any effect, and comes back
// with nothing but its disk. A corrupt member is an honest one whose words go through a Liar.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "protocol/round/participant_round.h"
#include "protocol/wire/frames.h"
#include "tests/sim/liars/liar.h"
#include "tests/sim/stage.h"
#include "tests/support/memory_participant_store.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::sim {

class MemberHost final : public MemberSide {
 public:
  MemberHost(const Stage& stage, std::uint32_t member, Random random);

  void start();
  // Faults. When a crash comes: see fault.h.
  void crash(std::uint32_t detail, Instant outage);
  void leave_round();
  void decline_input() { declines_ = true; }
  void delay_input(Instant delay) { input_delay_ = delay; }
  void break_disk(std::uint32_t after_writes, bool is_torn, Instant outage);

  void on_connected() override {}
  void on_disconnected() override;
  void on_frame(Frame frame) override;

  // A fault that is carried out now finds it in this phase.
  void count_loss(Fault fault) const;

  // Nothing more will come of it by itself.
  bool is_over() const { return !held_ || held_->machine.phase() == ParticipantPhase::over; }

 private:
  struct Held {  // a round that this process has in memory
    Held(const ParticipantContext& context, std::unique_ptr<SeededEntropy> its_entropy)
        : entropy(std::move(its_entropy)), machine(context) {}
    SessionId session;
    std::uint64_t round = 0;
    OfferReceived offer;
    std::uint64_t entropy_seed = 0;
    std::unique_ptr<SeededEntropy> entropy;
    ParticipantRound machine;
  };
  struct Incoming {  // an offer whose payload is on its way
    Offer offer;
    Bytes payload;
  };
  struct Sending {
    std::shared_ptr<MaskedVector> vector;
    std::uint64_t offset = 0;
    std::uint64_t number = 0;
  };
  enum class Crash { no, yes };

  // Frames (member_host.cc).
  void take_message(const SessionId& session, ToParticipant message);
  void take_offer(Offer offer);
  void take_payload(const PayloadChunk& chunk);
  void offer_complete();
  void begin_round(OfferReceived received);
  void take_record(const SessionId& session, const RoundRecord& message);
  std::vector<ParticipantEffect> handle(Held& held, ParticipantEvent event);
  void step(ParticipantEvent event);
  void arm_timer();

  // Effects (member_effects.cc).
  void carry_out(std::vector<ParticipantEffect> effects);
  Crash carry_out(ParticipantEffect& effect);
  void on_effect(SendToAggregator& effect);
  void on_effect(const NeedInput& effect);
  void on_effect(const BeginUpload& effect);
  void on_effect(const EvidenceFound& effect);
  void on_effect(const ParticipantRoundOver& effect);
  void say(const SessionId& session, const ToAggregator& message);
  void send(const SessionId& session, const Utterance& utterance);
  void send_chunk(std::uint64_t number);
  void give_input(const SessionId& session);
  void die(std::string_view where);

  // Rounds that this process does not hold (member_disk.cc).
  void answer_from_disk(const SessionId& session, const ToParticipant& message);
  void refuse_unknown(const SessionId& session);

  Stage stage_;
  std::uint32_t member_;
  Random random_;
  const MemberPlan& plan_;
  std::unique_ptr<Liar> liar_;
  MemoryParticipantStore disk_;  // all that outlives a crash, beside what the application keeps:
  std::uint32_t input_ = 0;      // the number of its update

  bool is_running_ = false;
  std::uint32_t incarnation_ = 0;
  std::uint32_t machines_ = 0;
  std::unique_ptr<Held> held_;
  std::uint64_t newest_offered_ = 0;  // the number of its round
  std::optional<Incoming> incoming_;
  std::optional<Sending> sending_;
  std::uint64_t uploads_ = 0;
  std::optional<Instant> armed_;
  std::set<SessionId> refused_;  // as unknown, once each
  std::optional<Reason> heard_;  // what the newest refusal that was sent says
  bool counted_ = false;         // the newest update is in a sum, as far as is known

  bool declines_ = false;
  Instant input_delay_{};
  std::optional<std::uint32_t> dies_within_;  // effects of the next event that has any
  Instant outage_{};
};

}  // namespace blindsum::sim
