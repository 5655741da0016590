// All that is published of a round that is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/round/record.h"
#include "protocol/vector/codec.h"

namespace blindsum {

struct DroppedMember {
  std::uint32_t roster_index = 0;
  Reason reason{};
  std::string phase;
};

struct RoundReport {
  RecordContent record;
  std::vector<DroppedMember> dropped;
  Bytes packed_sum;                    // empty if the round aborted
  std::optional<Aggregate> aggregate;  // decoded; none if aborted, or if the sum does not decode
  Reason decode_error = Reason::ok;
};

}  // namespace blindsum
