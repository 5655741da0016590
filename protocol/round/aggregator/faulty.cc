#include "protocol/round/aggregator/faulty.h"

#include <algorithm>

#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {

Survivors survivors_anew(const FixedShares& shares, const FixedSurvivors& survivors,
                         std::uint32_t u) {
  FixedSurvivors fewer = survivors;
  std::vector<std::uint32_t> members = survivors.u3.members();
  std::erase(members, u);
  if (members.empty()) return survivors_message(shares, survivors, u);
  fewer.receipts.erase(members.back());
  fewer.u3 = Bitmap(survivors.u3.size());
  for (const auto& [member, receipt] : fewer.receipts) fewer.u3.add(member);
  return survivors_message(shares, fewer, u);
}

}  // namespace blindsum::detail::aggregator
