// From what two keys agree on to keys, and what they seal.
#include <array>

#include "crypto/seal.h"
#include "protocol/round/round_transcript.h"
#include "support/key_file.h"
#include "tests/ct/marks.h"
#include "tests/server/temporary_folder.h"

namespace blindsum::ct {
namespace {

Hash some_hash(std::uint8_t value) {
  Hash hash;
  hash.bytes.fill(value);
  return hash;
}

SharedPoint shared_point() {
  return marked(SharedPoint::from(Bytes(32, 0x5C)));
}

Share secret_share(std::uint64_t seed) {
  SecretEntropy entropy(seed);
  return random_scalar<ShareTag>(entropy).value();
}

bool derive_keys() {
  const SharedPoint shared = shared_point();
  SecretEntropy entropy(20);
  const SelfMask self_mask = random_scalar<SelfMaskTag>(entropy).value();
  const auto channel = channel_key(shared, some_hash(1), 2, 3);
  const auto pair = pair_key(shared, some_hash(2), 5, 4);
  const auto self = self_key(self_mask, some_hash(2), 4);
  return channel && pair && self && is_secret(channel->reveal(Reveal::test)) &&
         is_secret(pair->reveal(Reveal::test)) && is_secret(self->reveal(Reveal::test));
}

bool seal_and_open() {
  const SealKey key = channel_key(shared_point(), some_hash(1), 2, 3).value();
  const Encoded ad = share_associated_data(some_hash(1), 2, 3, 1);
  const auto box = seal_shares(key, secret_share(21), secret_share(22), ad.view());
  if (!box || is_secret(*box)) return false;
  const auto opened = open_shares(key, *box, ad.view());
  return opened && is_secret(opened->mask_share.reveal(Reveal::test)) &&
         is_secret(opened->self_share.reveal(Reveal::test));
}

// Neither does a box that was changed say more than that.
bool open_what_was_changed() {
  const SealKey key = channel_key(shared_point(), some_hash(1), 2, 3).value();
  const Encoded ad = share_associated_data(some_hash(1), 2, 3, 1);
  auto box = seal_shares(key, secret_share(23), secret_share(24), ad.view()).value();
  box[5] ^= 1;
  return open_shares(key, box, ad.view()).error() == CryptoError::bad_seal;
}

// An identity's file, there and back.
bool keep_key_file() {
  const TemporaryFolder folder;
  const auto path = folder.path() / "identity.key";
  SecretEntropy entropy(25);
  const SigningKey key = SigningKey::generate(entropy).value();
  if (!write_secret_key(path, key)) return false;
  const auto again = read_secret_key(path);
  return again && is_secret(again->seed().reveal(Reveal::test)) &&
         again->verify_key() == key.verify_key();
}

constexpr std::array kCases{
    Case{"derive_keys", derive_keys, false},
    Case{"seal_and_open", seal_and_open, false},
    Case{"open_what_was_changed", open_what_was_changed, false},
    Case{"key_file", keep_key_file, false},
};

}  // namespace

std::span<const Case> sealing_cases() {
  return kCases;
}

}  // namespace blindsum::ct
