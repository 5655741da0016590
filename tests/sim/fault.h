// The faults that a plan may hold, each at a step of the run: what an operating system, a disk, a
// network and their users do to honest programs. Lies are elsewhere (liars/, aggregator/).
#pragma once

#include <cstdint>
#include <string_view>

// X(name, what is done)
#define BLINDSUM_SIM_FAULTS(X)                                                                   \
  X(member_crash, "a member's process dies, also in the midst of its effects, and comes back")   \
  X(member_leaves, "a member's program stops the round")                                         \
  X(input_declined, "a member's program has no update for the round")                            \
  X(input_late, "a member's program takes longer than the phase allows")                         \
  X(member_disk, "a member's disk fails to write, once or for good")                             \
  X(disconnect, "a connection breaks, what is in flight is lost, the member comes back")         \
  X(reorder, "as disconnect, but what was in flight arrives after the first of the new session") \
  X(overtaken, "the next message of a connection arrives after those that follow it")            \
  X(duplicate, "the next message of a connection arrives twice")                                 \
  X(late, "a connection stalls for a while, in both directions")                                 \
  X(truncate, "the next message of a connection loses its end")                                  \
  X(cut_field, "the next message of a connection has a field that is a byte too short")          \
  X(aggregator_crash, "the aggregator dies, also in the midst of its effects, and is restored")  \
  X(aggregator_disk, "the aggregator's disk fails to write, once or for a while")                \
  X(drain, "the operator stops the round")                                                       \
  X(power_cut, "the aggregator's machine stops inside an operation of its disk, which is torn")  \
  X(checkpoint_spoilt, "the aggregator dies, and finds its newest checkpoint changed")

namespace blindsum::sim {

enum class Fault : std::uint8_t {
#define BLINDSUM_SIM_ENUMERATOR(name, text) name,
  BLINDSUM_SIM_FAULTS(BLINDSUM_SIM_ENUMERATOR)
#undef BLINDSUM_SIM_ENUMERATOR
};

inline constexpr std::string_view kFaultNames[] = {
#define BLINDSUM_SIM_NAME(name, text) #name,
    BLINDSUM_SIM_FAULTS(BLINDSUM_SIM_NAME)
#undef BLINDSUM_SIM_NAME
};

constexpr std::string_view name_of(Fault fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

// The last of them take a disk.
inline constexpr std::uint32_t kDiskFaults = 2;

struct Operation {
  std::uint64_t step = 0;  // of the run; carried out before it
  Fault fault{};
  std::uint32_t member = 0;     // whom it hits, where it hits one; by number, not roster index
  std::uint32_t length_ms = 0;  // of an outage or a delay
  std::uint32_t detail = 0;     // writes before a disk fails; of a crash, see below
};

// A crash comes at once, between two events (0); or at the next event that has effects: when it is
// handled, so that everything is written and nothing sent (1), or after its first effects (2, …).
inline constexpr std::uint32_t kAtRest = 0, kWritten = 1;

// A power cut comes at the disk's operation after so many others, and leaves of it what `survival`
// says (disk/sim_disk.h); one more than there are: only the process ends.
constexpr std::uint32_t power_cut_at(std::uint32_t operations, std::uint32_t survival) {
  return operations * 7 + survival;
}

}  // namespace blindsum::sim
