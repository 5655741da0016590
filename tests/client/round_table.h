// Everybody at one table: the aggregator's machine and as many round drivers as there are members,
// talking in frames as they travel, in one thread and on a clock that only the test moves. A member
// can be cut off, started again from its disk, or made to hold its tongue.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "client/round_driver.h"
#include "protocol/round/aggregator_round.h"
#include "protocol/vector/accumulator.h"
#include "protocol/wire/documents.h"
#include "tests/client/fake_host.h"
#include "tests/support/memory_aggregator_store.h"
#include "tests/support/memory_participant_store.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {

struct TableOptions {
  std::uint32_t members = 5;
  std::uint64_t elements = 6;
  Bytes payload{};
  bool share_sum = false;
  std::uint32_t rounds = 0;  // RoundDriver's
  std::uint32_t uploads_in_flight = 4;
};

class RoundTable {
 public:
  struct Seat {
    Seat(SigningKey identity, std::uint32_t index);
    SigningKey key;
    std::uint32_t roster_index;
    std::unique_ptr<MemoryParticipantStore> store;
    std::unique_ptr<SeededEntropy> entropy;
    std::unique_ptr<FakeHost> host;
    std::unique_ptr<RoundDriver> driver;
    bool connected = false;
  };

  explicit RoundTable(TableOptions options = {});
  RoundTable(const RoundTable&) = delete;
  RoundTable& operator=(const RoundTable&) = delete;

  // A round with all who are connected. Its number and the chain of records go on by themselves.
  void start();
  // Frames and answers, until nothing more moves, or until `stop` says so.
  void run(const std::function<bool()>& stop = [] { return false; });
  // Lets this much time pass for everybody, and runs.
  void wait(std::uint32_t ms);

  Seat& seat(std::uint32_t i) { return *seats_[i]; }
  FakeHost& host(std::uint32_t i) { return *seats_[i]->host; }
  RoundDriver& driver(std::uint32_t i) { return *seats_[i]->driver; }
  void connect(std::uint32_t i);
  void cut(std::uint32_t i);      // what it has not written is lost
  void restart(std::uint32_t i);  // cut, and everything in memory is lost
  // Its program's update; 100·i + round in element 0 and i in the others, if nothing else is set.
  std::function<Result<InputReady>(std::uint32_t i, const RoundParameters&)> program;

  // What the aggregator would say next, to one of them.
  void say(std::uint32_t i, const ToParticipant& message);
  void say(std::uint32_t i, const FrameToParticipant& frame);
  // Applied to everything that the aggregator's machine says; false = it is not delivered.
  std::function<bool(std::uint32_t i, ToParticipant& message)> spoil;

  AggregatorRound& aggregator() { return *aggregator_; }
  void event(AggregatorEvent event);
  const std::optional<RecordContent>& record() const { return record_; }
  const RecordProof& proof() const { return proof_; }
  const RoundParameters& parameters() const { return offer_.parameters; }
  const SessionId& id() const { return offer_.parameters.session_id; }
  const Roster& roster() const { return *roster_; }
  const SigningKey& aggregator_key() const { return aggregator_identity_; }
  const Offer& offer() const { return offer_; }
  Policy& policy() { return policy_; }  // everybody's
  std::vector<Reason> rejections() const { return rejections_; }
  // The sum that the aggregator unmasked.
  const Accumulator& sum() const { return *sum_; }
  // As who holds its proof is sent it, or anybody else [RECORD-9].
  RoundRecord bare_record() const;
  RoundRecord record_message() const;

 private:
  Seat make_seat(std::uint32_t i);
  void make_driver(Seat& seat);
  RoundParameters next_parameters();
  bool step();
  void take_from(std::uint32_t i);
  void answer_program(std::uint32_t i);
  void perform(AggregatorEffect effect);
  void deliver(std::uint32_t i, ToParticipant message);
  void publish();
  std::uint32_t position(std::uint32_t roster_index) const;

  TableOptions options_;
  SeededEntropy entropy_;
  SigningKey authority_;
  SigningKey aggregator_identity_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::optional<Roster> roster_;
  Policy policy_;
  Instant now_{1'000};
  std::uint64_t round_ = 0;
  Hash previous_record_;
  Offer offer_;
  std::unique_ptr<MemoryAggregatorStore> store_;
  std::unique_ptr<AggregatorRound> aggregator_;
  std::optional<Accumulator> sum_;
  std::optional<RecordContent> record_;
  RecordProof proof_;
  std::vector<Reason> rejections_;
  std::deque<AggregatorEvent> events_;
};

}  // namespace blindsum
