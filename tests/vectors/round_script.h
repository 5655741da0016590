// A whole round as the family rounds has it: who takes part, with all that they draw.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "crypto/sign.h"
#include "protocol/round/parameters.h"
#include "protocol/round/participant_store.h"
#include "protocol/round/policy.h"
#include "protocol/round/roster.h"
#include "protocol/vector/ring.h"
#include "tests/vectors/vector_file.h"

namespace blindsum::vectors {

struct ScriptedMember {
  std::uint32_t roster_index = 0;
  SigningKey identity;
  Bytes draws;  // what the machine draws from its entropy, in its order
  std::vector<std::uint64_t> elements;
  InputId input;
};

struct RoundScript {
  Roster roster;
  SigningKey aggregator;
  Offer offer;
  Policy policy;
  UnixSeconds now = 0;
  std::vector<ScriptedMember> members;  // by cohort index
  std::set<std::uint32_t> shares_from;  // who answers the Cohort
  std::set<std::uint32_t> masks_from;   // who answers the Delivery

  RingVector elements_of(std::uint32_t u) const;
};

RoundScript script_of(const Input& input);

}  // namespace blindsum::vectors
