#include "protocol/round/aggregator/share_tally.h"

#include <algorithm>

namespace blindsum::detail::aggregator {

Bitmap secrets_needed(const FixedShares& shares, const Bitmap& u3) {
  Bitmap needed(u3.size());
  for (const std::uint32_t v : shares.u2.members()) {
    const auto survived = [&](std::uint32_t member) { return u3.has(member); };
    const bool matters = survived(v) || std::ranges::any_of(shares.neighbours(v), survived);
    if (matters) needed.add(v);
  }
  return needed;
}

ShareTally::ShareTally(const FixedCohort& cohort, const FixedShares& shares, const Bitmap& u3)
    : threshold_(cohort.graph.t), counts_(cohort.n()) {
  for (const std::uint32_t v : secrets_needed(shares, u3).members()) {
    Count& count = counts_[v];
    count.needed = true;
    for (const ShareItem& item : shares.dealt[v]->shares.items) {
      if (u3.has(item.to)) ++count.could;
    }
    ++short_;  // t is at least 2
    if (count.could < threshold_) ++hopeless_;
  }
}

void ShareTally::gain(std::uint32_t dealer) {
  Count& count = counts_[dealer];
  if (count.needed && ++count.have == threshold_) --short_;
}

void ShareTally::lose(std::uint32_t dealer) {
  Count& count = counts_[dealer];
  if (count.needed && count.could-- == threshold_) ++hopeless_;
}

void ShareTally::answered(const Unmask& answer) {
  for (const UnmaskEntry& entry : answer.entries) gain(entry.member);
  for (const std::uint32_t dealer : answer.not_held) lose(dealer);
}

void ShareTally::lost(const FixedShares& shares, std::uint32_t holder) {
  for (const InboundShare& share : shares.inbound[holder]) lose(share.dealer);
}

}  // namespace blindsum::detail::aggregator
