// What a seed stands for: who takes part, on which terms, who lies and how, and a list of faults,
// each at a step of the run. A plan is drawn once and says everything; running it draws only what a
// network and programs would do anyhow (latencies, drawn keys), from seeds of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/round/aggregator_round.h"
#include "protocol/round/parameters.h"
#include "protocol/round/policy.h"
#include "tests/sim/fault.h"
#include "tests/sim/random.h"

namespace blindsum::sim {

enum class Theme : std::uint8_t {
  calm,        // no more losses than the round is made for: it has to complete
  storm,       // anything may break, at any time
  liars,       // up to c members lie; the aggregator is honest
  forger,      // the aggregator's machine is honest, its messages to some members are not
  storyteller  // the aggregator tells different members different rounds; up to c members help it
};
inline constexpr std::string_view kThemeNames[] = {"calm", "storm", "liars", "forger",
                                                   "storyteller"};

// How one member's program and its user behave.
struct MemberPlan {
  bool lets_go = false;            // of a round that is over; VOID is then signed from disk
  bool asks_first = true;          // whether an input is spent, and makes a new one if so
  bool forgets = false;            // its disk does not survive a crash, against all rules [DISK-1]
  std::uint32_t input_ms = 0;      // until its update is there
  std::uint64_t weight = 1;        // what its vector has at its place
  std::uint32_t chunk_bytes = 64;  // of an upload
  Policy policy = {};
  UnixSeconds wall_now = 0;
  std::uint64_t newest_epoch = 0;        // that is on its disk at the start; 0 = none
  std::optional<Reason> unwilling = {};  // it has to refuse every round, by this name
};

struct LiePlan {
  std::uint32_t member = 0;
  std::size_t lie = 0;  // of member_lies()
};
struct ForgeryPlan {
  std::size_t forgery = 0;             // of forgeries()
  std::vector<std::uint32_t> victims;  // members
};

struct Plan {
  std::uint64_t seed = 0;
  Theme theme{};
  std::uint32_t members = 0;
  std::uint32_t rounds = 1;
  RoundParameters terms;  // of every round, but for what names the round
  std::vector<MemberPlan> member;
  AggregatorLimits limits;
  std::uint32_t pause_ms = 0;  // between rounds
  bool has_disk = false;       // the aggregator's store is the server's, on a simulated disk
  std::vector<Operation> operations;
  std::vector<std::uint32_t> corrupt;  // members; ascending
  std::vector<LiePlan> lies;
  std::optional<ForgeryPlan> forgery;
  std::size_t story = 0;  // of stories()

  bool is_corrupt(std::uint32_t who) const;
  bool has_honest_aggregator() const;
  // What this member is told is not always what was said to it.
  bool damages_fields_of(std::uint32_t who) const;
  // A round may have to abort for it.
  bool spoils_checkpoints() const;
  // Members that some fault or lie takes out of the round for good, so that it counts as lost.
  std::vector<std::uint32_t> lossy() const;
  // For people: one line a fact.
  std::string describe() const;
};

Plan draw_plan(std::uint64_t seed);

}  // namespace blindsum::sim
