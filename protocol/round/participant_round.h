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
#include "protocol/round/record.h"
#include "protocol/round/roster.h"
#include "protocol/vector/input_vector.h"
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
struct InputReady {  // the checked update; may come before or after the delivery
  InputVector vector;
  InputId id;
};
struct InputDeclined {  // the program has no update for this round
  Reason reason{};
};
struct UploadSent {};  // the connection has written the last byte of the upload
struct Malformed {     // bytes of this round that wire/ refused
  Error error;
};
struct SessionLost {};  // the connection broke: what it had not sent is lost, and the grant with it
struct ClockTick {};
struct ParticipantStop {  // the program wants to leave, or a newer round of the task takes over
  Reason reason = Reason::participant_stopped;
};
// After Rejection{upload_stalled} and SessionLost the connection sends no more chunks until the
// next BeginUpload.
using ParticipantEvent =
    std::variant<OfferReceived, Cohort, Delivery, UploadGrant, UploadAck, Survivors, Certificate,
                 VoidRequest, VoidCertificate, RoundRecord, RoundAborted, Rejection, InputReady,
                 InputDeclined, UploadSent, Malformed, SessionLost, ClockTick, ParticipantStop>;

struct SendToAggregator {
  ToAggregator message;
};
struct NeedInput {};  // the offer is accepted: ask the program for its update
// Send the chunks from offset on, perhaps none, then tell UploadSent. Whoever holds the vector lets
// go of it when the round is over: it is the raw input under masks that it knows.
struct BeginUpload {
  std::shared_ptr<MaskedVector> vector;
  std::uint64_t offset = 0;
};
// For log and metrics, and for keeping: two different messages for one answered phase
// (conflicting_answer, with both of them), or one that came out of its phase (wrong_phase,
// dropped).
struct EvidenceFound {
  Reason reason{};
  std::string what;
  std::vector<ToParticipant> messages;
};
enum class RoundEnd {
  completed,  // the record came after this participant's receipt: it says what is in the sum
  refused,    // by this participant
  left_out,   // not in the cohort, in U2 or in U3
  aborted,    // by the aggregator, or declared void
  timed_out,  // own limit (PHASE-2)
};
// Once, when the phase becomes over. VOID may be asked for later on, and inputs released.
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
  // What was agreed, as far as this participant came; also when the round is over [RECORD-10]. What
  // it points to is good until the next event.
  OwnTranscript transcript() const;
  // Over, and nothing more can come of it: no VOID to sign, no input to release. A caller may let
  // go of the round earlier, when the phase is over: the functions below do the rest from disk, but
  // a record that comes without its proof is then proven by nothing [RECORD-10].
  bool over() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// For rounds that this process does not hold (any more), from what is on disk; u is found by the
// roster index. Errors of all three: unknown_round when nothing of that kind is kept of the round,
// store_failed. Further:
//   vote_void                the mark is durable when it returns. already_unmasked, not_in_cohort.
//   accept_void_certificate  releases the input, if one was spent. As verify_quorum().
//   accept_certificate       releases the spent input if U3 does not have this participant, and
//                            tells whether it did. transcript_mismatch, not_in_cohort, bad_bitmap,
//                            not_in_u2, too_few_survivors, as verify_quorum().
enum class Inclusion { in_u3, left_out };
Result<VoidVote> vote_void(ParticipantStore& store, const SigningKey& identity,
                           std::uint32_t roster_index, const SessionId& id);
Result<void> accept_void_certificate(ParticipantStore& store, const SessionId& id,
                                     const VoidCertificate& certificate);
Result<Inclusion> accept_certificate(ParticipantStore& store, std::uint32_t roster_index,
                                     const SessionId& id, const Certificate& certificate);

}  // namespace blindsum
