// One round, from the aggregator's side: (state, event, now) -> (state, effects). No sockets,
// threads, clocks or files, and no vectors: uploads pass through as packed bytes, the accumulator
// is the host's (SPEC.md §4). The server drives it; so do the simulator and, later, fuzzers.
//
// Members are addressed by roster index outside, by cohort index inside. Effects are carried out in
// the order given; what must be durable before a message leaves was kept in the store before
// handle() returned. The same event list gives the same effects.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/round/aggregator_store.h"
#include "protocol/round/clock.h"
#include "protocol/round/messages.h"
#include "protocol/round/record.h"
#include "protocol/round/recovery.h"
#include "protocol/round/roster.h"
#include "protocol/vector/packed_upload.h"

namespace blindsum {

struct AggregatorLimits {
  std::uint32_t uploads_in_flight = 4;  // grants open at a time: the memory bound of the mask phase
  std::uint32_t upload_stall_ms = 10'000;  // a grant without progress goes to the next in the queue
};
struct AggregatorContext {
  const Roster& roster;
  AggregatorStore& store;
  AggregatorLimits limits;
};

struct MemberMessage {
  std::uint32_t roster_index = 0;
  ToAggregator message;
};
struct MemberMalformed {  // bytes that wire/ refused; counts as not sent
  std::uint32_t roster_index = 0;
  Error error;
};
struct MemberConnected {  // (again): gets the message of the phase once more; while the round
                          // advertises, a member that was not invited is (SPEC.md, OFFER-3)
  std::uint32_t roster_index = 0;
};
struct MemberDisconnected {
  std::uint32_t roster_index = 0;
};
struct Accumulated {  // the upload is in the accumulator, durably; or it was malformed
  std::uint32_t roster_index = 0;
  // No error = added. store_failed and internal_error are the host's own and abort the round.
  Error error;
};
struct Recovered {  // told when the sum, if there is one, is durable
  RecoveryOutcome outcome;
};
struct AggregatorTick {};
struct AggregatorStop {  // drain or an operator: aborts the round by this name
  Reason reason{};
};
using AggregatorEvent =
    std::variant<MemberMessage, MemberMalformed, MemberConnected, MemberDisconnected, Accumulated,
                 Recovered, AggregatorTick, AggregatorStop>;

struct SendToMembers {
  std::vector<std::uint32_t> roster_indices;
  std::shared_ptr<const ToParticipant> message;
};
struct Accumulate {  // check and add these packed bytes; answer with Accumulated
  std::uint32_t roster_index = 0;
  PackedUpload packed;
  AddedFact fact;  // to be made durable in the same transaction as the accumulator
};
struct Recover {
  std::shared_ptr<const RecoveryJob> job;
};
struct MemberRejected {  // a message was not taken; for log and metrics (the peer is told by
                         // SendToMembers)
  std::uint32_t roster_index = 0;
  Reason reason{};
  std::string detail;
};
struct MemberDropped {  // left out from here on
  std::uint32_t roster_index = 0;
  Reason reason{};
  std::string phase;
};
struct PhaseClosed {
  std::string phase;
  std::uint32_t answered = 0;
  std::uint32_t expected = 0;
};
// Write and sign the record, publish; VOID may still be collected after. After a crash the restored
// machine gives the same record again. A host that has a record of the session already keeps that
// one (SPEC.md, RECORD-2), and need not restore the round but to go on collecting VOID.
struct AggregatorRoundOver {
  RecordContent record;
  RecordProof proof;
};
using AggregatorEffect = std::variant<SendToMembers, Accumulate, Recover, MemberRejected,
                                      MemberDropped, PhaseClosed, AggregatorRoundOver>;

enum class AggregatorPhase { advertise, share, mask, attest, unmask, recover, voiding, over };

class AggregatorRound {
 public:
  // Starts by sending the offer to `invited` (roster indices, all connected): first effects from
  // start(). Errors: those of verify_offer(); roster_mismatch; unknown_member;
  // too_few_members below n_min; store_failed. Nothing has been sent then.
  static Result<AggregatorRound> start(AggregatorContext context, Offer offer,
                                       std::vector<std::uint32_t> invited, Instant now,
                                       std::vector<AggregatorEffect>& effects);
  // From the facts of the store, in the order in which they were kept; members come back by
  // MemberConnected, all time limits begin anew. Errors: internal_error when the facts are not
  // those of a round; those of the checks that the facts do not pass (a store of another roster).
  static Result<AggregatorRound> restore(AggregatorContext context, std::vector<RoundFact> facts,
                                         Instant now, std::vector<AggregatorEffect>& effects);
  AggregatorRound(AggregatorRound&&) noexcept;
  AggregatorRound& operator=(AggregatorRound&&) = delete;
  ~AggregatorRound();

  std::vector<AggregatorEffect> handle(AggregatorEvent event, Instant now);
  std::optional<Instant> next_deadline() const;
  AggregatorPhase phase() const;
  // Whether this member has a grant and bytes to send (for the session's read limit).
  bool expects_chunk_from(std::uint32_t roster_index) const;
  // [RECORD-9] Whether this member has verified what proves the record: its Unmask was accepted,
  // and it has not connected again since.
  bool holds_proof(std::uint32_t roster_index) const;

 private:
  struct Impl;
  explicit AggregatorRound(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace blindsum
