// What a participant insists on, whatever the aggregator offers (SPEC.md, POLICY). Plain values:
// the SDK's user fills them in; the participant's machine asks the two functions below.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/round/parameters.h"

namespace blindsum {

struct Policy {
  VerifyKey aggregator_key;        // pinned
  std::vector<std::string> tasks;  // served; empty serves none
  std::uint32_t least_n = 3;
  std::uint32_t least_survivors = 2;
  std::uint32_t least_floor = 2;    // least honest members in any published sum
  std::uint32_t least_corrupt = 1;  // c that the parameters must at least withstand
  std::uint32_t least_sigma = 64;
  bool trust_cohort_selection = false;
  std::uint64_t most_elements = std::uint64_t{1} << 27;
  std::uint64_t most_payload_bytes = std::uint64_t{1} << 30;
  std::uint32_t most_rounds_per_day = 10'000;
};

// What the participant remembers, on disk, that the decision depends on.
struct PolicyHistory {
  std::uint64_t newest_epoch = 0;  // of any roster seen; 0 = none
  Hash newest_roster_hash;
  std::uint64_t last_round = 0;  // of this task; 0 = none
  std::uint32_t rounds_last_day = 0;
};

// The offer against policy, history and the roster that the participant holds. Errors: a Reason.
Result<void> accept_offer(const Policy& policy, const PolicyHistory& history,
                          std::uint64_t held_epoch, const Hash& held_roster_hash,
                          const RoundParameters& parameters);
// The actual cohort: recomputes k, t, quorum, floor from n and holds them against the policy.
Result<GraphParameters> accept_cohort(const Policy& policy, const RoundParameters& parameters,
                                      std::uint32_t n);

}  // namespace blindsum
