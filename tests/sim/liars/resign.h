// Lies in good order: sealed under the right keys, under good signatures.
#pragma once

#include "tests/sim/liars/lie.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::sim {

TagBytes bytes_of(const Point& point);
// A box for the item's holder, with whatever shares.
ShareBox seal_for(LieScene& scene, const Seat::Dealt& ground, const ShareItem& item,
                  const ChannelKey& channel, const Share& mask_share, const Share& self_share);
// An item with both shares.
ShareItem item_for(LieScene& scene, const Seat::Dealt& ground, std::uint32_t to,
                   std::uint32_t point, const ChannelKey& channel, const Share& mask_share,
                   const Share& self_share);
// The same items, signed anew.
Shares resigned(LieScene& scene, Shares shares);
// The answer, with its hash and its signature.
Unmask resigned(LieScene& scene, Unmask unmask);

}  // namespace blindsum::sim
