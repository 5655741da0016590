// Where the processor time of a round went: how often each kind of work was done, times what it
// costs alone; and the least that this work could cost, by the limits measured beside it. What
// neither explains is the rest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/macro/plan.h"
#include "tests/bench/macro/unit_costs.h"

namespace blindsum::bench {

// What phase 5 did: as blindsumd's log has it, or from the graph in the mean.
struct RecoveryWork {
  double rebuilt_secrets = 0;
  double key_agreements = 0;
  double mask_streams = 0;
  bool counted = false;  // else estimated
};

// What travelled for one participant, in the mean.
struct MeanTraffic {
  double sent_bytes = 0;
  double received_bytes = 0;
  double both_bytes() const { return sent_bytes + received_bytes; }
};
// What came of the round, for all that is counted.
struct Standing {
  std::uint32_t u2 = 0;          // members that shared
  std::uint32_t u3 = 0;          // members in the sum
  MeanTraffic participant = {};  // over all, those that dropped out included
  MeanTraffic survivor = {};     // over those in the sum
};

[[nodiscard]] RecoveryWork estimate_recovery(const Plan& plan, const Standing& standing);
// From the log's line "… unmasked in 7 ms: 9 secrets, 8 key agreements, 16 mask streams", if there
// is one.
[[nodiscard]] std::optional<RecoveryWork> logged_recovery(const std::string& log);

struct Part {
  std::string name;
  double cpu_s = 0;    // count times unit cost
  double limit_s = 0;  // the least: count times the limit
};
struct Account {
  std::vector<Part> parts;  // the last one is the rest, whose limit is none
  double total_s = 0;       // measured
  double but_tls_s = 0;     // measured, less the TLS part
  double limit_s = 0;       // all parts'
  double ratio() const { return limit_s > 0 ? total_s / limit_s : 0; }
};

// `io_s` is what its I/O thread took, the most that TLS can have cost it.
[[nodiscard]] Account aggregator_account(const Plan& plan, const Standing& standing,
                                         const RecoveryWork& work, const UnitCosts& costs,
                                         double total_s, double io_s);
// What a participant that drops out leaves undone, by unit costs: vector, certificate.
[[nodiscard]] double undone_by_dropout_s(const Plan& plan, const Standing& standing,
                                         const UnitCosts& costs);
// Of one participant that stayed, in the mean.
[[nodiscard]] Account participant_account(const Plan& plan, const Standing& standing,
                                          const UnitCosts& costs, double total_s);

}  // namespace blindsum::bench
