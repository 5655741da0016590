// The messages of a ScriptedRound.
#include <algorithm>

#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "tests/support/scripted_round.h"

namespace blindsum {
namespace {

TagBytes bytes_of(const Point& point) {
  TagBytes bytes{};
  std::copy(point.view().begin(), point.view().end(), bytes.begin());
  return bytes;
}

}  // namespace

OfferReceived ScriptedRound::offer() const {
  // Any bytes that differ when the parameters do: what wire/ makes of them is not the machine's.
  Bytes bytes(parameters.session_id.bytes.begin(), parameters.session_id.bytes.end());
  put_u64(bytes, parameters.round);
  return {.offer = {.parameter_bytes = bytes,
                    .parameters = parameters,
                    .signature = aggregator_.sign(offer_statement(bytes)).value()},
          .payload_hash = parameters.payload_hash,
          .payload_size = parameters.payload_size,
          .wall_now = wall_now};
}

InputReady ScriptedRound::input(std::uint8_t id) const {
  RingVector vector(Ring::of_bits(parameters.ring_bits).value(), parameters.vector_length);
  for (std::uint64_t i = 0; i < parameters.vector_length; ++i) vector.set(i, i);
  InputReady input{.vector = std::move(vector), .id = {}};
  input.id.bytes.fill(id);
  return input;
}

SignedAdvert ScriptedRound::advert_of(std::uint32_t v) const {
  const auto* own = sent<SignedAdvert>();
  if (v == setup_.subject && own != nullptr) return *own;
  const Puppet& puppet = puppets_[v];
  const Advert advert{.roster_index = roster_index(v),
                      .mask_point = public_point(puppet.mask).value(),
                      .channel_point = public_point(puppet.channel).value(),
                      .self_point = public_point(puppet.self).value()};
  return {.advert = advert, .signature = sign_as(v, advert_statement(th0(), advert))};
}

Cohort ScriptedRound::cohort() const {
  if (cohort_) return *cohort_;
  Cohort cohort;
  for (std::uint32_t v = 0; v < n(); ++v) cohort.adverts.push_back(advert_of(v));
  if (sent<SignedAdvert>() != nullptr) cohort_ = cohort;
  return cohort;
}

SharedPoint ScriptedRound::agreed_with(std::uint32_t v) const {
  return agree(puppets_[v].channel, advert().advert.channel_point).value();
}

SealKey ScriptedRound::channel_from(std::uint32_t v) const {
  return channel_key(agreed_with(v), th1(), v, setup_.subject).value();
}

SealKey ScriptedRound::channel_to(std::uint32_t v) const {
  return channel_key(agreed_with(v), th1(), setup_.subject, v).value();
}

SharedPoint ScriptedRound::pair_with(std::uint32_t v) const {
  return agree(puppets_[v].mask, advert().advert.mask_point).value();
}

SelfMask ScriptedRound::rebuilt_self_mask() const {
  std::vector<std::uint32_t> points;
  std::vector<Share> shares;
  for (const ShareItem& item : sent<Shares>()->items) {
    const Encoded ad = share_associated_data(th1(), setup_.subject, item.to, item.point);
    points.push_back(item.point);
    shares.push_back(open_shares(channel_to(item.to), item.box, ad.view()).value().self_share);
  }
  std::vector<const Share*> pointers;
  for (const Share& share : shares) pointers.push_back(&share);
  return combine<SelfMaskTag>(points, pointers).value();
}

std::uint32_t ScriptedRound::point_from(std::uint32_t v) const {
  if (graph_.k == n() - 1) return setup_.subject < v ? setup_.subject + 1 : setup_.subject;
  return v % graph_.k + 1;
}

InboundItem ScriptedRound::item_from(std::uint32_t v) const {
  const std::uint32_t u = setup_.subject;
  // Off any polynomial: one holder cannot know.
  const Share mask = random_scalar<ShareTag>(script_entropy_).value();
  const Share self = random_scalar<ShareTag>(script_entropy_).value();
  const std::uint32_t point = point_from(v);
  const Encoded ad = share_associated_data(th1(), v, u, point);
  InboundItem inbound{.from = v,
                      .item = {.to = u,
                               .point = point,
                               .box = seal_shares(channel_from(v), mask, self, ad.view()).value(),
                               .mask_tag = bytes_of(share_tag(mask).value()),
                               .self_tag = bytes_of(share_tag(self).value())},
                      .path = {}};
  // The reader cannot know the items that are not its own.
  inbound.path.resize(path_length(point, graph_.k));
  for (Hash& hash : inbound.path) script_entropy_.fill(hash.bytes).value();
  return inbound;
}

// Of a member that only was picked, the reader learns the root and nothing below it.
SharesProof ScriptedRound::proof_of(std::uint32_t v) const {
  Hash root;
  root.bytes.fill(static_cast<std::uint8_t>(v));
  return proof_of(v, root);
}

SharesProof ScriptedRound::proof_of(std::uint32_t v, const Hash& root) const {
  return {.member = v, .root = root, .signature = sign_as(v, shares_statement(th1(), v, root))};
}

void ScriptedRound::sign_item(Delivery& delivery, std::size_t i) const {
  InboundItem& inbound = delivery.items[i];
  if (inbound.item.point < 1 || inbound.item.point > graph_.k) return;
  inbound.path.resize(path_length(inbound.item.point, graph_.k));
  auto hasher = TranscriptHasher::create().value();
  const Hash root = root_above(th1(), inbound, graph_.k, hasher).value();
  for (SharesProof& proof : delivery.proofs) {
    if (proof.member == inbound.from) proof = proof_of(inbound.from, root);
  }
}

Delivery ScriptedRound::delivery(const Bitmap& u2) {
  u2_ = u2;
  Delivery delivery{.u2 = Bytes(u2.bytes().begin(), u2.bytes().end()), .items = {}, .proofs = {}};
  if (!u2.has(setup_.subject)) return delivery;  // [U2-2]
  Bitmap neighbours(n());
  for (const std::uint32_t v : in_neighbours_) {
    if (!u2.has(v)) continue;
    delivery.items.push_back(item_from(v));
    neighbours.add(v);
  }
  for (const std::uint32_t v : picks()) {
    if (u2.has(v)) neighbours.add(v);
  }
  for (const std::uint32_t v : neighbours.members()) delivery.proofs.push_back(proof_of(v));
  for (std::size_t i = 0; i < delivery.items.size(); ++i) sign_item(delivery, i);
  return delivery;
}

Survivors ScriptedRound::survivors(const Bitmap& u3) const {
  Survivors survivors{
      .th2 = th2(), .u3 = Bytes(u3.bytes().begin(), u3.bytes().end()), .receipts = {}};
  for (const std::uint32_t v : in_neighbours_) {
    if (!u3.has(v)) continue;
    survivors.receipts.push_back(
        {.member = v, .signature = sign_as(v, receipt_statement(th2(), v))});
  }
  return survivors;
}

Certificate ScriptedRound::certificate(const Bitmap& u3, const Bitmap& signers) const {
  Certificate certificate{
      .th2 = th2(), .u3 = Bytes(u3.bytes().begin(), u3.bytes().end()), .attestations = {}};
  certificate.attestations.signers.assign(signers.bytes().begin(), signers.bytes().end());
  for (const std::uint32_t v : signers.members()) {
    certificate.attestations.signatures.push_back(sign_as(v, attest_statement(th3(u3), v)));
  }
  return certificate;
}

VoidCertificate ScriptedRound::void_certificate(const Bitmap& signers) const {
  VoidCertificate certificate;
  certificate.votes.signers.assign(signers.bytes().begin(), signers.bytes().end());
  for (const std::uint32_t v : signers.members()) {
    certificate.votes.signatures.push_back(sign_as(v, void_statement(th1(), v)));
  }
  return certificate;
}

Signature ScriptedRound::sign_as(std::uint32_t v, const Encoded& statement) const {
  return puppets_[v].identity.sign(statement).value();
}

}  // namespace blindsum
