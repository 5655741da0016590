// What all states share, and one turn of the machine: the handling of one event, with the effects
// that it has. Every word to a member and every rejection goes through a Turn, so that a rejection
// is told alike to the member, the log and the metrics. Members are roster indices here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/transcript.h"
#include "protocol/round/aggregator_round.h"

namespace blindsum::detail::aggregator {

struct Shared {
  AggregatorContext context;
  Offer offer;
  Hash th0;
  std::set<std::uint32_t> invited;
  std::set<std::uint32_t> connected;
  // Out for good: refused, voided, or sent an upload that could not be added. Only VOID may follow.
  std::set<std::uint32_t> gone;
  // Checked VOID votes, by cohort index, that came before they were asked for.
  std::map<std::uint32_t, Signature> early_votes;
  // Evidence of two different signed answers: by member and label, so that it stays bounded.
  std::map<std::pair<std::uint32_t, Label>, Bytes> conflicts;
  // Whose Unmask was accepted on the session that they still have [RECORD-9].
  std::set<std::uint32_t> holds_proof;
  // Filled in as things become fixed, so that an abort has all that there is.
  RecordContent record;
  RecordProof proof;
  std::uint32_t PhaseTimings::* phase_timing = nullptr;
  Instant phase_began{};
};

struct SignedText {
  Encoded text;
  Signature signature;
};

// Where a phase stands: who answered, of how many that still may or already did.
struct Standing {
  std::uint32_t answered = 0;
  std::uint32_t awaited = 0;
  std::uint32_t needed = 0;
};
enum class Verdict { wait, close, fail };

class Turn {
 public:
  Turn(Shared& shared, Instant now, std::vector<AggregatorEffect>& effects)
      : shared_(shared), now_(now), effects_(effects) {}

  Shared& shared() { return shared_; }
  const Shared& shared() const { return shared_; }
  const RoundParameters& parameters() const { return shared_.offer.parameters; }
  Instant now() const { return now_; }
  bool is_gone(std::uint32_t member) const { return shared_.gone.contains(member); }

  void emit(AggregatorEffect effect) { effects_.push_back(std::move(effect)); }
  void send(std::vector<std::uint32_t> members, ToParticipant message);
  void send(std::uint32_t member, ToParticipant message);
  // The message counts as not sent; the round goes on [PHASE-3].
  void reject(std::uint32_t member, Reason reason, std::string detail);
  // The member is out for good.
  void leave(std::uint32_t member, Reason reason, std::string_view phase);
  // Left out at the close of a phase.
  void drop(std::uint32_t member, Reason reason, std::string_view phase);
  // A different message for an answered phase: the first stands. Evidence if `second` verifies.
  void conflict(std::uint32_t member, Label label, const SignedText& first,
                const SignedText& second);

  // [PHASE-1], [PHASE-4]. Fails at once when the awaited cannot be enough any more.
  Verdict judge(const Standing& standing, Instant deadline) const;
  // Whether the verdict on a standing whose `awaited` counts the gone, too, can be another one
  // without them. Counting them at every message would be n² of a round.
  bool gone_may_matter(const Standing& standing) const {
    const auto gone = static_cast<std::uint32_t>(shared_.gone.size());
    return standing.answered + gone >= standing.awaited ||
           standing.awaited < standing.needed + gone;
  }
  // From now on time is spent on this phase, on none if null. Goes into the record.
  void time_goes_to(std::uint32_t PhaseTimings::* phase);

  // Durable before anything that depends on it is sent [ONCE-6]. On false the round aborts.
  [[nodiscard]] bool keep(const RoundFact& fact);
  // An own fault, or a stop: the round aborts at the end of the turn. The first one counts.
  void fail(Reason reason, std::string detail);
  struct Failure {
    Reason reason;
    std::string detail;
  };
  bool has_failed() const { return failure_.has_value(); }
  Failure take_failure() { return *std::exchange(failure_, std::nullopt); }

 private:
  Shared& shared_;
  Instant now_;
  std::vector<AggregatorEffect>& effects_;
  std::optional<Failure> failure_;
};

}  // namespace blindsum::detail::aggregator
