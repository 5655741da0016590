// What the server is to the aggregator's machine: rounds one after the other, their records and the
// chain of them, accumulator and rebuilding, sessions. It can die at any effect, and comes back
// with its disk: facts, and the accumulator as it was durable with the last of them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "protocol/round/aggregator_round.h"
#include "protocol/vector/accumulator.h"
#include "protocol/wire/documents.h"
#include "protocol/wire/frames.h"
#include "tests/sim/forger/forgery.h"
#include "tests/sim/host_store.h"
#include "tests/sim/stage.h"

namespace blindsum::sim {

class AggregatorHost final : public AggregatorSide {
 public:
  AggregatorHost(const Stage& stage, Random random);

  // Faults. When a crash comes: see fault.h.
  void crash(std::uint32_t detail, Instant outage);
  void cut_power(std::uint32_t detail, Instant outage);
  void spoil_checkpoint(Instant outage);
  void break_disk(std::uint32_t after_writes, Instant outage);
  void drain();

  void on_connected(std::uint32_t member) override;
  void on_disconnected(std::uint32_t member) override;
  void on_frame(std::uint32_t member, Frame frame) override;

  // All rounds of the plan are over, or nobody comes any more.
  bool is_over() const;

 private:
  // What outlives a crash beside the store, of one round: what is offered, and what is published.
  struct Kept {
    SessionId session;
    Bytes payload;
    bool has_begun = false;
    bool is_spoilt = false;  // its newest checkpoint is
    std::optional<Bytes> sum = {};
    std::optional<SignedRecord> record = {};
  };
  struct Uploads {  // that are in the sum, and in no checkpoint
    std::vector<std::uint32_t> roster_indices;
    std::vector<AddedFact> facts;
  };
  struct Live {  // a round in memory
    std::unique_ptr<AggregatorRound> machine;
    std::optional<Accumulator> accumulator;
    std::optional<Bytes> sum;   // without masks, once it is durable
    std::uint32_t durable = 0;  // members in the newest checkpoint
    Uploads waiting;
    bool is_writing = false;
    Instant may_write_at{};
    std::set<std::uint32_t> adverted;  // members that need no payload any more
    std::optional<Instant> armed;
  };

  // Rounds (aggregator_host.cc).
  void consider_start();
  void start_round();
  Offer next_offer(const Bytes& payload);
  void restart();
  bool restore(Kept& round, bool is_held);
  void handle(const SessionId& session, AggregatorEvent event);
  void step(const SessionId& session, AggregatorEvent event, const Frame& frame,
            std::uint32_t member);
  void arm_timer(const SessionId& session);
  void die(const std::string& where);
  // Whether the machine has stopped inside the store; then nothing that came of it happens.
  bool stops_inside();
  void die_amid(const SessionId& session, const AggregatorEffect& effect, std::size_t done);
  Kept& kept(const SessionId& session);

  // Effects (aggregator_effects.cc).
  void carry_out(const SessionId& session, std::vector<AggregatorEffect> effects);
  void on_effect(const SessionId& session, const SendToMembers& effect);
  void on_effect(const SessionId& session, Accumulate& effect);
  void on_effect(const SessionId& session, const Recover& effect);
  void on_effect(const SessionId& session, const MemberRejected& effect);
  void on_effect(const SessionId& session, const MemberDropped& effect);
  void on_effect(const SessionId& session, const PhaseClosed& effect);
  void on_effect(const SessionId& session, const AggregatorRoundOver& effect);
  void send(const SessionId& session, std::uint32_t member, const ToParticipant& message,
            const std::shared_ptr<const Bytes>& bytes);
  void send_forged(const SessionId& session, std::uint32_t member, const Forged& forged);
  void send_payload(const SessionId& session, std::uint32_t member);
  void send_record(const SessionId& session, std::uint32_t member);
  void accumulate(const SessionId& session, Accumulate& effect);
  void recover_sum(const SessionId& session, const RecoveryJob& job);

  // Sums (aggregator_store.cc).
  void consider_checkpoint(const SessionId& session);
  void begin_checkpoint(const SessionId& session);
  void write_checkpoint(const SessionId& session, const Bytes& packed, Uploads group);
  void answer(const SessionId& session, const Uploads& group, const Error& error);
  void keep_result(const SessionId& session, RecoveryOutcome outcome, Bytes packed);
  // False if it is refused, as it has to be.
  bool load_checkpoint(const SessionId& session, std::uint32_t added);
  void load_result(const SessionId& session);
  void tell_later(const SessionId& session, AggregatorEvent event);
  void publish(Kept& round, const AggregatorRoundOver& over);

  Stage stage_;
  Random random_;
  std::optional<Forger> forger_;

  HostStore store_;
  std::deque<Kept> disk_;  // by round

  bool is_up_ = true;
  std::uint32_t incarnation_ = 0;
  std::map<SessionId, Live> live_;
  std::set<std::uint32_t> connected_;
  std::optional<std::uint32_t> dies_within_;  // effects of the next event that has any
  Instant outage_{};
  std::optional<Instant> start_due_;
  Instant idle_since_{};
  bool has_given_up_ = false;
  bool has_failed_disk_ = false;
  std::optional<Survival> survival_;  // of the crash to come
};

}  // namespace blindsum::sim
