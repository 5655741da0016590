// Everything that happens in a session after the Join, but for the sockets: frames come in, rounds
// are held and driven, records are checked, results told. It owns the one round that a participant
// is in [ONCE-7]; other rounds' messages go to OrphanRounds.
//
// One thread at a time (the agent's strand for machines); what it needs done, its host does.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "client/chunks.h"
#include "client/driver_host.h"
#include "client/held_round.h"
#include "client/orphan_rounds.h"
#include "client/result_check.h"
#include "protocol/wire/frames.h"

namespace blindsum {

class RoundDriver {
 public:
  // rounds: finished() is called after so many completed ones; 0 = never.
  RoundDriver(const ParticipantContext& context, std::uint32_t rounds, DriverHost& host);
  RoundDriver(const RoundDriver&) = delete;
  RoundDriver& operator=(const RoundDriver&) = delete;

  void connected(const Joined& joined);
  void disconnected();
  void frame(ByteView frame);
  void input(const SessionId& id, Result<InputReady> input);
  // Ends the round that is under way, if there is one, and tells the result that waits for a sum.
  void stop();
  // To be called when next_deadline() has passed.
  void tick();
  std::optional<Instant> next_deadline() const;
  const RunSummary& summary() const { return summary_; }

 private:
  struct IncomingOffer {
    Offer offer;
    Bytes frame;
    ChunkAssembly payload;
  };
  struct WaitingResult {  // for its sum
    RoundResult result;
    SignedRecord record;
    ChunkAssembly sum;
    Instant deadline{};
    bool own = false;
  };
  struct Reported {  // a record that was told
    SessionId id;
    std::string task;
    std::uint64_t round = 0;
    Bytes record_bytes;
    Bytes frame;
    bool contradicted = false;  // by another one; one of them is enough to keep
  };
  // At every Join an aggregator sends what came of its last two rounds; one more for good measure.
  static constexpr std::size_t kMostReported = 3;

  void on(const Challenge& message);
  void on(const Welcome& message);
  void on(const Joined& message);
  void on(const SessionError& message);
  void on(const PayloadChunk& chunk);
  void on(const SumChunk& chunk);
  void on(InRound<ToParticipant>& message, ByteView frame);
  void on(const BrokenInRound& frame);

  void offered(Offer offer, ByteView frame);
  void take_offer();
  void round_over(const HeldRound& round, const ParticipantRoundOver& over);
  void answer(const SessionId& id, const std::optional<ToAggregator>& message);

  // round_results.cc
  void received(const SessionId& id, const RoundRecord& message, ByteView frame);
  void received_again(Reported& known, const RoundRecord& message, ByteView frame);
  void sum_comes_again(const SessionId& id, std::uint64_t sum_size);
  Result<void> keep_record(const SignedRecord& record);
  void release_input(const SessionId& id, const SignedRecord& record);
  Reason reason_for(const SignedRecord& record, bool held) const;
  std::optional<Reason> why_no_sum(const RecordContent& record, std::uint64_t sum_size) const;
  void report(SignedRecord record, Reason reason, bool own, bool ends_now, std::uint64_t sum_size);
  void finish_waiting(std::optional<Reason> why_no_sum);
  void tell_over(std::uint64_t round, Reason reason);
  void tell_end(std::uint64_t round, Reason reason, bool refused);
  // own: this process took part; only such a round counts for `rounds`.
  void tell_result(RoundResult result, bool own);

  bool awaits_sum(const SessionId& id) const {
    return waiting_ && waiting_->record.content.offer.parameters.session_id == id;
  }
  bool holds(const SessionId& id) const { return held_ && held_->id() == id; }

  ParticipantContext context_;
  std::uint32_t rounds_;
  DriverHost& host_;
  OrphanRounds orphans_;
  std::unique_ptr<HeldRound> held_;
  std::optional<IncomingOffer> incoming_;
  std::optional<WaitingResult> waiting_;
  std::deque<Reported> reported_;  // the last ones, in the order in which they were told
  bool held_reported_ = false;     // the record of the held round was told: it counts once
  std::optional<ParticipantRoundOver>
      own_end_;  // how the held round ended for us, if not by its record
  RunSummary summary_;
  bool finished_ = false;  // or stopped: no further round is begun
};

}  // namespace blindsum
