// The states of the aggregator's round, one type each, and what each phase does. A state takes
// messages (take), may learn that a member has left (lost), and settles: at the end of every turn
// it is consumed and gives the next state, or itself. machine.cc dispatches, and answers what a
// state has no take() for. Members are cohort indices but in Advertising, where there are none yet.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "protocol/round/aggregator/evidence.h"
#include "protocol/round/aggregator/fixed.h"
#include "protocol/round/aggregator/share_tally.h"
#include "protocol/round/aggregator/signature_collector.h"
#include "protocol/round/aggregator/turn.h"
#include "protocol/round/aggregator/upload_queue.h"

namespace blindsum::detail::aggregator {

struct Advertising {
  static constexpr std::string_view name = "advertise";
  Instant deadline{};
  std::map<std::uint32_t, SignedAdvert> adverts;  // screened; by roster index
};

struct Sharing {
  static constexpr std::string_view name = "share";
  CohortRef cohort;
  Instant deadline{};
  std::map<std::uint32_t, AdmittedShares> admitted;
};

struct Masking {
  static constexpr std::string_view name = "mask";
  CohortRef cohort;
  SharesRef shares;
  Instant deadline{};
  UploadQueue uploads;
  std::map<std::uint32_t, Receipt> receipts;  // checked, of complete uploads
  std::set<std::uint32_t> taken;              // whose upload is in the accumulator, not durably yet
  std::set<std::uint32_t> added;              // whose upload is in it durably
  bool closing = false;  // past the limit: only waits for uploads that are being accumulated
};

struct Attesting {
  static constexpr std::string_view name = "attest";
  CohortRef cohort;
  SharesRef shares;
  SurvivorsRef survivors;
  Instant deadline{};
  SignatureCollector attestations;
};

struct Unmasking {
  static constexpr std::string_view name = "unmask";
  CohortRef cohort;
  SharesRef shares;
  AgreedRef agreed;
  Instant deadline{};
  std::set<std::uint32_t> may_answer;  // who attested, also if too late for the certificate
  Answers answers;
  ShareTally tally;
};

struct Recovering {
  static constexpr std::string_view name = "recover";
  CohortRef cohort;
  SharesRef shares;
  AgreedRef agreed;
  Answers answers;
  std::optional<RecoveryOutcome> outcome;
  std::optional<Instant> deadline;  // its ending could not be kept: when that is tried again
};

struct Voiding {
  static constexpr std::string_view name = "void";
  CohortRef cohort;
  Instant deadline{};
  RoundAborted aborted;
  SignatureCollector votes;
  std::set<std::uint32_t> unable;  // who has unmasked, or says so: will never vote
};

struct Over {
  static constexpr std::string_view name = "over";
  CohortRef cohort;                     // nothing if it ended before there was one
  std::optional<RoundAborted> aborted;  // nothing if there is a sum
  std::optional<VoidCertificate> certificate;
};

using State =
    std::variant<Advertising, Sharing, Masking, Attesting, Unmasking, Recovering, Voiding, Over>;

// Each phase: how it begins (at once or after a crash), what it takes, what a member that connects
// is sent, what it makes of a member that has left, and how it closes.

// advertise.cc
Advertising begin_advertising(Turn& turn);
void take(Advertising& state, Turn& turn, std::uint32_t roster_index, SignedAdvert message);
void resume(const Advertising& state, Turn& turn, std::uint32_t roster_index);
void lost(Advertising& state, std::uint32_t roster_index);
State settle(Advertising state, Turn& turn);

// share.cc
Sharing begin_sharing(Turn& turn, CohortRef cohort);
void take(Sharing& state, Turn& turn, std::uint32_t u, Shares message);
void resume(const Sharing& state, Turn& turn, std::uint32_t u);
void lost(Sharing& state, std::uint32_t u);
State settle(Sharing state, Turn& turn);

// mask.cc
Masking begin_masking(Turn& turn, CohortRef cohort, SharesRef shares);
void take(Masking& state, Turn& turn, std::uint32_t u, UploadChunk message);
void take(Masking& state, Turn& turn, std::uint32_t u, Receipt message);
void take(Masking& state, Turn& turn, std::uint32_t u, const UploadTaken& event);
void take(Masking& state, Turn& turn, std::uint32_t u, const Accumulated& event);
void resume(Masking& state, Turn& turn, std::uint32_t u);
void lost(Masking& state, std::uint32_t u);
State settle(Masking state, Turn& turn);

// attest.cc
Attesting begin_attesting(Turn& turn, CohortRef cohort, SharesRef shares, SurvivorsRef survivors);
void take(Attesting& state, Turn& turn, std::uint32_t u, Attestation message);
void resume(const Attesting& state, Turn& turn, std::uint32_t u);
State settle(Attesting state, Turn& turn);

// unmask.cc
Unmasking begin_unmasking(Turn& turn, CohortRef cohort, SharesRef shares, AgreedRef agreed);
ShareTally tally_of(Turn& turn, const FixedCohort& cohort, const FixedShares& shares,
                    const Bitmap& u3);
void take(Unmasking& state, Turn& turn, std::uint32_t u, Attestation message);
void take(Unmasking& state, Turn& turn, std::uint32_t u, Unmask message);
void resume(const Unmasking& state, Turn& turn, std::uint32_t u);
void lost(Unmasking& state, std::uint32_t u);
State settle(Unmasking state, Turn& turn);

// recover.cc
RecoveryJob recovery_job(const Unmasking& state);
void resume(const Recovering& state, Turn& turn, std::uint32_t u);
State settle(Recovering state, Turn& turn);

// voiding.cc
Voiding begin_voiding(Turn& turn, CohortRef cohort, RoundAborted aborted,
                      std::set<std::uint32_t> unable);
void take(Voiding& state, Turn& turn, std::uint32_t u, VoidVote message);
void take(Voiding& state, Turn& turn, std::uint32_t u, Refusal message);
void resume(const Voiding& state, Turn& turn, std::uint32_t u);
State settle(Voiding state, Turn& turn);
void resume(const Over& state, Turn& turn, std::uint32_t roster_index);
State settle(Over state, Turn& turn);

// ending.cc. The record is finished and kept, members are told, and VOID is asked for if there is a
// cohort to ask. `unable` are those whose vote is out of the question. A round that has its sum is
// completed once that is kept: until then, and while it may be, it stays as it is, with a deadline.
State abort_round(Turn& turn, Reason reason, std::string detail);
State abort_round(Turn& turn, CohortRef cohort, Reason reason, std::string detail,
                  std::set<std::uint32_t> unable = {});
State complete_round(Turn& turn, Recovering state);

// machine.cc. The dispatch of an event to the state that there is, and the one place where a
// message that a state has no take() for is answered [WIRE-5]. Changes the state's content only.
void handle_event(State& state, Turn& turn, AggregatorEvent event);
// Then the transitions, until nothing changes any more: a phase may be at its end as it begins.
State settle_all(State state, Turn& turn);

// restore.cc. Errors: AggregatorRound::restore().
Result<State> restore_state(Turn& turn, std::vector<RoundFact> facts);

template <class Value>
std::set<std::uint32_t> keys_of(const std::map<std::uint32_t, Value>& values) {
  std::set<std::uint32_t> keys;
  for (const auto& [key, value] : values) keys.insert(key);
  return keys;
}

// The members of `of` that are out for good and not among the keys of `answered`.
template <class Answers>
std::uint32_t count_gone(const std::set<std::uint32_t>& gone, const FixedCohort& cohort,
                         const Bitmap& of, const Answers& answered) {
  std::uint32_t count = 0;
  for (const std::uint32_t member : gone) {
    const auto u = cohort.index_of(member);
    if (u && of.has(*u) && !answered.contains(*u)) ++count;
  }
  return count;
}

// What is resent of a phase that is over, in more states than one.
Delivery delivery_of(const FixedShares& shares, std::uint32_t u);
Survivors survivors_message(const FixedShares& shares, const FixedSurvivors& survivors,
                            std::uint32_t u);
Certificate certificate_message(const FixedShares& shares, const AgreedSurvivors& agreed);

}  // namespace blindsum::detail::aggregator
