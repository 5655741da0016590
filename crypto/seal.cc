#include "crypto/seal.h"

#include <sodium.h>

#include <algorithm>

namespace blindsum {

namespace {

static_assert(seal_tag_bytes == crypto_aead_chacha20poly1305_ietf_ABYTES);
static_assert(SealKey::size_bytes == crypto_aead_chacha20poly1305_ietf_KEYBYTES);

using Plaintext = detail::Scratch<2 * scalar_bytes>;

constexpr std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> zero_nonce{};

}  // namespace

Result<ShareBox> seal_shares(const SealKey& key, const Share& mask_share, const Share& self_share,
                             ByteView ad) {
  Plaintext plaintext;
  std::ranges::copy(mask_share.reveal(Reveal::seal), plaintext.bytes.begin());
  std::ranges::copy(self_share.reveal(Reveal::seal), plaintext.bytes.begin() + scalar_bytes);

  ShareBox box{};
  unsigned long long written = 0;
  const int status = crypto_aead_chacha20poly1305_ietf_encrypt(
      box.data(), &written, plaintext.data(), plaintext.bytes.size(), ad.data(), ad.size(), nullptr,
      zero_nonce.data(), key.reveal(Reveal::seal).data());
  if (status != 0 || written != box.size()) return CryptoError::library_failed;
  return box;
}

Result<OpenedShares> open_shares(const SealKey& key, ByteView box, ByteView ad) {
  if (box.size() != share_box_bytes) return CryptoError::bad_length;
  Plaintext plaintext;
  unsigned long long written = 0;
  const int status = crypto_aead_chacha20poly1305_ietf_decrypt(
      plaintext.data(), &written, nullptr, box.data(), box.size(), ad.data(), ad.size(),
      zero_nonce.data(), key.reveal(Reveal::open).data());
  if (status != 0 || written != plaintext.bytes.size()) return CryptoError::bad_seal;

  const ByteView opened = plaintext.bytes;
  BLINDSUM_TRY(mask_share, Share::from(opened.first(scalar_bytes)));
  BLINDSUM_TRY(self_share, Share::from(opened.subspan(scalar_bytes)));
  return OpenedShares{std::move(mask_share), std::move(self_share)};
}

}  // namespace blindsum
