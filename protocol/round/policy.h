// What a participant insists on, whatever the aggregator offers (SPEC.md, POLICY). Plain values:
// the SDK's user fills them in; the participant's machine asks the two functions below.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/round/clock.h"
#include "protocol/round/parameters.h"
#include "protocol/round/roster.h"

namespace blindsum {

struct Policy {
  VerifyKey aggregator_key;        // pinned
  std::vector<std::string> tasks;  // served; empty serves none
  std::uint32_t least_n = 3;
  std::uint32_t least_survivors = 2;
  std::uint32_t least_floor = 2;  // least honest members in any published sum
  // c that the parameters must at least withstand: the larger of the two (POLICY-4).
  std::uint32_t least_corrupt = 1;
  std::uint32_t least_gamma_ppm = 0;
  std::uint32_t least_sigma = 64;
  bool trust_cohort_selection = false;
  std::uint64_t most_elements = std::uint64_t{1} << 27;
  std::uint64_t most_payload_bytes = std::uint64_t{1} << 30;
  std::uint64_t most_round_ms = std::uint64_t{24} * 3'600'000;  // all phase limits together
  std::uint32_t most_rounds_per_day = 10'000;
};

// What the participant remembers, on disk, that the decision depends on.
struct PolicyHistory {
  std::uint64_t newest_epoch = 0;  // of any roster seen; 0 = none
  Hash newest_roster_hash;
  std::uint64_t last_round = 0;  // of this task; 0 = none
  std::uint32_t rounds_last_day = 0;
  bool session_seen = false;            // the offer's session id, in another round
  std::optional<Hash> previous_record;  // of the round just before the offer's, where it is held
};

// The whole of POLICY-2, in its order: the offer well formed, from the pinned aggregator, signed,
// for the roster that the participant holds, and acceptable. Errors: a Reason, that of the first
// check that fails.
Result<void> accept_offer(const Policy& policy, const PolicyHistory& history, const Roster& roster,
                          const Offer& offer, UnixSeconds wall_now);
// The actual cohort (POLICY-3): recomputes k, t, quorum, floor from n and holds them against the
// policy. Errors: a Reason.
Result<GraphParameters> accept_cohort(const Policy& policy, const RoundParameters& parameters,
                                      std::uint32_t n);

}  // namespace blindsum
