#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "crypto/mask_kernel.h"
#include "crypto/mask_stream.h"
#include "tests/crypto/support.h"
#include "tests/support/heap_watch.h"

namespace blindsum {

namespace {

const Bytes nist_key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");

MaskStream stream_of(const Bytes& key, MaskSign sign = MaskSign::add) {
  return MaskStream::create(StreamKey::from(key).value(), sign).value();
}

// The keystream is what zeros and a mask are; an even offset, as words have.
Bytes keystream_of(const MaskStream& stream, std::uint64_t offset, std::size_t size) {
  std::vector<std::uint16_t> words(size / 2);
  REQUIRE(apply_masks({&stream, 1}, offset / 2, std::span(words)).has_value());
  Bytes out;
  for (const std::uint16_t word : words) put_u16(out, word);
  return out;
}

// The oracle: AES-256 block by block, no mode. `input` is a multiple of 16 bytes.
Bytes aes_of(const Bytes& key, const Bytes& input) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  Bytes out(input.size() + 16);
  int written = 0;
  REQUIRE(EVP_EncryptInit_ex(context.get(), EVP_aes_256_ecb(), nullptr, key.data(), nullptr) == 1);
  REQUIRE(EVP_EncryptUpdate(context.get(), out.data(), &written, input.data(),
                            static_cast<int>(input.size())) == 1);
  REQUIRE(written == static_cast<int>(input.size()));
  out.resize(input.size());
  return out;
}

// The keystream as STREAM-1 writes it: AES-256(K, BE128(i)) for the blocks that hold [offset,
// offset + size).
Bytes expected_keystream(const Bytes& key, std::uint64_t offset, std::size_t size) {
  const std::size_t skipped = offset % 16;
  Bytes counters;
  for (std::uint64_t block = offset / 16; counters.size() < skipped + size; ++block) {
    counters.resize(counters.size() + 8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      counters.push_back(static_cast<std::uint8_t>(block >> shift));
    }
  }
  const Bytes all = aes_of(key, counters);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(skipped);
  return Bytes(begin, begin + static_cast<std::ptrdiff_t>(size));
}

// Word i of an expected tile: start[i] ± each stream's keystream word first + i, one by one.
template <class T>
std::vector<T> expected_tile(std::vector<T> tile, std::uint64_t first,
                             const std::vector<std::pair<Bytes, MaskSign>>& streams) {
  for (const auto& [key, sign] : streams) {
    const Bytes words = expected_keystream(key, first * sizeof(T), tile.size() * sizeof(T));
    for (std::size_t i = 0; i < tile.size(); ++i) {
      std::uint64_t word = 0;
      for (std::size_t j = sizeof(T); j-- > 0;) word = (word << 8) | words[i * sizeof(T) + j];
      tile[i] = static_cast<T>(sign == MaskSign::add ? tile[i] + word : tile[i] - word);
    }
  }
  return tile;
}

template <class T>
std::vector<T> start_tile(std::size_t size) {
  std::vector<T> tile(size);
  for (std::size_t i = 0; i < size; ++i) tile[i] = static_cast<T>(0x9e3779b97f4a7c15ULL * i);
  return tile;
}

const std::vector<std::pair<Bytes, MaskSign>> three = {
    {counting(1, 32), MaskSign::add},
    {counting(2, 32), MaskSign::subtract},
    {nist_key, MaskSign::add},
};

std::vector<MaskStream> streams_of(const std::vector<std::pair<Bytes, MaskSign>>& keys) {
  std::vector<MaskStream> streams;
  for (const auto& [key, sign] : keys) streams.push_back(stream_of(key, sign));
  return streams;
}

}  // namespace

