// What an aggregator tells that holds up two rounds at once: where its story forks, and what it
// does with both ends. Up to c members are its own: it signs for them in every branch.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace blindsum::sim {

enum class Fork : std::uint8_t { none, offer, cohort, u2, u3, certificate };

struct Story {
  std::string_view name;
  Fork fork = Fork::none;
  // Members of each end are later told the other one, too.
  bool crosses = false;
  // The shorter U2 or U3 comes first, and then the one that has everybody (late vectors).
  bool short_first = false;
  // Some are asked for VOID while others are asked to unmask, then the other way round.
  bool voids = false;
  // Claims more than it has: proofs, receipts and signers are padded with forged ones.
  bool forges = false;
  // The next round is told in good order: with the inputs of this one, if they let it.
  bool tries_again = false;
};

const std::vector<Story>& stories();

}  // namespace blindsum::sim
