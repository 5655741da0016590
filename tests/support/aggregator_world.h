// An aggregator's round with everything around it, in one thread and on a clock that only the test
// moves: hand-made members, a store and an accumulator that outlive the machine, and a log of all
// that it said. Tests drive it phase by phase and spoil what they like on the way.
//
// Members are numbered 0, 1, …; their roster indices are 10, 20, …, so that no test passes because
// somebody took one for the other. When all advertise, the number is the cohort index, too.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/round/aggregator_round.h"
#include "protocol/vector/accumulator.h"
#include "tests/support/hand_member.h"
#include "tests/support/memory_aggregator_store.h"
#include "tests/support/serial_parallel.h"

namespace blindsum {

struct WorldOptions {
  std::uint32_t members = 5;
  std::uint32_t invited = 5;  // of them, the first
  std::uint32_t n_min = 4;
  std::uint32_t n_max = 8;
  std::uint32_t max_corrupt = 1;
  std::uint32_t delta_ppm = 200'000;
  std::uint64_t vector_length = 33;  // at 20 bits: 83 bytes, the last one half used
  std::uint32_t chunk_bytes = 32;
  AggregatorLimits limits{};
};

class AggregatorWorld {
 public:
  explicit AggregatorWorld(const WorldOptions& options = {});

  HandMember& member(std::uint32_t i) { return members_[i]; }
  std::uint32_t index(std::uint32_t i) const { return members_[i].roster_index(); }
  const Roster& roster() const { return *roster_; }
  const SigningKey& aggregator() const { return aggregator_; }
  // Before start(), to be changed and signed anew.
  RoundParameters& parameters() { return parameters_; }
  Offer offer() const;
  MemoryAggregatorStore& store() { return store_; }

  Result<void> start();
  // A crash: the machine is gone, the store and the accumulator's checkpoint are not. Nobody is
  // connected afterwards.
  Result<void> restart();
  Result<void> restart(std::vector<RoundFact> facts);
  AggregatorRound& round() { return *round_; }
  AggregatorPhase phase() const { return round_->phase(); }

  void event(AggregatorEvent event);
  void say(std::uint32_t i, ToAggregator message);
  void connect(std::uint32_t i) { event(MemberConnected{index(i)}); }
  void disconnect(std::uint32_t i) { event(MemberDisconnected{index(i)}); }
  void refuse(std::uint32_t i, Reason reason) { say(i, Refusal{reason, ""}); }
  Instant now() const { return now_; }
  void wait(std::uint32_t ms);  // and tick
  void to_deadline();           // the next one that the machine names

  // What honest members say in each phase, from what they were last sent.
  using Numbers = std::vector<std::uint32_t>;
  Numbers all() const;
  Numbers all_but(std::set<std::uint32_t> left_out) const;
  void advertise(const Numbers& who);
  void share(const Numbers& who);
  void mask(const Numbers& who);  // uploads as grants come, until nobody in `who` has one
  void attest(const Numbers& who);
  void unmask(const Numbers& who);
  void vote_void(const Numbers& who);
  // All members, honestly, until the phase is reached.
  void run_to(AggregatorPhase phase);
  void begin_and_run_to(AggregatorPhase phase);
  // One member's upload from the grant that it was last given; without its receipt.
  void send_chunks(std::uint32_t i);

  // What was said. The newest of its kind to a member, or nullptr.
  template <class M>
  const M* last(std::uint32_t i) const {
    return newest<M>(i, seen_);
  }
  template <class M>
  std::size_t count(std::uint32_t i) const {
    std::size_t n = 0;
    for (std::size_t at = seen_; at < sent_.size(); ++at) {
      if (sent_[at].first == index(i) && std::holds_alternative<M>(*sent_[at].second)) ++n;
    }
    return n;
  }
  // From here on only what is said after it counts for the questions of a test; members still know
  // what they were sent before.
  void clear_log();
  // Told to the member and to the log alike; checked on the way.
  Numbers rejected() const;
  std::vector<Reason> rejections(std::uint32_t i) const;
  std::optional<Reason> dropped(std::uint32_t i) const;
  const std::vector<PhaseClosed>& closed() const { return closed_; }
  const std::optional<RecordContent>& record() const { return record_; }
  const RecordProof& proof() const { return proof_; }  // of the record
  std::uint32_t records() const { return records_; }
  const std::shared_ptr<const RecoveryJob>& job() const { return job_; }
  std::vector<Blame> blame() const { return record_ ? record_->blame : std::vector<Blame>(); }
  std::vector<std::int64_t> sum() const;  // what was recovered; before, what the accumulator has
  std::vector<std::int64_t> inputs_of(const Numbers& who) const;  // what it ought to be
  std::uint32_t most_in_flight() const { return most_in_flight_; }

  // Off: the test answers Accumulate and Recover itself.
  bool accumulates = true;
  bool recovers = true;
  std::deque<Accumulate> waiting;  // when it does not accumulate
  // Adds the first that waits and tells the machine; with an error instead if there is one.
  void accumulate_next(Error error = {});
  // After this many more events the machine crashes, is restored, and all members connect; 0:
  // never.
  std::uint32_t crash_after = 0;
  // To change a job before it is worked on.
  std::function<void(RecoveryJob&)> before_recovery;

 private:
  void carry_out(std::vector<AggregatorEffect> effects);
  void carry_out(AggregatorEffect effect);
  void recover_sum();
  std::vector<std::int64_t> accumulated() const;
  template <class M>
  const M* newest(std::uint32_t i, std::size_t from) const {
    for (std::size_t at = sent_.size(); at > from; --at) {
      const M* const message = std::get_if<M>(sent_[at - 1].second.get());
      if (sent_[at - 1].first == index(i) && message != nullptr) return message;
    }
    return nullptr;
  }
  template <class M>
  const M& needed(std::uint32_t i) const;

  WorldOptions options_;
  SigningKey aggregator_;
  std::vector<HandMember> members_;
  std::unique_ptr<Roster> roster_;
  RoundParameters parameters_;
  MemoryAggregatorStore store_;
  SerialParallel parallel_;
  std::optional<AggregatorRound> round_;
  std::optional<Accumulator> accumulator_;
  Bytes checkpoint_;
  std::optional<std::vector<std::int64_t>> recovered_;
  Instant now_{1'000'000};
  std::deque<AggregatorEvent> pending_;
  bool handling_ = false;

  std::vector<std::pair<std::uint32_t, std::shared_ptr<const ToParticipant>>> sent_;
  std::size_t seen_ = 0;  // of sent_, by clear_log()
  std::vector<MemberRejected> rejected_;
  std::vector<MemberDropped> dropped_;
  std::vector<PhaseClosed> closed_;
  std::optional<RecordContent> record_;
  RecordProof proof_;
  std::uint32_t records_ = 0;
  std::uint32_t most_in_flight_ = 0;
  std::shared_ptr<const RecoveryJob> job_;
};

}  // namespace blindsum
