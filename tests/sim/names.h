// What messages and phases are called, in a trace and among the counts.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "protocol/round/aggregator_round.h"
#include "protocol/round/messages.h"
#include "protocol/round/participant_round.h"

namespace blindsum::sim {

std::string name_of(const ToAggregator& message);
std::string name_of(const ToParticipant& message);

// Phases, in the order of their enumerations.
inline constexpr std::array<std::string_view, 8> kMemberPhases{
    "idle", "advertised", "shared", "masking", "uploaded", "attested", "unmasked", "over"};
inline constexpr std::array<std::string_view, 8> kAggregatorPhases{
    "advertise", "share", "mask", "attest", "unmask", "recover", "voiding", "over"};
constexpr std::string_view name_of(ParticipantPhase phase) {
  return kMemberPhases[static_cast<std::size_t>(phase)];
}
constexpr std::string_view name_of(AggregatorPhase phase) {
  return kAggregatorPhases[static_cast<std::size_t>(phase)];
}

}  // namespace blindsum::sim
