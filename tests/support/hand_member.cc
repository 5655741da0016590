#include "tests/support/hand_member.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "crypto/mask_stream.h"
#include "crypto/seal.h"
#include "protocol/round/graph_parameters.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "protocol/vector/masked_vector.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {

HandMember::HandMember(std::uint32_t roster_index, SigningKey identity, std::uint64_t seed)
    : roster_index_(roster_index),
      identity_(std::move(identity)),
      entropy_(std::make_unique<SeededEntropy>(seed)),
      mask_key_(random_scalar<MaskKeyTag>(*entropy_).value()),
      channel_key_(random_scalar<ChannelKeyTag>(*entropy_).value()),
      self_mask_(random_scalar<SelfMaskTag>(*entropy_).value()) {}

SignedAdvert HandMember::advert(const Offer& offer) {
  parameters_ = offer.parameters;
  th0_ = hash_th0(offer.parameter_bytes).value();
  const Advert advert{.roster_index = roster_index_,
                      .mask_point = public_point(mask_key_).value(),
                      .channel_point = public_point(channel_key_).value(),
                      .self_point = public_point(self_mask_).value()};
  return {advert, identity_.sign(advert_statement(th0_, advert)).value()};
}

void HandMember::join(const Cohort& cohort) {
  const Hash th1 = hash_th1(th0_, cohort.adverts).value();
  if (th1 == th1_) return;  // picks and shares are made once [ONCE-5]
  th1_ = th1;
  cohort_ = cohort.adverts;
  const auto n = static_cast<std::uint32_t>(cohort_.size());
  graph_ = find_graph_parameters(finder_input(parameters_, n)).value();
  const auto own = std::find_if(cohort_.begin(), cohort_.end(), [&](const SignedAdvert& advert) {
    return advert.advert.roster_index == roster_index_;
  });
  u_ = static_cast<std::uint32_t>(own - cohort_.begin());
  picks_.clear();
  for (std::uint32_t v = 0; v < n; ++v) {
    if (v != u_) picks_.push_back(v);
  }
  for (std::uint32_t i = 0; i < graph_.k; ++i) {
    const auto rest = static_cast<std::uint32_t>(picks_.size()) - i;
    std::swap(picks_[i], picks_[i + uniform_below(*entropy_, rest).value()]);
  }
  picks_.resize(graph_.k);
  std::sort(picks_.begin(), picks_.end());
  shares_.reset();
}

ShareItem HandMember::item(std::uint32_t to, std::uint32_t point, const Share& mask_share,
                           const Share& self_share) const {
  ShareItem item;
  item.to = to;
  item.point = point;
  const SharedPoint agreed = agree(channel_key_, cohort_[to].advert.channel_point).value();
  const SealKey key = channel_key(agreed, th1_, u_, to).value();
  const std::uint32_t sealed_for = unopenable_for_ == to ? u_ : to;
  const Encoded ad = share_associated_data(th1_, u_, sealed_for, point);
  item.box = seal_shares(key, mask_share, self_share, ad.view()).value();
  const Point mask_tag = share_tag(mask_share).value();
  const Point self_tag = share_tag(self_share).value();
  std::copy(mask_tag.view().begin(), mask_tag.view().end(), item.mask_tag.begin());
  std::copy(self_tag.view().begin(), self_tag.view().end(), item.self_tag.begin());
  return item;
}

Shares HandMember::shares() {
  if (shares_) return *shares_;
  const MaskKey other_key = random_scalar<MaskKeyTag>(*entropy_).value();
  const SelfMask other_mask = random_scalar<SelfMaskTag>(*entropy_).value();
  const auto mask_shares =
      split(false_secrets_ ? other_key : mask_key_, graph_.t, graph_.k, *entropy_).value();
  const auto self_shares =
      split(false_secrets_ ? other_mask : self_mask_, graph_.t, graph_.k, *entropy_).value();
  shares_.emplace();
  for (std::uint32_t i = 0; i < graph_.k; ++i) {
    shares_->items.push_back(item(picks_[i], i + 1, mask_shares[i], self_shares[i]));
  }
  sign(*shares_);
  return *shares_;
}

