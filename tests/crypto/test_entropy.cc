#include <openssl/err.h>
#include <openssl/rand.h>

#include <array>
#include <vector>

#include "crypto/entropy.h"
#include "crypto/group.h"
#include "tests/crypto/support.h"

namespace blindsum {

TEST_CASE("the system's entropy fills all bytes, differently each time") {
  SystemEntropy entropy;
  Bytes first(64);
  Bytes second(64);
  REQUIRE(entropy.fill(first).has_value());
  REQUIRE(entropy.fill(second).has_value());
  CHECK(first != second);
  CHECK(first != Bytes(64));
  CHECK(Bytes(first.begin() + 32, first.end()) != Bytes(32));
  CHECK(entropy.fill({}).has_value());
}

// A generator that fails, in OpenSSL's place, which is asked for by its old interface: there is no
// other way to provoke it.
TEST_CASE("[KEY-3] a system generator that fails is an error, not a key of zeros") {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  RAND_METHOD failing{};
  failing.bytes = [](unsigned char*, int) { return 0; };
  failing.status = [] { return 0; };
  REQUIRE(RAND_set_rand_method(&failing) == 1);
  SystemEntropy entropy;
  Bytes bytes(32);
  const Result<void> filled = entropy.fill(bytes);
  const auto key = random_scalar<MaskKeyTag>(entropy);
  REQUIRE(RAND_set_rand_method(nullptr) == 1);
#pragma GCC diagnostic pop
  CHECK(filled.error() == CryptoError::entropy_failed);
  CHECK(key.error() == CryptoError::entropy_failed);
  CHECK(ERR_peek_error() == 0);
  CHECK(entropy.fill(bytes).has_value());
}

TEST_CASE("seeded entropy repeats itself, and only itself") {
  SeededEntropy one(5);
  SeededEntropy same(5);
  SeededEntropy other(6);
  Bytes from_one(48);
  Bytes from_same(48);
  Bytes from_other(48);
  Bytes again(48);
  REQUIRE(one.fill(from_one).has_value());
  REQUIRE(same.fill(from_same).has_value());
  REQUIRE(other.fill(from_other).has_value());
  REQUIRE(one.fill(again).has_value());
  CHECK(from_one == from_same);
  CHECK(from_one != from_other);
  CHECK(from_one != again);
}

TEST_CASE("scripted entropy ends with its script") {
  ScriptedEntropy entropy(Bytes{1, 2, 3});
  Bytes two(2);
  REQUIRE(entropy.fill(two).has_value());
  CHECK(two == Bytes{1, 2});
  CHECK(entropy.fill(two).error() == CryptoError::entropy_failed);
}

TEST_CASE("[SHARE-4] uniform_below has no modulo bias") {
  // Of 2^32 = 3 · 1431655765 + 1 values the last is refused, and the next drawn.
  Bytes script;
  put_u32(script, 0xffffffff);
  put_u32(script, 0xfffffffe);
  ScriptedEntropy entropy(script);
  CHECK(uniform_below(entropy, 3).value() == 0xfffffffe % 3);

  // Powers of two refuse nothing.
  ScriptedEntropy highest(Bytes(4, 0xff));
  CHECK(uniform_below(highest, 1U << 31).value() == (1U << 31) - 1);
}

TEST_CASE("uniform_below reaches all values alike") {
  SeededEntropy entropy(1);
  constexpr std::uint32_t bound = 7;
  constexpr int draws = 7000;
  std::array<int, bound> seen{};
  for (int i = 0; i < draws; ++i) ++seen.at(uniform_below(entropy, bound).value());
  for (const int count : seen) {
    CHECK(count > 850);  // expected 1000, standard deviation 29
    CHECK(count < 1150);
  }
  CHECK(uniform_below(entropy, 1).value() == 0);
}

TEST_CASE("uniform_below names its errors, and does not wait for a stuck source") {
  SeededEntropy entropy(1);
  CHECK(uniform_below(entropy, 0).error() == CryptoError::bad_bound);

  ScriptedEntropy broken;
  CHECK(uniform_below(broken, 3).error() == CryptoError::entropy_failed);

  class Stuck final : public Entropy {
   public:
    Result<void> fill(ByteSpan out) override {
      for (std::uint8_t& byte : out) byte = 0xff;
      return {};
    }
  } stuck;
  CHECK(uniform_below(stuck, 3).error() == CryptoError::entropy_failed);
}

}  // namespace blindsum
