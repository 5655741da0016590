// One round, from the participant's side: (state, event, now) -> (state, effects). No sockets,
// threads, clocks or files (SPEC.md §4). The SDK drives it; so do the simulator and, later,
// fuzzers.
//
// Order matters: effects are carried out in the order given. Whatever must be durable has been
// written to the store before handle() returns the effect that depends on it. A refusal is final;
// after it only VOID may follow. All secrets are wiped when the round is over or the participant's
// own limit passes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crypto/entropy.h"
#include "crypto/sign.h"
#include "protocol/round/clock.h"
#include "protocol/round/messages.h"
#include "protocol/round/participant_store.h"
#include "protocol/round/policy.h"
#include "protocol/round/roster.h"
#include "protocol/vector/masked_vector.h"

namespace blindsum {

// What the round borrows; all outlive it.
struct ParticipantContext {
  const Roster& roster;
  std::uint32_t roster_index;
  const SigningKey& identity;
  const Policy& policy;
  ParticipantStore& store;
  Entropy& entropy;
};

// Events that do not come from the aggregator.
struct OfferReceived {  // the first event: the offer with its whole payload
  Offer offer;
  Hash payload_hash;  // SHA-256 of the payload that came
  std::uint64_t payload_size = 0;
  UnixSeconds wall_now = 0;
};
struct InputReady {  // the encoded update; may come before or after the delivery
  RingVector vector;
  InputId id;
};
struct InputDeclined {  // the program has no update for this round
  Reason reason{};
};
struct UploadSent {};  // the connection has written the last byte of the upload
struct Malformed {     // bytes of this round that wire/ refused
  Error error;
};
struct ClockTick {};
struct ParticipantStop {};  // the program wants to leave
using ParticipantEvent =
    std::variant<OfferReceived, Cohort, Delivery, UploadGrant, UploadAck, Survivors, Certificate,
                 VoidRequest, VoidCertificate, RoundRecord, RoundAborted, InputReady, InputDeclined,
                 UploadSent, Malformed, ClockTick, ParticipantStop>;

struct SendToAggregator {
  ToAggregator message;
};
struct NeedInput {};  // the offer is accepted: ask the program for its update
struct BeginUpload {  // send the chunks from offset on, then tell UploadSent
  std::shared_ptr<MaskedVector> vector;
  std::uint64_t offset = 0;
};
struct EvidenceFound {  // two different messages for one answered phase, or a broken one
  Reason reason{};
  std::string what;
};
enum class RoundEnd {
  completed,  // unmask sent and the record seen
  refused,    // by this participant
  left_out,   // not in the cohort, in U2 or in U3
  aborted,    // by the aggregator
  timed_out,  // own limit
};
struct ParticipantRoundOver {
  RoundEnd end{};
  Reason reason{};  // ok when completed
  bool input_spent = false;
};
using ParticipantEffect =
    std::variant<SendToAggregator, NeedInput, BeginUpload, EvidenceFound, ParticipantRoundOver>;

// Phase as shown to people and to the simulator.
enum class ParticipantPhase {
  idle,
  advertised,
  shared,
  masking,
  uploaded,
  attested,
  unmasked,
  over
};

class ParticipantRound {
 public:
  explicit ParticipantRound(ParticipantContext context);
  ParticipantRound(ParticipantRound&&) noexcept;
  ParticipantRound& operator=(ParticipantRound&&) = delete;
  ~ParticipantRound();

  std::vector<ParticipantEffect> handle(ParticipantEvent event, Instant now);
  std::optional<Instant> next_deadline() const;
  ParticipantPhase phase() const;
  // Over, and nothing more can come of it (VOID may still be asked for until then).
  bool over() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// For rounds that this process does not hold (any more), from what is on disk; u is found by the
// roster index. Errors: unknown_round when no cohort of that round is kept, not_in_cohort,
// store_failed, and:
//   vote_void                a VOID vote. already_unmasked.
//   accept_void_certificate  releases the input. As verify_quorum().
//   accept_certificate       releases the input when U3 does not have this participant. not_in_u2
//                            when nothing was spent in that round, transcript_mismatch,
//                            too_few_survivors, as verify_quorum(); conflicting_answer when U3 does
//                            have it (nothing is released).
Result<VoidVote> vote_void(ParticipantStore& store, const SigningKey& identity,
                           std::uint32_t roster_index, const SessionId& id);
Result<void> accept_void_certificate(ParticipantStore& store, const SessionId& id,
                                     const VoidCertificate& certificate);
Result<void> accept_certificate(ParticipantStore& store, std::uint32_t roster_index,
                                const SessionId& id, const Certificate& certificate);

}  // namespace blindsum
