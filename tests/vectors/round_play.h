// A scripted round, played by the two machines of the core with each other, one message after
// another in the order in which they were sent. Every message is kept as the frame that it travels
// as. One of them may be replaced on its way; then the play says what became of it.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "protocol/round/aggregator_round.h"
#include "protocol/round/participant_round.h"
#include "protocol/vector/accumulator.h"
#include "tests/support/memory_aggregator_store.h"
#include "tests/support/memory_participant_store.h"
#include "tests/support/seeded_entropy.h"
#include "tests/vectors/round_script.h"

namespace blindsum::vectors {

struct Replacement {
  bool to_member = false;  // else to the aggregator
  std::uint32_t member = 0;
  std::string replaces;  // the name in Appendix B
  Bytes frame;
};

class RoundPlay {
 public:
  explicit RoundPlay(RoundScript script, std::optional<Replacement> replacement = {});

  void play();

  // By the message's name, then the cohort index; what all get alike is kept for each of them.
  const std::map<std::string, std::map<std::uint32_t, Bytes>>& frames() const { return frames_; }
  const std::optional<RecordContent>& record() const { return record_; }
  // By what the receiver of the replacement refused it, if it did.
  std::optional<Reason> refusal() const { return refusal_; }
  const RoundScript& script() const { return script_; }
  Bytes sum() const { return accumulator_.packed().value(); }

 private:
  struct Member {
    explicit Member(const Bytes& draws) : entropy(draws) {}
    ScriptedEntropy entropy;
    MemoryParticipantStore store;
    std::unique_ptr<ParticipantRound> machine;
    bool is_gone = false;
  };
  std::uint32_t index_of(std::uint32_t roster_index) const;
  // Who sends the replacement although it is lost: it stays silent before, and the clock closes the
  // phase that waits for it.
  bool is_lost_sender(std::uint32_t u) const;
  bool wait_for_lost_sender();
  bool is_silent(std::uint32_t u, const ToParticipant& message) const;

  void to_member(std::uint32_t u, const ToParticipant& message);
  void give(std::uint32_t u, ParticipantEvent event);
  void carry_out(std::uint32_t u, ParticipantEffect effect);
  void to_aggregator(std::uint32_t u, ToAggregator message);
  void give_replacement(std::uint32_t u);
  // A member that was lost, and whose message the replacement is, says it now.
  void speak_though_gone(const std::string& name);
  void give(AggregatorEvent event);
  void carry_out(AggregatorEffect effect);
  bool is_replaced(bool to_member, std::uint32_t u, const std::string& name);
  void keep_result();

  Instant now_{1'000'000};  // stands still else: a record's timings are zeros
  RoundScript script_;
  std::optional<Replacement> replacement_;
  std::optional<std::uint32_t> judged_;  // the member whose message was replaced
  std::optional<Reason> refusal_;
  std::vector<std::unique_ptr<Member>> members_;
  MemoryAggregatorStore store_;
  std::optional<AggregatorRound> aggregator_;
  Accumulator accumulator_;
  std::deque<std::pair<std::uint32_t, std::shared_ptr<const ToParticipant>>> on_the_way_;
  std::map<std::string, std::map<std::uint32_t, Bytes>> frames_;
  std::optional<RecordContent> record_;
  RecordProof proof_;
};

}  // namespace blindsum::vectors
