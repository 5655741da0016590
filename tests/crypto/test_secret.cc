#include <algorithm>
#include <concepts>
#include <memory>
#include <new>
#include <ostream>
#include <type_traits>

#include "crypto/kdf.h"
#include "crypto/seal.h"
#include "crypto/secret.h"
#include "crypto/sign.h"
#include "tests/crypto/support.h"

namespace blindsum {

namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

template <class T>
concept Ordered = requires(const T& a, const T& b) { a < b; };

template <class T>
constexpr bool well_kept =
    !std::copyable<T> && !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
    !std::is_default_constructible_v<T> && std::is_nothrow_move_constructible_v<T> &&
    std::is_nothrow_move_assignable_v<T> && !std::equality_comparable<T> && !Ordered<T> &&
    !Printable<T>;

static_assert(well_kept<MaskKey> && well_kept<ChannelKey> && well_kept<SelfMask>);
static_assert(well_kept<Share> && well_kept<SharedPoint> && well_kept<StreamKey>);
static_assert(well_kept<SealKey> && well_kept<Seed> && well_kept<SigningKey>);
// The concepts can see what they deny.
static_assert(std::equality_comparable<Point> && Ordered<Point> && Printable<int>);

template <class From, class To>
constexpr bool mistaken = std::is_convertible_v<From, To> || std::is_constructible_v<To, From>;
static_assert(!mistaken<MaskKey, ChannelKey> && !mistaken<SelfMask, Share>);
static_assert(!mistaken<ByteView, StreamKey> && !mistaken<Bytes, StreamKey>);
static_assert(!std::is_convertible_v<StreamKey, ByteView>);

// A scalar is drawn as one, never as 32 bytes.
template <class T>
concept DrawnAsBytes = requires(Entropy& entropy) { T::random(entropy); };
static_assert(DrawnAsBytes<Seed> && !DrawnAsBytes<MaskKey>);

}  // namespace

TEST_CASE("[DISK-5] a secret is wiped when it dies") {
  Storage<StreamKey> storage;
  StreamKey* key = storage.put(StreamKey::from(counting(1, 32)).value());
  CHECK_FALSE(all_zero(storage.bytes, sizeof storage.bytes));
  std::destroy_at(key);
  CHECK(all_zero(storage.bytes, sizeof storage.bytes));
}

TEST_CASE("[DISK-5] a secret is wiped when it is moved from") {
  const Bytes bytes = counting(1, 32);
  Storage<StreamKey> storage;
  StreamKey* key = storage.put(StreamKey::from(bytes).value());
  StreamKey constructed = std::move(*key);
  CHECK(all_zero(storage.bytes, sizeof storage.bytes));
  CHECK(revealed(constructed) == bytes);
  std::destroy_at(key);

  key = storage.put(std::move(constructed));
  StreamKey assigned = StreamKey::from(counting(9, 32)).value();
  assigned = std::move(*key);
  CHECK(all_zero(storage.bytes, sizeof storage.bytes));
  CHECK(revealed(assigned) == bytes);
  std::destroy_at(key);
}

TEST_CASE("a secret moved to itself stays") {
  StreamKey key = StreamKey::from(counting(1, 32)).value();
  StreamKey& same = key;
  key = std::move(same);
  CHECK(revealed(same) == counting(1, 32));
}

TEST_CASE("[DISK-5] working memory is wiped when it dies") {
  using Scratch = detail::Scratch<48>;
  alignas(Scratch) unsigned char storage[sizeof(Scratch)] = {};
  auto* scratch = new (storage) Scratch;
  CHECK(all_zero(storage, sizeof storage));
  scratch->bytes.fill(0xa5);
  CHECK_FALSE(all_zero(storage, sizeof storage));
  std::destroy_at(scratch);
  CHECK(all_zero(storage, sizeof storage));
}

TEST_CASE("a secret is made of exactly its length, and never of zeros") {
  CHECK(revealed(Seed::from(counting(1, 32)).value()) == counting(1, 32));
  for (const std::size_t size : {0U, 31U, 33U}) {
    CHECK(Seed::from(Bytes(size, 1)).error() == CryptoError::bad_length);
  }
  CHECK(Seed::from(Bytes(32)).error() == CryptoError::zero_secret);
  CHECK(Seed::produce(Reveal::test, [](ByteSpan) { return Result<void>(); }).error() ==
        CryptoError::zero_secret);
}

TEST_CASE("a secret that could not be written does not come to be") {
  const auto failing = [](ByteSpan out) -> Result<void> {
    std::ranges::fill(out, std::uint8_t{1});
    return CryptoError::library_failed;
  };
  CHECK(Seed::produce(Reveal::test, failing).error() == CryptoError::library_failed);
  ScriptedEntropy broken;
  CHECK(Seed::random(broken).error() == CryptoError::entropy_failed);
}

TEST_CASE("a random secret is the entropy's bytes") {
  ScriptedEntropy entropy(counting(3, 32));
  CHECK(revealed(Seed::random(entropy).value()) == counting(3, 32));
}

}  // namespace blindsum
