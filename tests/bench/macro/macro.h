// A whole round, measured: a real blindsumd in its own process, real SDK objects in this one, TLS
// over the loopback between them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "protocol/round/record.h"
#include "tests/bench/macro/account.h"
#include "tests/bench/macro/plan.h"
#include "tests/bench/macro/process_meter.h"
#include "tests/bench/macro/unit_costs.h"

namespace blindsum::bench {

struct MacroResult {
  Plan plan;
  UnitCosts costs = {};
  Standing standing = {};
  RecoveryWork work = {};
  PhaseTimings phases = {};
  double wall_s = 0;                // from the last member's coming to the last one's record
  ThreadTimes aggregator_cpu = {};  // of the round
  double aggregator_login_s = 0;    // CPU of all handshakes before it
  double participant_cpu_s = 0;     // of one that stays, in the mean, without making its input
  double participant_login_s = 0;
  std::uint64_t aggregator_memory_bytes = 0;
  std::uint64_t participants_memory_bytes = 0;
  Account aggregator = {};
  Account participant = {};
};

struct Surroundings {
  std::filesystem::path blindsumd;
  std::function<void(const std::string&)> progress;  // one line, replaced by the next; may be empty
};

// Throws std::runtime_error: what does not work, or a sum that is not exact.
[[nodiscard]] MacroResult run_macro(const Plan& plan, const Surroundings& surroundings);
// So often as the options say; the run whose aggregator took the median time.
[[nodiscard]] MacroResult run_repeatedly(const Plan& plan, const Surroundings& surroundings);

}  // namespace blindsum::bench
