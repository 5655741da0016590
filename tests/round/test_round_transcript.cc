// Every hashed, signed or derived string against the layout of SPEC.md, written out by hand.
#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/sign.h"
#include "protocol/round/round_transcript.h"
#include "tests/round/by_hand.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {
namespace {

Hash filled(std::uint8_t byte) {
  Hash hash{};
  hash.bytes.fill(byte);
  return hash;
}

Point point_of(std::uint64_t seed) {
  SeededEntropy entropy(seed);
  return public_point(random_scalar<MaskKeyTag>(entropy).value()).value();
}

Advert make_advert(std::uint32_t index) {
  return {.roster_index = index,
          .mask_point = point_of(3 * index),
          .channel_point = point_of(3 * index + 1),
          .self_point = point_of(3 * index + 2)};
}

ShareItem make_item(std::uint32_t to) {
  ShareItem item{.to = to, .point = 9, .box = {}, .mask_tag = {}, .self_tag = {}};
  item.box.fill(0xb0);
  item.mask_tag.fill(0x11);
  item.self_tag.fill(0x22);
  return item;
}

const Hash kTh0 = filled(1);
const Hash kTh1 = filled(2);
const Hash kTh2 = filled(3);
const Hash kTh3 = filled(4);

TEST_CASE("[ADVERT-1] an advert is roster index, S, C, B") {
  const Advert advert = make_advert(0x01020304);
  Bytes expected = u32_bytes(0x01020304);
  for (const Point& point : {advert.mask_point, advert.channel_point, advert.self_point}) {
    put_bytes(expected, point.view());
  }
  CHECK(as_bytes(advert.bytes()) == expected);
  CHECK(expected.size() == 100);
  CHECK(as_bytes(advert_statement(kTh0, advert).view()) ==
        enc("advert", {as_bytes(kTh0.view()), expected}));
}

TEST_CASE("[HASH-1, HASH-2] th0 to th3") {
  CHECK(hash_th0(Bytes{7, 8}).value() == sha256(enc("th0", {Bytes{7, 8}})).value());
  const std::vector<SignedAdvert> adverts{{make_advert(1), {}}, {make_advert(2), {}}};
  Bytes all = as_bytes(adverts[0].advert.bytes());
  put_bytes(all, adverts[1].advert.bytes());
  CHECK(hash_th1(kTh0, adverts).value() ==
        sha256(enc("th1", {as_bytes(kTh0.view()), u32_bytes(2), all})).value());
  Bitmap bitmap(9);
  bitmap.add(8);
  const Bytes bit8{0, 1};
  CHECK(hash_th2(kTh1, bitmap).value() ==
        sha256(enc("th2", {as_bytes(kTh1.view()), bit8})).value());
  CHECK(hash_th3(kTh2, bitmap).value() ==
        sha256(enc("th3", {as_bytes(kTh2.view()), bit8})).value());
}

TEST_CASE("[SHARE-5, SHARE-6, SHARE-7] share items, their boxes, and what is signed of them") {
  const ShareItem item = make_item(5);
  Bytes box_and_tags(80, 0xb0);
  box_and_tags.resize(112, 0x11);
  box_and_tags.resize(144, 0x22);
  Bytes bytes = u32_bytes(5);
  put_u32(bytes, 9);
  put_bytes(bytes, box_and_tags);
  CHECK(bytes.size() == 152);
  CHECK(share_item_bytes(item) == bytes);

  const Bytes th1 = as_bytes(kTh1.view());
  CHECK(as_bytes(share_associated_data(kTh1, 3, 5, 9).view()) ==
        enc("share-ad", {th1, u32_bytes(3), u32_bytes(5), u32_bytes(9)}));
  CHECK(as_bytes(shares_statement(kTh1, 3, kTh0).view()) ==
        enc("shares", {th1, u32_bytes(3), as_bytes(kTh0.view())}));
}

TEST_CASE("[ENC-3, RECEIPT-1, ATTEST-3, UNMASK-3, VOID-1] the other statements") {
  const Bytes u = u32_bytes(6);
  CHECK(as_bytes(offer_statement(Bytes{1, 2}).view()) == enc("offer", {Bytes{1, 2}}));
  CHECK(as_bytes(record_statement(Bytes{1, 2}).view()) == enc("record", {Bytes{1, 2}}));
  CHECK(as_bytes(receipt_statement(kTh2, 6).view()) == enc("masked", {as_bytes(kTh2.view()), u}));
  CHECK(as_bytes(attest_statement(kTh3, 6).view()) == enc("attest", {as_bytes(kTh3.view()), u}));
  CHECK(as_bytes(void_statement(kTh1, 6).view()) == enc("void", {as_bytes(kTh1.view()), u}));
  CHECK(as_bytes(unmask_statement(kTh3, 6, kTh0).view()) ==
        enc("unmask", {as_bytes(kTh3.view()), u, as_bytes(kTh0.view())}));
}

TEST_CASE("[UNMASK-2] the body of an unmask answer") {
  RevealedShare share{};
  share.bytes.fill(0xaa);
  Bytes expected = u32_bytes(2);
  for (const auto& [member, kind] : {std::pair{4u, 0}, std::pair{7u, 1}}) {
    put_u32(expected, member);
    expected.push_back(static_cast<std::uint8_t>(kind));
    put_bytes(expected, share.view());
  }
  put_u32(expected, 1);
  put_u32(expected, 9);
  CHECK(unmask_answer_bytes({{4, ShareKind::self_mask, share}, {7, ShareKind::mask_key, share}},
                            {9}) == expected);
  CHECK(unmask_answer_bytes({}, {}) == Bytes(8, 0));
}

template <class Key>
Bytes revealed(const Result<Key>& key) {
  return as_bytes(key.value().reveal(Reveal::test));
}

TEST_CASE("[KEY-5] channel keys have a direction, pair keys have none, self keys an owner") {
  SeededEntropy entropy(5);
  const MaskKey mine = random_scalar<MaskKeyTag>(entropy).value();
  const MaskKey theirs = random_scalar<MaskKeyTag>(entropy).value();
  const SharedPoint here = agree(mine, public_point(theirs).value()).value();
  const SharedPoint there = agree(theirs, public_point(mine).value()).value();
  const auto derived = [](const SharedPoint& shared, const Hash& salt, const Bytes& info) {
    return revealed(hkdf<StreamKeyTag>(shared, salt, info));
  };
  CHECK(revealed(channel_key(here, kTh1, 8, 3)) ==
        derived(there, kTh1, enc("channel", {u32_bytes(8), u32_bytes(3)})));
  CHECK(revealed(channel_key(here, kTh1, 3, 8)) != revealed(channel_key(here, kTh1, 8, 3)));
  const Bytes pair = derived(there, kTh2, enc("pair", {u32_bytes(3), u32_bytes(8)}));
  CHECK(revealed(pair_key(here, kTh2, 3, 8)) == pair);
  CHECK(revealed(pair_key(there, kTh2, 8, 3)) == pair);
  const SelfMask self = random_scalar<SelfMaskTag>(entropy).value();
  CHECK(revealed(self_key(self, kTh2, 3)) ==
        revealed(hkdf<StreamKeyTag>(self, kTh2, enc("self", {u32_bytes(3)}))));
}

struct Quorum {
  std::vector<SigningKey> keys;
  std::vector<VerifyKey> verify_keys;
  QuorumSignatures certificate;