TEST_CASE("the oracle meets NIST SP 800-38A, F.5.5, CTR-AES256") {
  Bytes counters;
  for (int last = 0; last < 4; ++last) {
    Bytes counter = counting(0xf0, 16);
    if (last > 0) {  // …feff and the carry
      counter[15] = static_cast<std::uint8_t>(last - 1);
      counter[14] = 0xff;
    }
    put_bytes(counters, counter);
  }
  Bytes text =
      hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
          "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
  const Bytes keystream = aes_of(nist_key, counters);
  for (std::size_t i = 0; i < text.size(); ++i) text[i] ^= keystream[i];
  CHECK(to_hex(text) ==
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
        "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6");
}

TEST_CASE("[STREAM-1] the first block is AES of zero: NIST AESAVS, KeySbox and VarKey") {
  const std::pair<const char*, const char*> answers[] = {
      {"c47b0294dbbbee0fec4757f22ffeee3587ca4730c3d33b691df38bab076bc558",
       "46f2fb342d6f0ab477476fc501242c5f"},
      {"8000000000000000000000000000000000000000000000000000000000000000",
       "e35a6dcb19b201a01ebcfa8aa22b5759"},
  };
  for (const auto& [key, block] : answers) {
    const MaskStream stream = stream_of(hex(key));
    CHECK(to_hex(keystream_of(stream, 0, 16)) == block);
  }
}

TEST_CASE("[STREAM-1] the counter has 128 bits, big-endian, from zero, at any word") {
  const MaskStream stream = stream_of(nist_key);
  // Past 2^8, 2^16 and 2^32 blocks the counter carries; the last is as far as an offset goes.
  for (const std::uint64_t offset :
       {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{14}, std::uint64_t{16}, std::uint64_t{18},
        std::uint64_t{16 * 255}, std::uint64_t{16 * 65535 + 4}, (std::uint64_t{16} << 32) - 40,
        (std::uint64_t{16} << 40) + 6, std::numeric_limits<std::uint64_t>::max() - 101}) {
    CAPTURE(offset);
    CHECK(keystream_of(stream, offset, 100) == expected_keystream(nist_key, offset, 100));
  }
}

TEST_CASE("[STREAM-2] widths are 16, 32 and 64 bits") {
  CHECK(word_bytes(WordWidth::w16) == sizeof(std::uint16_t));
  CHECK(word_bytes(WordWidth::w32) == sizeof(std::uint32_t));
  CHECK(word_bytes(WordWidth::w64) == sizeof(std::uint64_t));
}

TEST_CASE_TEMPLATE("[STREAM-2] word j masks element j, wherever the tile begins and ends", T,
                   std::uint16_t, std::uint32_t, std::uint64_t) {
  const auto streams = streams_of(three);
  // Lengths around the AES block and the walker's own tile of 16 KiB.
  constexpr std::size_t block = 16384 / sizeof(T);
  for (const std::uint64_t first : {0U, 1U, 3U, 5U, 7U, 8U, 9U, 4095U, 100003U}) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{7},
                                   std::size_t{17}, block - 1, block, block + 1, 3 * block + 5}) {
      CAPTURE(first);
      CAPTURE(size);
      auto tile = start_tile<T>(size);
      REQUIRE(apply_masks(streams, first, std::span<T>(tile)).has_value());
      CHECK(tile == expected_tile(start_tile<T>(size), first, three));
    }
  }
}

TEST_CASE_TEMPLATE("tiles one after the other are the whole", T, std::uint16_t, std::uint32_t,
                   std::uint64_t) {
  constexpr std::size_t size = 10000;
  const auto expected = expected_tile(start_tile<T>(size), 11, three);
  const auto streams = streams_of(three);
  auto vector = start_tile<T>(size);
  std::size_t done = 0;
  for (const std::size_t piece : {1U, 2U, 997U, 4000U, 5000U}) {
    REQUIRE(apply_masks(streams, 11 + done, std::span<T>(vector).subspan(done, piece)).has_value());
    done += piece;
  }
  REQUIRE(done == size);
  CHECK(vector == expected);
}

