#include "crypto/kdf.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <memory>

#include "crypto/openssl.h"

namespace blindsum::detail {

namespace {

struct FreeContext {
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

// OpenSSL takes parameters it only reads through pointers to non-const.
OSSL_PARAM octets(const char* name, ByteView bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                           bytes.size());
}

// Looked up by name, under a lock, once: that costs more than a derivation. The process keeps it.
EVP_KDF* method() {
  static EVP_KDF* const fetched = EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr);
  return fetched;
}

}  // namespace

Result<void> hkdf_sha256(ByteView ikm, ByteView salt, ByteView info, ByteSpan out) {
  if (method() == nullptr) return openssl_failed();
  const std::unique_ptr<EVP_KDF_CTX, FreeContext> context(EVP_KDF_CTX_new(method()));
  if (context == nullptr) return openssl_failed();

  std::array<char, 7> digest{"SHA256"};
  std::array<OSSL_PARAM, 5> parameters{};
  std::size_t count = 0;
  parameters[count++] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0);
  parameters[count++] = octets(OSSL_KDF_PARAM_KEY, ikm);
  // OpenSSL refuses an empty string at a null pointer; the RFC takes none for empty.
  if (!salt.empty()) parameters[count++] = octets(OSSL_KDF_PARAM_SALT, salt);
  if (!info.empty()) parameters[count++] = octets(OSSL_KDF_PARAM_INFO, info);
  parameters[count] = OSSL_PARAM_construct_end();
  if (EVP_KDF_derive(context.get(), out.data(), out.size(), parameters.data()) != 1) {
    return openssl_failed();
  }
  return {};
}

}  // namespace blindsum::detail
