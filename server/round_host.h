// One round while the server holds it: drives the aggregator's machine and carries out its effects,
// in the order given. Sums and rebuilds on the pool; sends to whoever has a session.
//
// Everything here happens on the task's strand. A round that is over stays for a while, to collect
// VOIDs and to tell members that come back how it ended.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/round/aggregator_round.h"
#include "protocol/round/limits.h"
#include "protocol/vector/accumulator.h"
#include "server/clock.h"
#include "server/compute_pool.h"
#include "server/log.h"
#include "server/log_about.h"
#include "server/member_link.h"
#include "server/recovery_watch.h"
#include "server/round_report.h"
#include "server/store/round_store.h"
#include "server/sum_keeper.h"
#include "server/watcher.h"

namespace blindsum {

// The live sessions of a task, by roster index.
struct JoinedMember {
  std::shared_ptr<MemberLink> link;
  bool waits = true;           // for the next round; not after Leave [JOIN-3]
  bool was_elsewhere = false;  // has spoken of a round that is not held
};
using JoinedMembers = std::map<std::uint32_t, JoinedMember>;

// What a round borrows from its task; outlives it.
struct RoundEnvironment {
  const Roster& roster;
  RoundStore& store;
  const AggregatorLimits& limits;
  const CheckpointLimits& checkpoints;
  ComputePool& pool;
  const Strand& strand;
  const Clock& clock;
  Log& log;
  Log& peer_log;  // for what peers cause, limited in rate
  const JoinedMembers& members;
  Watcher& watcher;
};

// What a round leaves when it is over.
struct RoundEnding {
  RecordContent record;
  RecordProof proof;
  std::vector<DroppedMember> dropped;
  std::shared_ptr<Accumulator> sum;  // the unmasked sum, if record.outcome is ok
};

class RoundHost : public std::enable_shared_from_this<RoundHost> {
 public:
  // Called once.
  using OnOver = std::function<void(RoundEnding)>;

  // Sends the offer to the members that wait. `payload` is null if there is none. Errors: those of
  // AggregatorRound::start().
  static Result<std::shared_ptr<RoundHost>> start(const RoundEnvironment& environment, Offer offer,
                                                  SharedBytes payload, OnOver on_over);
  // From what the store has of it; nobody is told anything before resume(). Errors: those of the
  // store and of AggregatorRound::restore().
  static Result<std::shared_ptr<RoundHost>> restore(const RoundEnvironment& environment,
                                                    const SessionId& session_id,
                                                    SharedBytes payload, OnOver on_over);
  // Goes on from there; a round that is over says so at once, with its sum if `with_sum`. A sum
  // with masks that is damaged ends it, checkpoint_damaged [DISK-8]. It is of no use after an
  // error: checkpoint_damaged, if it is over and its sum is damaged; those of the store.
  Result<void> resume(bool with_sum);

  void handle(AggregatorEvent event);
  // It stays as the store has it: nothing more is decided, written or sent; an unmasking is ended.
  void leave();
  // A member came (back): it gets the message of the phase, or how the round ended [JOIN-2].
  void connected(std::uint32_t roster_index);
  // The record is signed and kept: tells the cohort, with the sum if it is not null [RECORD-5].
  void publish(const SignedRecord& record, SharedBytes sum);

  // Whether the member took part, or tried to.
  bool has_advert_of(std::uint32_t roster_index) const { return adverted_.contains(roster_index); }
  const SessionId& session_id() const { return session_id_; }
  const std::string& name() const { return name_; }  // "spam-filter/12", for the log
  const Offer& offer() const { return offer_; }
  AggregatorPhase phase() const { return machine_->phase(); }
  // For a dump: phase, time limit, who is here, who dropped.
  std::string describe() const;

 private:
  RoundHost(const RoundEnvironment& environment, Offer offer, Ring ring, SharedBytes payload,
            OnOver on_over);

  // What a store has kept of a round that goes on.
  struct Kept {
    std::vector<AggregatorEffect> effects;
    std::uint32_t added = 0;
    bool has_sum = false;  // it ended well
  };
  static Result<std::shared_ptr<RoundHost>> make(const RoundEnvironment& environment,
                                                 const Offer& offer, SharedBytes payload,
                                                 OnOver on_over);
  Result<void> load_sum();
  Result<void> load_checkpoint();
  void keep_result(RecoveryOutcome outcome, const std::shared_ptr<Accumulator>& sum);
  Result<void> packed_and_kept(const Accumulator& sum);
  void tell_more_may_come();

  void carry_out(std::vector<AggregatorEffect> effects);
  void carry_out(SendToMembers& effect);
  void carry_out(Accumulate& effect);
  void carry_out(Recover& effect);
  void carry_out(MemberRejected& effect);
  void carry_out(MemberDropped& effect);
  void carry_out(PhaseClosed& effect);
  void carry_out(AggregatorRoundOver& effect);

  RoundKey key() const { return {offer_.parameters.task, offer_.parameters.round, session_id_}; }
  void tell_started(std::vector<std::uint32_t> members, bool resumed);
  void tell_advance(const std::optional<MemberAnswered>& answer,
                    const std::vector<AggregatorEffect>& effects);
  void send_result(std::uint32_t roster_index, MemberLink& link);
  void arm_timer();
  std::string member_name(std::uint32_t roster_index) const;

  const RoundEnvironment& environment_;
  const SessionId session_id_;
  const std::string name_;
  LogAbout log_;
  LogAbout peer_log_;
  const Offer offer_;
  const Ring ring_;
  SharedBytes payload_;
  OnOver on_over_;
  std::shared_ptr<SumKeeper> keeper_;
  bool left_ = false;
  bool more_may_come_ = true;                // as the keeper was told
  std::shared_ptr<Accumulator> result_;      // without masks, once it is durable
  std::optional<Kept> kept_;                 // between restore() and resume()
  std::shared_ptr<RecoveryWatch> recovery_;  // once it has begun
  std::optional<AggregatorRound> machine_;
  std::optional<Instant> armed_;
  std::optional<AggregatorPhase> told_phase_;  // to the watcher
  std::set<std::uint32_t> adverted_;           // so they have had the payload
  std::vector<DroppedMember> dropped_;
  std::uint32_t cohort_size_ = kMaxCohort;  // until there is a cohort
  std::set<std::uint32_t> cohort_;          // who may have the result; once it is over
  SharedBytes bare_result_;                 // the record's frame, and with its proof [RECORD-9]
  SharedBytes proven_result_;
  SharedBytes sum_;
};

}  // namespace blindsum
