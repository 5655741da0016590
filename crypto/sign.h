// Ed25519 by libsodium, whose verification is strict (no small-order keys, no non-canonical
// encodings). What is signed is always an Encoded, so that no signature for one use can stand for
// another.
#pragma once

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "crypto/locked_memory.h"
#include "crypto/result.h"
#include "crypto/secret.h"
#include "crypto/transcript.h"

namespace blindsum {

struct SeedTag {};
struct SigningKeyTag {};

using Seed = Secret<SeedTag>;

// The private half of an identity: a participant's, the aggregator's or the authority's. Move-only,
// wiped, and in locked memory, as it lives for as long as the process.
class [[nodiscard]] SigningKey {
 public:
  // Errors: library_failed.
  [[nodiscard]] static Result<SigningKey> from_seed(Seed seed);

  // Errors: entropy_failed, library_failed.
  [[nodiscard]] static Result<SigningKey> generate(Entropy& entropy);

  const VerifyKey& verify_key() const { return verify_key_; }

  // The same text always has the same signature. Errors: library_failed.
  [[nodiscard]] Result<Signature> sign(const Encoded& text) const;

  // What the identity's file keeps.
  const Seed& seed() const { return secrets_->seed; }

 private:
  // libsodium's layout: the seed, then the public key.
  using Expanded = Secret<SigningKeyTag, 64>;
  struct Secrets {
    Seed seed;
    Expanded expanded;
  };
  SigningKey(Locked<Secrets> secrets, const VerifyKey& verify_key)
      : secrets_(std::move(secrets)), verify_key_(verify_key) {}

  Locked<Secrets> secrets_;
  VerifyKey verify_key_;
};

// A key that a roster or a policy names: a canonical point of the prime-order subgroup, not the
// identity [ROSTER-3]. Errors: bad_point.
[[nodiscard]] Result<void> check_verify_key(const VerifyKey& key);

// [SIG-1] Errors: bad_signature.
[[nodiscard]] Result<void> verify(const VerifyKey& key, const Encoded& text,
                                  const Signature& signature);

}  // namespace blindsum
