#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>

#include "crypto/sign.h"
#include "tests/crypto/support.h"

namespace blindsum {

namespace {

// RFC 8032, 7.1, TEST 1.
constexpr const char* seed_text =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
constexpr const char* key_text = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

SigningKey signing_key() {
  return SigningKey::from_seed(Seed::from(hex(seed_text)).value()).value();
}

const Encoded text = Encoded(Label::attest).hash(Hash{}).u32(3);

bool openssl_verifies(const VerifyKey& key, const Encoded& signed_text,
                      const Signature& signature) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes.data(), key.bytes.size()),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  REQUIRE(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1);
  return EVP_DigestVerify(context.get(), signature.bytes.data(), signature.bytes.size(),
                          signed_text.view().data(), signed_text.view().size()) == 1;
}

Error refusal_of(const VerifyKey& key, const Encoded& signed_text, const Signature& signature) {
  const auto verified = verify(key, signed_text, signature);
  return verified.has_error() ? verified.error() : Error();
}

}  // namespace

TEST_CASE("[SIG-1] a seed gives the key of RFC 8032") {
  CHECK(to_hex(signing_key().verify_key().view()) == key_text);
  CHECK(revealed(signing_key().seed()) == hex(seed_text));
}

TEST_CASE("[SIG-1] signatures are Ed25519 over the encoding, always the same") {
  const Signature signature = signing_key().sign(text).value();
  CHECK(verify(signing_key().verify_key(), text, signature).has_value());
  CHECK(openssl_verifies(signing_key().verify_key(), text, signature));
  CHECK(signature == signing_key().sign(text).value());
}

TEST_CASE("[SIG-1] any other signature, text or key is bad_signature") {
  SeededEntropy entropy(31);
  const auto other = SigningKey::generate(entropy).value();
  const VerifyKey key = signing_key().verify_key();
  const Signature signature = signing_key().sign(text).value();
  for (std::size_t i = 0; i < Signature::size_bytes; ++i) {
    CAPTURE(i);
    Signature touched = signature;
    touched.bytes[i] ^= 1;
    CHECK(refusal_of(key, text, touched) == CryptoError::bad_signature);
  }
  CHECK(refusal_of(other.verify_key(), text, signature) == CryptoError::bad_signature);
  CHECK(refusal_of(key, Encoded(Label::attest).hash(Hash{}).u32(4), signature) ==
        CryptoError::bad_signature);
  CHECK(refusal_of(key, Encoded(Label::void_).hash(Hash{}).u32(3), signature) ==
        CryptoError::bad_signature);
}

TEST_CASE("[SIG-1] the other half of a malleable pair is refused") {
  const Signature signature = signing_key().sign(text).value();
  const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  Signature added = signature;  // S + l
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += unsigned{added.bytes[32 + i]} + unsigned{order[i]};
    added.bytes[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  REQUIRE(carry == 0);
  CHECK(refusal_of(signing_key().verify_key(), text, added) == CryptoError::bad_signature);
}

TEST_CASE("[SIG-1] a key of small order verifies nothing") {
  // For the identity as key, R = identity and S = 0 satisfy the equation for every text.
  VerifyKey identity;
  identity.bytes[0] = 1;
  Signature signature;
  signature.bytes[0] = 1;
  CHECK(refusal_of(identity, text, signature) == CryptoError::bad_signature);
}

TEST_CASE("[SIG-1] a signature with R of small order is refused, though its equation holds") {
  const VerifyKey key = signing_key().verify_key();
  const Bytes seed = hex(seed_text);
  std::array<std::uint8_t, 64> wide{};
  REQUIRE(crypto_hash_sha512(wide.data(), seed.data(), seed.size()) == 0);
  wide[0] &= 0xf8;  // the secret scalar, clamped as RFC 8032 has it
  wide[31] = static_cast<std::uint8_t>((wide[31] & 0x7f) | 0x40);
  std::fill(wide.begin() + 32, wide.end(), std::uint8_t{0});
  std::array<std::uint8_t, 32> secret{};
  crypto_core_ed25519_scalar_reduce(secret.data(), wide.data());

  // R = identity, so S = H(R ‖ A ‖ text) · secret.
  Signature signature;
  signature.bytes[0] = 1;
  Bytes hashed(signature.bytes.begin(), signature.bytes.begin() + 32);
  put_bytes(hashed, key.view());
  put_bytes(hashed, text.view());
  REQUIRE(crypto_hash_sha512(wide.data(), hashed.data(), hashed.size()) == 0);
  std::array<std::uint8_t, 32> challenge{};
  crypto_core_ed25519_scalar_reduce(challenge.data(), wide.data());
  crypto_core_ed25519_scalar_mul(signature.bytes.data() + 32, challenge.data(), secret.data());

  CHECK(openssl_verifies(key, text, signature));
  CHECK(refusal_of(key, text, signature) == CryptoError::bad_signature);
}

TEST_CASE("[ROSTER-3] a verify key is a canonical point of the prime-order subgroup") {
  CHECK(check_verify_key(signing_key().verify_key()).has_value());
  for (const char* bad : {
           "0100000000000000000000000000000000000000000000000000000000000000",  // identity
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
           "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = p + 1
           "0200000000000000000000000000000000000000000000000000000000000000",  // not on the curve
       }) {
    CAPTURE(bad);
    const auto key = VerifyKey::from(hex(bad)).value();
    CHECK(check_verify_key(key).error() == CryptoError::bad_point);
  }
}

TEST_CASE("a generated key is the entropy's seed, and can be saved") {
  ScriptedEntropy entropy(hex(seed_text));
  const auto key = SigningKey::generate(entropy).value();
  CHECK(to_hex(key.verify_key().view()) == key_text);
  const auto loaded = SigningKey::from_seed(Seed::from(revealed(key.seed())).value()).value();
  CHECK(loaded.sign(text).value() == key.sign(text).value());
  CHECK(SigningKey::generate(entropy).error() == CryptoError::entropy_failed);
}

}  // namespace blindsum
