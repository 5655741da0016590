#include "tests/sim/liars/resign.h"

#include <algorithm>

#include "protocol/round/round_transcript.h"

namespace blindsum::sim {

TagBytes bytes_of(const Point& point) {
  TagBytes bytes{};
  std::copy(point.view().begin(), point.view().end(), bytes.begin());
  return bytes;
}

Shares resigned(LieScene& scene, Shares shares) {
  const Seat::Dealt ground = scene.ground(shares);
  for (ShareItem& item : shares.items) {
    const Hash hash = hash_box_and_tags(item).value();
    item.signature = scene.sign(share_statement(ground.th1, ground.u, item, hash));
  }
  return resigned_outside(scene, std::move(shares));
}

Shares resigned_outside(LieScene& scene, Shares shares) {
  const Seat::Dealt ground = scene.ground(shares);
  const Hash hash = hash_items(shares.items).value();
  shares.signature = scene.sign(shares_statement(ground.th1, ground.u, hash));
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
