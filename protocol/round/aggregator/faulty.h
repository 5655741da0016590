// What a faulty build does at the aggregator, as far as it is more than a check left out (faults/).
// Called behind fault() only; faulty.cc is compiled with the option alone.
#pragma once

#include <cstdint>

#include "protocol/round/aggregator/fixed.h"
#include "protocol/round/messages.h"

namespace blindsum::detail::aggregator {

// u3_anew: without the highest member of U3 but u.
[[nodiscard]] Survivors survivors_anew(const FixedShares& shares, const FixedSurvivors& survivors,
                                       std::uint32_t u);

}  // namespace blindsum::detail::aggregator