  explicit Quorum(const Bitmap& signers) {
    SeededEntropy entropy(6);
    for (std::uint32_t v = 0; v < signers.size(); ++v) {
      keys.push_back(SigningKey::generate(entropy).value());
      verify_keys.push_back(keys.back().verify_key());
      if (!signers.has(v)) continue;
      certificate.signatures.push_back(keys[v].sign(attest_statement(kTh3, v)).value());
    }
    certificate.signers = as_bytes(signers.bytes());
  }
  Result<Bitmap> check(const Bitmap& allowed, std::uint32_t quorum) const {
    return verify_quorum(certificate, allowed, quorum, verify_keys, kTh3, attest_statement);
  }
};

Bitmap members(std::uint32_t n, std::initializer_list<std::uint32_t> list) {
  Bitmap bitmap(n);
  for (const std::uint32_t v : list) bitmap.add(v);
  return bitmap;
}

TEST_CASE("[CERT-1, VOID-3] a quorum of valid signatures by distinct allowed members") {
  const Bitmap all = members(5, {0, 1, 2, 3, 4});
  const Bitmap signers = members(5, {0, 2, 3});
  const Quorum good(signers);
  CHECK(good.check(all, 3).value() == signers);
  CHECK(good.check(all, 4).error() == Reason::certificate_short);
  CHECK(good.check(members(5, {0, 2, 4}), 3).error() == Reason::bad_bitmap);

  Quorum bad(signers);
  SUBCASE("padding bit") {
    bad.certificate.signers[0] |= 0x20;
    CHECK(bad.check(all, 3).error() == Reason::bad_bitmap);
  }
  SUBCASE("a signature too few or too many") {
    bad.certificate.signatures.pop_back();
    CHECK(bad.check(all, 3).error() == Reason::wrong_length);
    bad.certificate.signatures.resize(4);
    CHECK(bad.check(all, 3).error() == Reason::wrong_length);
  }
  SUBCASE("any one of them") {
    for (std::size_t i = 0; i < 3; ++i) {
      Quorum other(signers);
      other.certificate.signatures[i].bytes[40] ^= 1;
      CHECK(other.check(all, 3).error() == Reason::bad_signature);
    }
  }
  SUBCASE("not in the members' order") {
    std::swap(bad.certificate.signatures[0], bad.certificate.signatures[1]);
    CHECK(bad.check(all, 3).error() == Reason::bad_signature);
  }
  SUBCASE("keys that are not the cohort's are a bug of ours") {
    bad.verify_keys.pop_back();
    CHECK(bad.check(all, 3).error() == Reason::internal_error);
  }
}

}  // namespace
}  // namespace blindsum
