// What the program does for itself before it serves; the rest is in tests/e2e/test_process.cc.
#include <doctest/doctest.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <memory>
#include <vector>

#include "server/process.h"

namespace blindsum {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

// OpenSSL takes no other memory for them when this is used up, and then no random numbers either.
TEST_CASE("process: the locked pages of TLS have room for the keys of all connections") {
  constexpr std::size_t connections = 10'000;
  REQUIRE(lock_tls_keys(connections));
  std::vector<std::unique_ptr<EVP_PKEY, FreeKey>> keys;
  while (keys.size() < connections) {
    keys.emplace_back(EVP_EC_gen("P-256"));
    REQUIRE_MESSAGE(keys.back(), keys.size());
  }
  std::array<unsigned char, 32> bytes{};
  CHECK(RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  ERR_clear_error();
}

}  // namespace
}  // namespace blindsum
