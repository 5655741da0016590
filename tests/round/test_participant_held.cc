#include <sodium.h>

#include <algorithm>
#include <array>

#include "crypto/seal.h"
#include "protocol/round/round_transcript.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

// What a dealer can do to one holder: the round goes on, the share is not held.
struct BadDealing {
  const char* what;
  void (*spoil)(const ScriptedRound& round, InboundItem& inbound);
};

// Whatever plaintext, as only a liar would seal it.
ShareBox seal_any(const SealKey& key, const Bytes& plain, ByteView ad) {
  ShareBox box{};
  const std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> nonce{};
  REQUIRE(crypto_aead_chacha20poly1305_ietf_encrypt(box.data(), nullptr, plain.data(), plain.size(),
                                                    ad.data(), ad.size(), nullptr, nonce.data(),
                                                    key.reveal(Reveal::test).data()) == 0);
  return box;
}

void seal_into(const ScriptedRound& round, InboundItem& inbound, const Bytes& plain) {
  const Encoded ad =
      share_associated_data(round.th1(), inbound.from, round.subject(), inbound.item.point);
  inbound.item.box = seal_any(round.channel_from(inbound.from), plain, ad.view());
}

Bytes opened(const ScriptedRound& round, const InboundItem& inbound) {
  const Encoded ad =
      share_associated_data(round.th1(), inbound.from, round.subject(), inbound.item.point);
  const OpenedShares shares =
      open_shares(round.channel_from(inbound.from), inbound.item.box, ad.view()).value();
  Bytes plain;
  put_bytes(plain, shares.mask_share.reveal(Reveal::test));
  put_bytes(plain, shares.self_share.reveal(Reveal::test));
  return plain;
}

const BadDealing kBadDealings[] = {
    {"a box that does not open",
     [](const ScriptedRound&, InboundItem& inbound) { inbound.item.box[5] ^= 1; }},
    {"a box for another point",
     [](const ScriptedRound& round, InboundItem& inbound) {
       Bytes plain = opened(round, inbound);
       const Encoded ad = share_associated_data(round.th1(), inbound.from, round.subject(),
                                                inbound.item.point + 1);
       inbound.item.box = seal_any(round.channel_from(inbound.from), plain, ad.view());
     }},
    {"the share of s off its tag",
     [](const ScriptedRound&, InboundItem& inbound) {
       inbound.item.mask_tag = inbound.item.self_tag;
     }},
    {"the share of b off its tag",
     [](const ScriptedRound&, InboundItem& inbound) {
       inbound.item.self_tag = inbound.item.mask_tag;
     }},
    {"a tag's second encoding",
     [](const ScriptedRound&, InboundItem& inbound) {
       inbound.item.mask_tag[31] |= 0x80;  // libsodium would read the same point [KEY-2]
     }},
    {"a tag that is no point",
     [](const ScriptedRound&, InboundItem& inbound) { inbound.item.mask_tag.fill(0xff); }},
    {"a zero share under a zero tag",
     [](const ScriptedRound& round, InboundItem& inbound) {
       Bytes plain = opened(round, inbound);
       std::fill_n(plain.begin(), 32, std::uint8_t{0});
       seal_into(round, inbound, plain);
       inbound.item.mask_tag.fill(0);
     }},
    {"a share that is not canonical",
     [](const ScriptedRound& round, InboundItem& inbound) {
       Bytes plain = opened(round, inbound);
       plain[63] |= 0x80;  // libsodium would read the same scalar
       seal_into(round, inbound, plain);
     }},
};

TEST_CASE("[U2-9, MASK-4, UNMASK-2] a bad share is not held, its mask is added, it is reported") {
  for (const ScriptSetup& setup : {complete_graph(), sparse_graph()}) {
    for (const BadDealing& bad : kBadDealings) {
      CAPTURE(bad.what);
      ScriptedRound round(setup);
      round.advance(ParticipantPhase::shared);
      round.give(round.input());
      Delivery delivery = round.delivery();
      InboundItem& inbound = delivery.items[1];
      bad.spoil(round, inbound);
      round.sign_item(delivery, 1);
      CHECK(round.give(delivery).empty());
      CHECK(only<BeginUpload>(round.give(UploadGrant{})).size() == 1);
      round.advance(ParticipantPhase::unmasked);
      const Unmask* unmask = round.sent<Unmask>();
      REQUIRE(unmask != nullptr);
      CHECK(unmask->not_held == std::vector<std::uint32_t>{inbound.from});
      CHECK(unmask->entries.size() == delivery.items.size() - 1);
      CHECK(std::ranges::none_of(
          unmask->entries, [&](const UnmaskEntry& entry) { return entry.member == inbound.from; }));
    }
  }
}

}  // namespace
}  // namespace blindsum
