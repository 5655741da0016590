// Scalars, points, sharing: whatever works on s, c, b and their shares.
#include <array>

#include "crypto/shamir.h"
#include "crypto/sign.h"
#include "crypto/transcript.h"
#include "tests/ct/marks.h"

namespace blindsum::ct {
namespace {

constexpr std::uint32_t kThreshold = 5;
constexpr std::uint32_t kShares = 8;

MaskKey mask_key(std::uint64_t seed) {
  SecretEntropy entropy(seed);
  return random_scalar<MaskKeyTag>(entropy).value();
}

Point public_point_of(std::uint64_t seed) {
  SeededEntropy entropy(seed);
  return public_point(random_scalar<ChannelKeyTag>(entropy).value()).value();
}

// One look, one branch: published.supp hides branches in this function, and the script counts them.
bool check_scalar() {
  std::array<std::uint8_t, scalar_bytes> scalar{};
  scalar[3] = 9;
  mark_secret(std::span(scalar));
  const bool good = check_canonical_scalar(scalar).has_value();
  return good && is_secret(scalar);
}

bool draw() {
  const MaskKey key = mask_key(1);
  return is_secret(key.reveal(Reveal::test));
}

bool make_public_point() {
  const MaskKey key = mask_key(2);
  const auto point = public_point(key);
  return point.has_value() && is_secret(key.reveal(Reveal::test));
}

bool agree_with_point() {
  const MaskKey key = mask_key(3);
  const auto shared = agree(key, public_point_of(4));
  return shared.has_value() && is_secret(shared->reveal(Reveal::test));
}

bool split_into_shares() {
  const MaskKey key = mask_key(5);
  SecretEntropy coefficients(6);
  const auto shares = split(key, kThreshold, kShares, coefficients);
  if (!shares || shares->size() != kShares) return false;
  for (const Share& share : *shares) {
    if (!is_secret(share.reveal(Reveal::test)) || !share_tag(share)) return false;
  }
  return true;
}

bool rebuild_from_shares() {
  const MaskKey key = mask_key(7);
  SecretEntropy coefficients(8);
  const auto shares = split(key, kThreshold, kShares, coefficients).value();
  std::vector<std::uint32_t> points;
  std::vector<const Share*> some;
  for (std::uint32_t i = kShares - kThreshold; i < kShares; ++i) {
    points.push_back(i + 1);
    some.push_back(&shares[i]);
  }
  const auto rebuilt = combine<MaskKeyTag>(points, some);
  // Against what was advertised, as recovery does.
  return rebuilt && is_secret(rebuilt->reveal(Reveal::test)) &&
         public_point(*rebuilt).value() == public_point(key).value();
}

bool parse_revealed_share() {
  std::array<std::uint8_t, scalar_bytes> bytes{};
  bytes[0] = 77;
  mark_secret(std::span(bytes));
  const auto share = parse_share(bytes);
  return share && is_secret(share->reveal(Reveal::test));
}

bool move_and_wipe() {
  MaskKey first = mask_key(9);
  MaskKey second = std::move(first);
  MaskKey third = mask_key(10);
  third = std::move(second);
  std::array<std::uint8_t, 40> scratch{};
  mark_secret(std::span(scratch));
  wipe(ByteSpan(scratch));
  return is_secret(third.reveal(Reveal::test)) && !is_secret(scratch);
}

bool sign_text() {
  SecretEntropy entropy(11);
  const auto key = SigningKey::generate(entropy);
  if (!key) return false;
  const Encoded text = Encoded(Label::record).bytes(Bytes(40, 1));
  const auto signature = key->sign(text);
  return signature && is_secret(key->seed().reveal(Reveal::test)) &&
         verify(key->verify_key(), text, *signature).has_value();
}

constexpr std::array kCases{
    Case{"check_scalar", check_scalar, false},
    Case{"draw", draw, false},
    Case{"public_point", make_public_point, false},
    Case{"agree", agree_with_point, false},
    Case{"split", split_into_shares, false},
    Case{"rebuild", rebuild_from_shares, false},
    Case{"parse_share", parse_revealed_share, false},
    Case{"move_and_wipe", move_and_wipe, false},
    Case{"sign", sign_text, false},
};

}  // namespace

std::span<const Case> scalar_cases() {
  return kCases;
}

}  // namespace blindsum::ct
