#include <openssl/evp.h>

#include <memory>

#include "crypto/seal.h"
#include "tests/crypto/support.h"

namespace blindsum {

namespace {

const Bytes key_bytes = counting(0x80, 32);
const Bytes ad = counting(0x10, 40);

SealKey key() {
  return SealKey::from(key_bytes).value();
}
Share share_of(std::uint64_t value) {
  return Share::from(scalar_bytes_of(value)).value();
}

ShareBox box() {
  return seal_shares(key(), share_of(5), share_of(6), ad).value();
}

// The same seal by the other library, for plaintexts that seal_shares() does not take too.
Bytes openssl_seal(const Bytes& plaintext) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const Bytes nonce(12);
  Bytes out(plaintext.size() + seal_tag_bytes);
  int written = 0;
  REQUIRE(EVP_EncryptInit_ex(context.get(), EVP_chacha20_poly1305(), nullptr, key_bytes.data(),
                             nonce.data()) == 1);
  REQUIRE(EVP_EncryptUpdate(context.get(), nullptr, &written, ad.data(),
                            static_cast<int>(ad.size())) == 1);
  REQUIRE(EVP_EncryptUpdate(context.get(), out.data(), &written, plaintext.data(),
                            static_cast<int>(plaintext.size())) == 1);
  REQUIRE(EVP_EncryptFinal_ex(context.get(), out.data() + written, &written) == 1);
  REQUIRE(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, seal_tag_bytes,
                              out.data() + plaintext.size()) == 1);
  return out;
}

Bytes both(const Bytes& first, const Bytes& second) {
  Bytes bytes = first;
  put_bytes(bytes, second);
  return bytes;
}

}  // namespace

TEST_CASE("[SHARE-6] a box opens to the shares that were sealed") {
  const auto opened = open_shares(key(), box(), ad).value();
  CHECK(revealed(opened.mask_share) == scalar_bytes_of(5));
  CHECK(revealed(opened.self_share) == scalar_bytes_of(6));
}

TEST_CASE("[SHARE-6] a box is ChaCha20-Poly1305 with a nonce of zeros, mask share first") {
  CHECK(to_hex(box()) == to_hex(openssl_seal(both(scalar_bytes_of(5), scalar_bytes_of(6)))));
  CHECK(box().size() == 80);
}

TEST_CASE("[U2-9] a box that was touched anywhere, or is another's, is bad_seal") {
  const ShareBox good = box();
  for (std::size_t i = 0; i < good.size(); ++i) {
    CAPTURE(i);
    ShareBox touched = good;
    touched[i] ^= 1;
    CHECK(open_shares(key(), touched, ad).error() == CryptoError::bad_seal);
  }
  Bytes other_ad = ad;
  other_ad.back() ^= 1;
  CHECK(open_shares(key(), good, other_ad).error() == CryptoError::bad_seal);
  CHECK(open_shares(key(), good, {}).error() == CryptoError::bad_seal);
  const auto other_key = SealKey::from(counting(0x81, 32)).value();
  CHECK(open_shares(other_key, good, ad).error() == CryptoError::bad_seal);
}

TEST_CASE("[SHARE-5] a box has 80 bytes") {
  const ShareBox sealed = box();
  const Bytes good(sealed.begin(), sealed.end());
  for (const std::size_t size : {0U, 16U, 79U, 81U}) {
    Bytes other = good;
    other.resize(size);
    CHECK(open_shares(key(), other, ad).error() == CryptoError::bad_length);
  }
}

TEST_CASE("[U2-9] shares that are zero or not canonical are bad_scalar, though the seal is good") {
  const Bytes good = scalar_bytes_of(5);
  const Bytes zero(32);
  const Bytes not_canonical(32, 0xff);
  CHECK(open_shares(key(), openssl_seal(both(good, good)), ad).has_value());
  for (const Bytes& bad : {zero, not_canonical}) {
    CHECK(open_shares(key(), openssl_seal(both(bad, good)), ad).error() == CryptoError::bad_scalar);
    CHECK(open_shares(key(), openssl_seal(both(good, bad)), ad).error() == CryptoError::bad_scalar);
  }
}

}  // namespace blindsum
