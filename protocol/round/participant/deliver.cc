// The delivery of phase 3 at the participant: who is there, whom to mask with, and the shares to
// hold (SPEC.md, U2-3 to U2-9).
#include <algorithm>
#include <iterator>

#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "faults/faults.h"
#include "protocol/round/participant/state.h"
#include "protocol/round/share_tree.h"

namespace blindsum::detail::participant {
namespace {

bool ascending(const Members& members) {
  return std::adjacent_find(members.begin(), members.end(), std::greater_equal<>()) ==
         members.end();
}

Members members_of(const std::vector<InboundItem>& items) {
  Members members(items.size());
  std::transform(items.begin(), items.end(), members.begin(),
                 [](const InboundItem& inbound) { return inbound.from; });
  return members;
}

Members members_of(const std::vector<SharesProof>& proofs) {
  Members members(proofs.size());
  std::transform(proofs.begin(), proofs.end(), members.begin(),
                 [](const SharesProof& proof) { return proof.member; });
  return members;
}

// [U2-5, U2-8] Everything about one inbound item but whether its dealer signed it, and its box.
Result<void> check_item(const AgreedCohort& cohort, const Bitmap& u2, const InboundItem& inbound) {
  const std::uint32_t u = cohort.u();
  if (!u2.has(inbound.from) || inbound.from == u) return Reason::not_in_u2;
  const ShareItem& item = inbound.item;
  const std::uint32_t k = cohort.graph().k;
  if (item.to != u || item.point < 1 || item.point > k) return Reason::wrong_item;
  if (inbound.path.size() != path_length(item.point, k)) return Reason::wrong_length;
  // Everybody picked everybody, so the point follows from the indices.
  if (cohort.complete() && item.point != (u < inbound.from ? u + 1 : u)) return Reason::wrong_item;
  return {};
}

// [U2-5, U2-7, U2-8] In-neighbours, ascending.
Result<Members> check_items(const AgreedCohort& cohort, const Bitmap& u2,
                            const std::vector<InboundItem>& items) {
  Members from = members_of(items);
  if (!ascending(from)) return Reason::bad_order;
  for (const InboundItem& inbound : items) BLINDSUM_CHECK(check_item(cohort, u2, inbound));
  if (from.size() > cohort.graph().in_degree_cap && !fault(Fault::in_degree_ignored)) {
    return Reason::in_degree_exceeded;
  }
  // Strictly ascending members of U2 without this one: as many as there are is all of them.
  if (cohort.complete() && from.size() != u2.count() - 1) return Reason::missing_item;
  return from;
}

// [U2-6] What each item's path leads to is what its dealer signed. Both lists are ascending, and
// there is a proof of every dealer.
Result<void> check_paths(const AgreedCohort& cohort, const std::vector<InboundItem>& items,
                         const std::vector<SharesProof>& proofs) {
  BLINDSUM_TRY(hasher, TranscriptHasher::create());
  auto proof = proofs.begin();
  for (const InboundItem& inbound : items) {
    while (proof->member != inbound.from) ++proof;
    BLINDSUM_TRY(root, root_above(cohort.th1(), inbound, cohort.graph().k, hasher));
    if (root != proof->root && !fault(Fault::paths_unverified)) return Reason::bad_signature;
  }
  return {};
}

// [U2-6]
Result<void> check_proofs(const AgreedCohort& cohort, const Members& neighbours,
                          const Delivery& delivery) {
  BLINDSUM_CHECK(check_exactly(members_of(delivery.proofs), neighbours, Reason::missing_proof,
                               Reason::unexpected_proof));
  BLINDSUM_CHECK(check_paths(cohort, delivery.items, delivery.proofs));
  if (fault(Fault::neighbours_unproven)) return {};
  for (const SharesProof& proof : delivery.proofs) {
    BLINDSUM_CHECK(verify(cohort.keys()[proof.member],
                          shares_statement(cohort.th1(), proof.member, proof.root),
                          proof.signature));
  }
  return {};
}

// Whether the library failed, and not the dealer.
bool is_own_fault(const Error& error) {
  return reason_of(error) == Reason::internal_error;
}

// [U2-9] Bytes against bytes: a tag in another encoding, or that is no point, is off every share.
Result<void> check_tag(const Share& share, const TagBytes& tag) {
  if (fault(Fault::tags_unchecked)) return {};
  BLINDSUM_TRY(point, share_tag(share));
  if (!std::equal(tag.begin(), tag.end(), point.view().begin(), point.view().end())) {
    return Reason::bad_share;
  }
  return {};
}

// The two shares of a box. Any error but an own fault is the dealer's.
Result<OpenedShares> open_item(const AgreedCohort& cohort, const SealKey& key,
                               const InboundItem& inbound) {
  const ShareItem& item = inbound.item;
  const Encoded ad = share_associated_data(cohort.th1(), inbound.from, cohort.u(), item.point);
  BLINDSUM_TRY(opened, open_shares(key, item.box, ad.view()));
  BLINDSUM_CHECK(check_tag(opened.mask_share, item.mask_tag));
  BLINDSUM_CHECK(check_tag(opened.self_share, item.self_tag));
  return opened;
}

// [U2-9] Both shares of a dealer, or none: no error that a dealer causes ends the round.
Result<HeldItem> hold(const AgreedCohort& cohort, const ChannelKey& channel,
                      const InboundItem& inbound) {
  const std::uint32_t from = inbound.from;
  BLINDSUM_TRY(agreed, agree(channel, cohort.advert(from).channel_point));
  BLINDSUM_TRY(key, channel_key(agreed, cohort.th1(), from, cohort.u()));
  Result<OpenedShares> opened = open_item(cohort, key, inbound);
  if (opened.has_error() && is_own_fault(opened.error())) return opened.error();
  HeldItem held{.from = from, .shares = std::nullopt};
  if (opened.has_value()) held.shares = *std::move(opened);
  return held;
}

Result<std::vector<HeldItem>> hold_all(const AgreedCohort& cohort, const ChannelKey& channel,
                                       const std::vector<InboundItem>& items) {
  std::vector<HeldItem> held;
  held.reserve(items.size());
  for (const InboundItem& inbound : items) {
    BLINDSUM_TRY(one, hold(cohort, channel, inbound));
    held.push_back(std::move(one));
  }
  return held;
}

Result<Delivered> take(Shared state, const Bitmap& u2, const Delivery& message) {
  BLINDSUM_TRY(delivery, AgreedDelivery::check(state.cohort, state.picks, u2, message));
  BLINDSUM_TRY(held, hold_all(state.cohort, state.secrets.channel, message.items));
  return Delivered{
      .offer = std::move(state.offer),
      .cohort = std::move(state.cohort),
      .delivery = std::move(delivery),
      .secrets = {.mask = std::move(state.secrets.mask), .self = std::move(state.secrets.self)},
      .held = std::move(held),
      .input = std::move(state.input),
      .grant = std::nullopt};
}

}  // namespace

Result<void> check_exactly(const Members& got, const Members& expected, Reason missing,
                           Reason unexpected) {
  if (!ascending(got)) return Reason::bad_order;
  if (!std::includes(got.begin(), got.end(), expected.begin(), expected.end())) return missing;
  if (got.size() != expected.size()) return unexpected;
  return {};
}

// [U2-3]
Result<Bitmap> check_u2(const AgreedCohort& cohort, const Delivery& delivery) {
  BLINDSUM_TRY(u2, Bitmap::parse(delivery.u2, cohort.n()));
  if (u2.count() < cohort.graph().survivors && !fault(Fault::u2_too_small)) {
    return Reason::too_few_survivors;
  }
  return u2;
}

Result<AgreedDelivery> AgreedDelivery::check(const AgreedCohort& cohort, const Members& picks,
                                             const Bitmap& u2, const Delivery& delivery) {
  if (!u2.has(cohort.u())) return Reason::not_in_u2;
  AgreedDelivery agreed;
  Members picked;
  std::copy_if(picks.begin(), picks.end(), std::back_inserter(picked),
               [&](std::uint32_t v) { return u2.has(v); });
  if (picked.size() < cohort.graph().t && !fault(Fault::u2_too_small)) {
    return Reason::too_few_picks;  // [U2-4]
  }
  BLINDSUM_TRY(from, check_items(cohort, u2, delivery.items));
  // [MASK-1]
  std::set_union(picked.begin(), picked.end(), from.begin(), from.end(),
                 std::back_inserter(agreed.neighbours_));
  BLINDSUM_CHECK(check_proofs(cohort, agreed.neighbours_, delivery));
  if (fault(Fault::mutual_pair_twice)) {
    std::set_intersection(picked.begin(), picked.end(), from.begin(), from.end(),
                          std::back_inserter(agreed.neighbours_));
  }
  BLINDSUM_TRY(th2, hash_th2(cohort.th1(), u2));
  agreed.u2_ = u2;
  agreed.th2_ = th2;
  agreed.in_neighbours_ = std::move(from);
  return agreed;
}

State on(Shared state, Delivery event, Scene& scene) {
  const Result<Bitmap> u2 = check_u2(state.cohort, event);
  if (u2.has_error()) return refuse(u2.error(), scene);
  // Dropped after its shares: nothing to say, not even a refusal [ONCE-4].
  if (!u2->has(state.cohort.u())) return end(RoundEnd::left_out, Reason::not_in_u2, scene);
  Result<Delivered> next = take(std::move(state), *u2, event);
  if (next.has_error()) return refuse(next.error(), scene);
  scene.ledger.th2 = next->delivery.th2();
  scene.ledger.once.delivery = {.heard = std::move(event), .answer = std::nullopt};
  return *std::move(next);
}

}  // namespace blindsum::detail::participant
