#include "crypto/sign.h"

#include <sodium.h>

#include <utility>

namespace blindsum {

static_assert(VerifyKey::size_bytes == crypto_sign_PUBLICKEYBYTES);
static_assert(Signature::size_bytes == crypto_sign_BYTES);
static_assert(Seed::size_bytes == crypto_sign_SEEDBYTES);

Result<SigningKey> SigningKey::from_seed(Seed seed) {
  static_assert(Expanded::size_bytes == crypto_sign_SECRETKEYBYTES);
  VerifyKey verify_key;
  BLINDSUM_TRY(expanded, Expanded::produce(Reveal::sign, [&](ByteSpan out) -> Result<void> {
                 if (crypto_sign_seed_keypair(verify_key.bytes.data(), out.data(),
                                              seed.reveal(Reveal::sign).data()) != 0) {
                   return CryptoError::library_failed;
                 }
                 return {};
               }));
  return SigningKey(make_locked<Secrets>(std::move(seed), std::move(expanded)), verify_key);
}

Result<SigningKey> SigningKey::generate(Entropy& entropy) {
  BLINDSUM_TRY(seed, Seed::random(entropy));
  return from_seed(std::move(seed));
}

Result<Signature> SigningKey::sign(const Encoded& text) const {
  Signature signature;
  unsigned long long written = 0;
  const ByteView bytes = text.view();
  const int status =
      crypto_sign_detached(signature.bytes.data(), &written, bytes.data(), bytes.size(),
                           secrets_->expanded.reveal(Reveal::sign).data());
  if (status != 0 || written != signature.bytes.size()) return CryptoError::library_failed;
  return signature;
}

Result<void> check_verify_key(const VerifyKey& key) {
  if (crypto_core_ed25519_is_valid_point(key.bytes.data()) != 1) return CryptoError::bad_point;
  return {};
}

Result<void> verify(const VerifyKey& key, const Encoded& text, const Signature& signature) {
  const ByteView bytes = text.view();
  if (crypto_sign_verify_detached(signature.bytes.data(), bytes.data(), bytes.size(),
                                  key.bytes.data()) != 0) {
    return CryptoError::bad_signature;
  }
  return {};
}

}  // namespace blindsum