void HandMember::sign(Shares& shares) const {
  const ShareTree tree = ShareTree::of(th1_, u_, shares.items).value();
  shares.signature = identity_.sign(shares_statement(th1_, u_, tree.root())).value();
}

bool HandMember::opens(const InboundItem& inbound) {
  const Point& channel_point = cohort_[inbound.from].advert.channel_point;
  const SharedPoint agreed = agree(channel_key_, channel_point).value();
  const SealKey key = channel_key(agreed, th1_, inbound.from, u_).value();
  const Encoded ad = share_associated_data(th1_, inbound.from, u_, inbound.item.point);
  Result<OpenedShares> opened = open_shares(key, inbound.item.box, ad.view());
  if (opened.has_error()) return false;
  held_[inbound.from].emplace(Held{std::move(opened->mask_share), std::move(opened->self_share)});
  return true;
}

void HandMember::receive(const Delivery& delivery) {
  u2_ = Bitmap::parse(delivery.u2, static_cast<std::uint32_t>(cohort_.size())).value();
  th2_ = hash_th2(th1_, u2_).value();
  held_.clear();
  neighbours_.clear();
  for (const std::uint32_t v : picks_) {
    if (u2_.has(v)) neighbours_.push_back(v);
  }
  for (const InboundItem& inbound : delivery.items) {
    neighbours_.push_back(inbound.from);
    if (!opens(inbound)) held_[inbound.from].reset();
  }
  std::sort(neighbours_.begin(), neighbours_.end());
  neighbours_.erase(std::unique(neighbours_.begin(), neighbours_.end()), neighbours_.end());
}

Bytes HandMember::upload() {
  const Ring ring = Ring::of_bits(parameters_.ring_bits).value();
  RingVector vector(ring, parameters_.vector_length);
  for (std::uint64_t i = 0; i < vector.size(); ++i) {
    vector.set(i, static_cast<std::uint64_t>(input_.at(i)) & ring.mask());
  }
  std::vector<MaskStream> streams;
  streams.push_back(
      MaskStream::create(self_key(self_mask_, th2_, u_).value(), MaskSign::add).value());
  for (const std::uint32_t v : neighbours_) {
    const SharedPoint agreed = agree(mask_key_, cohort_[v].advert.mask_point).value();
    const StreamKey key = pair_key(agreed, th2_, u_, v).value();
    const MaskSign sign = v > u_ ? MaskSign::add : MaskSign::subtract;
    streams.push_back(MaskStream::create(key, sign).value());
  }
  MaskedVector masked(std::move(vector), std::move(streams));
  Bytes packed(masked.packed_size());
  masked.read(0, packed).value();
  return packed;
}

Receipt HandMember::receipt() const {
  return {identity_.sign(receipt_statement(th2_, u_)).value()};
}

Attestation HandMember::attest(const Survivors& survivors) {
  u3_ = Bitmap::parse(survivors.u3, static_cast<std::uint32_t>(cohort_.size())).value();
  th3_ = hash_th3(th2_, u3_).value();
  return {identity_.sign(attest_statement(th3_, u_)).value()};
}

Unmask HandMember::unmask() const {
  Unmask answer;
  for (const auto& [v, held] : held_) {
    if (!held) {
      answer.not_held.push_back(v);
      continue;
    }
    const ShareKind kind = u3_.has(v) ? ShareKind::self_mask : ShareKind::mask_key;
    const Share& share = u3_.has(v) ? held->self_share : held->mask_share;
    answer.entries.push_back({v, kind, RevealedShare::from(share.reveal(Reveal::test)).value()});
  }
  sign(answer);
  return answer;
}

void HandMember::sign(Unmask& answer) const {
  answer.answer_hash = hash_answer(answer).value();
  answer.signature = identity_.sign(unmask_statement(th3_, u_, answer.answer_hash)).value();
}

VoidVote HandMember::void_vote() const {
  return {identity_.sign(void_statement(th1_, u_)).value()};
}

}  // namespace blindsum
