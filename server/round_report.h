// All that is published of a round that is over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/round/record.h"
#include "protocol/vector/accumulator.h"
#include "protocol/vector/sum_reader.h"

namespace blindsum {

struct DroppedMember {
  std::uint32_t roster_index = 0;
  Reason reason{};
  std::string phase;
};

struct RoundReport {
  RecordContent record;
  RecordProof proof;
  std::vector<DroppedMember> dropped;
  std::shared_ptr<const Accumulator> sum;  // null if the round aborted
  Bytes packed_sum;                        // empty if the round aborted
  std::optional<SumReader> decoded;        // of sum; none if aborted, or if it does not decode
  Reason decode_error = Reason::ok;
};

}  // namespace blindsum
