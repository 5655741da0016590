#include "tests/sim/liars/resign.h"

#include <algorithm>

#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"

namespace blindsum::sim {

TagBytes bytes_of(const Point& point) {
  TagBytes bytes{};
  std::copy(point.view().begin(), point.view().end(), bytes.begin());
  return bytes;
}

ShareBox seal_for(LieScene& scene, const Seat::Dealt& ground, const ShareItem& item,
                  const ChannelKey& channel, const Share& mask_share, const Share& self_share) {
  const Point& other = scene.seat().cohort->adverts[item.to].advert.channel_point;
  const SealKey key =
      channel_key(agree(channel, other).value(), ground.th1, ground.u, item.to).value();
  const Encoded ad = share_associated_data(ground.th1, ground.u, item.to, item.point);
  return seal_shares(key, mask_share, self_share, ad.view()).value();
}

ShareItem item_for(LieScene& scene, const Seat::Dealt& ground, std::uint32_t to,
                   std::uint32_t point, const ChannelKey& channel, const Share& mask_share,
                   const Share& self_share) {
  ShareItem item{.to = to,
                 .point = point,
                 .box = {},
                 .mask_tag = bytes_of(share_tag(mask_share).value()),
                 .self_tag = bytes_of(share_tag(self_share).value())};
  item.box = seal_for(scene, ground, item, channel, mask_share, self_share);
  return item;
}

Shares resigned(LieScene& scene, Shares shares) {
  const Seat::Dealt ground = scene.ground(shares);
  const ShareTree tree = ShareTree::of(ground.th1, ground.u, shares.items).value();
  shares.signature = scene.sign(shares_statement(ground.th1, ground.u, tree.root()));
  return shares;
}

Unmask resigned(LieScene& scene, Unmask unmask) {
  const Seat& seat = scene.seat();
  unmask.answer_hash = sha256(unmask_answer_bytes(unmask.entries, unmask.not_held)).value();
  unmask.signature =
      scene.sign(unmask_statement(seat.attested->th3, seat.dealt->u, unmask.answer_hash));
  return unmask;
}

}  // namespace blindsum::sim
