// What libraries answer about secrets, and the protocol publishes: the linker puts these functions
// before the libraries' (meson.build), for all code of this program. Each declassifies exactly one
// answer. What a library itself branches on before it answers is in published.supp.
#include <sodium.h>
#include <unistd.h>

#include <string_view>

#include "tests/ct/marks.h"

using blindsum::ct::publish;

extern "C" {

int __real_crypto_scalarmult_ristretto255(unsigned char* q, const unsigned char* n,
                                          const unsigned char* p);
int __real_crypto_scalarmult_ristretto255_base(unsigned char* q, const unsigned char* n);
int __real_crypto_sign_seed_keypair(unsigned char* pk, unsigned char* sk,
                                    const unsigned char* seed);
int __real_crypto_sign_detached(unsigned char* sig, unsigned long long* siglen,
                                const unsigned char* m, unsigned long long mlen,
                                const unsigned char* sk);
int __real_crypto_aead_chacha20poly1305_ietf_encrypt(
    unsigned char* c, unsigned long long* clen, const unsigned char* m, unsigned long long mlen,
    const unsigned char* ad, unsigned long long adlen, const unsigned char* nsec,
    const unsigned char* npub, const unsigned char* k);
int __real_crypto_aead_chacha20poly1305_ietf_decrypt(
    unsigned char* m, unsigned long long* mlen, unsigned char* nsec, const unsigned char* c,
    unsigned long long clen, const unsigned char* ad, unsigned long long adlen,
    const unsigned char* npub, const unsigned char* k);
ssize_t __real_read(int file, void* out, std::size_t size);
ssize_t __real_write(int file, const void* bytes, std::size_t size);
int __real_sodium_is_zero(const unsigned char* n, std::size_t nlen);

static int answer(int status, const char* why) {
  publish(std::span(&status, 1), why);
  return status;
}

int __wrap_crypto_scalarmult_ristretto255(unsigned char* q, const unsigned char* n,
                                          const unsigned char* p) {
  return answer(__real_crypto_scalarmult_ristretto255(q, n, p),
                "never the identity for scalars and points that are valid by construction");
}

int __wrap_crypto_scalarmult_ristretto255_base(unsigned char* q, const unsigned char* n) {
  const int status = __real_crypto_scalarmult_ristretto255_base(q, n);
  publish(std::span(q, crypto_scalarmult_ristretto255_BYTES), "a public key, or a share's tag");
  return answer(status, "never the identity for scalars that are valid by construction");
}

int __wrap_crypto_sign_seed_keypair(unsigned char* pk, unsigned char* sk,
                                    const unsigned char* seed) {
  const int status = __real_crypto_sign_seed_keypair(pk, sk, seed);
  publish(std::span(pk, crypto_sign_PUBLICKEYBYTES), "the identity's public key, in the roster");
  publish(std::span(sk + crypto_sign_SEEDBYTES, crypto_sign_PUBLICKEYBYTES), "the same");
  return answer(status, "always 0");
}

int __wrap_crypto_sign_detached(unsigned char* sig, unsigned long long* siglen,
                                const unsigned char* m, unsigned long long mlen,
                                const unsigned char* sk) {
  const int status = __real_crypto_sign_detached(sig, siglen, m, mlen, sk);
  publish(std::span(sig, crypto_sign_BYTES), "a signature travels");
  return answer(status, "always 0");
}

int __wrap_crypto_aead_chacha20poly1305_ietf_encrypt(
    unsigned char* c, unsigned long long* clen, const unsigned char* m, unsigned long long mlen,
    const unsigned char* ad, unsigned long long adlen, const unsigned char* nsec,
    const unsigned char* npub, const unsigned char* k) {
  const int status =
      __real_crypto_aead_chacha20poly1305_ietf_encrypt(c, clen, m, mlen, ad, adlen, nsec, npub, k);
  publish(std::span(c, *clen), "a sealed box travels");
  return answer(status, "always 0");
}

int __wrap_crypto_aead_chacha20poly1305_ietf_decrypt(
    unsigned char* m, unsigned long long* mlen, unsigned char* nsec, const unsigned char* c,
    unsigned long long clen, const unsigned char* ad, unsigned long long adlen,
    const unsigned char* npub, const unsigned char* k) {
  const int status =
      __real_crypto_aead_chacha20poly1305_ietf_decrypt(m, mlen, nsec, c, clen, ad, adlen, npub, k);
  publish(std::span(mlen, 1), "the length is the box's");
  return answer(status, "whether a box opens is told to the aggregator (not_held)");
}

int __wrap_sodium_is_zero(const unsigned char* n, std::size_t nlen) {
  return answer(__real_sodium_is_zero(n, nlen),
                "whether a secret is all zeros: it never is, but after a move, an own bug");
}

// Nothing but key files is read here: behind their first line, they are the key.
ssize_t __wrap_read(int file, void* out, std::size_t size) {
  const ssize_t count = __real_read(file, out, size);
  constexpr std::size_t first_line = std::string_view("blindsum ed25519 secret key v1\n").size();
  constexpr std::size_t digits = 64;
  if (count >= static_cast<ssize_t>(first_line + digits)) {
    blindsum::ct::mark_secret(std::span(static_cast<std::uint8_t*>(out) + first_line, digits));
  }
  return count;
}

ssize_t __wrap_write(int file, const void* bytes, std::size_t size) {
  publish(std::span(static_cast<const std::uint8_t*>(bytes), size), "a file of its owner's");
  return __real_write(file, bytes, size);
}

}  // extern "C"