TEST_CASE_TEMPLATE("[MASK-2] what one adds and another subtracts is gone", T, std::uint16_t,
                   std::uint32_t, std::uint64_t) {
  auto tile = start_tile<T>(3000);
  std::vector<MaskStream> streams;
  streams.push_back(stream_of(nist_key, MaskSign::add));
  REQUIRE(apply_masks(streams, 2, std::span<T>(tile)).has_value());
  CHECK(tile != start_tile<T>(3000));
  std::vector<MaskStream> opposite;
  opposite.push_back(stream_of(nist_key, MaskSign::subtract));
  REQUIRE(apply_masks(opposite, 2, std::span<T>(tile)).has_value());
  CHECK(tile == start_tile<T>(3000));
}

TEST_CASE("[DISK-5] a stream's key schedule is wiped when it dies and when it is moved from") {
  static_assert(!std::is_copy_constructible_v<MaskStream> &&
                !std::is_copy_assignable_v<MaskStream>);
  const Bytes key = counting(1, 32);
  constexpr std::size_t size = sizeof(detail::KeySchedule);
  Storage<MaskStream> storage;
  static_assert(size == 240);
  MaskStream* stream = storage.put(stream_of(key));
  const auto* schedule = reinterpret_cast<const unsigned char*>(&stream->schedule());
  // FIPS 197's layout: the key, then 13 more round keys, all of which are there.
  CHECK(std::equal(key.begin(), key.end(), schedule));
  for (std::size_t at = 0; at < size; at += 16) CHECK_FALSE(all_zero(schedule + at, 16));
  MaskStream moved = std::move(*stream);
  CHECK(all_zero(schedule, size));
  CHECK(keystream_of(moved, 0, 100) == expected_keystream(key, 0, 100));
  *stream = std::move(moved);
  CHECK(all_zero(reinterpret_cast<const unsigned char*>(&moved.schedule()), size));
  CHECK(keystream_of(*stream, 0, 100) == expected_keystream(key, 0, 100));
  std::destroy_at(stream);
  CHECK(all_zero(storage.bytes, size));
}

TEST_CASE("[DISK-5] key schedules are wiped where a vector of streams has been") {
  const Bytes key = counting(1, 32);
  const MaskStream again = stream_of(key);
  const auto& bytes = again.schedule().bytes;
  std::vector<Bytes> needles = {key, Bytes(bytes.end() - 32, bytes.end())};
  HeapWatch watch(std::move(needles));
  {
    std::vector<MaskStream> streams;
    for (int i = 0; i < 20; ++i) streams.push_back(stream_of(key));
    std::vector<std::uint32_t> tile(10000);
    for (const MaskKernel* kernel : mask_kernels()) {
      if (!kernel->supported) continue;
      REQUIRE(apply_masks_with(*kernel, streams, 3, std::span(tile)).has_value());
    }
  }
  CHECK(watch.found() == 0);
  // It would have seen it.
  std::make_unique<Bytes>(bytes.begin(), bytes.end()).reset();
  CHECK(watch.found() == (HeapWatch::sees ? 1 : 0));
}

TEST_CASE("no streams change nothing") {
  auto tile = start_tile<std::uint32_t>(100);
  REQUIRE(apply_masks({}, 0, std::span<std::uint32_t>(tile)).has_value());
  CHECK(tile == start_tile<std::uint32_t>(100));
}

TEST_CASE("elements beyond the keystream's 2^64 bytes are bad_length, and nothing is touched") {
  const auto streams = streams_of(three);
  auto tile = start_tile<std::uint64_t>(10);
  const std::span<std::uint64_t> span(tile);
  constexpr std::uint64_t words = std::numeric_limits<std::uint64_t>::max() / sizeof(std::uint64_t);
  CHECK(apply_masks(streams, words - 9, span).error() == CryptoError::bad_length);
  CHECK(apply_masks(streams, std::numeric_limits<std::uint64_t>::max(), span).error() ==
        CryptoError::bad_length);
  CHECK(tile == start_tile<std::uint64_t>(10));
  REQUIRE(apply_masks(streams, words - 10, span).has_value());
  CHECK(tile == expected_tile(start_tile<std::uint64_t>(10), words - 10, three));
}

}  // namespace blindsum
