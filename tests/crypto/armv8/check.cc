// The Armv8 kernel against AES as FIPS 197 writes it, for machines of that architecture or an
// emulator of one; tests/crypto/armv8/test_armv8.py compiles and runs it. It links no library that
// a cross compiler would lack: the plain cipher below takes the place of the OpenSSL kernel, by
// which the others are judged, and what little of libsodium is called is here.
#include <sodium.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include "crypto/kernels/kernel.h"
#include "crypto/mask_kernel.h"

void sodium_memzero(void* const memory, const std::size_t size) {
  std::memset(memory, 0, size);
}

int sodium_is_zero(const unsigned char* bytes, const std::size_t size) {
  unsigned char all = 0;
  for (std::size_t i = 0; i < size; ++i) all = static_cast<unsigned char>(all | bytes[i]);
  return all == 0 ? 1 : 0;
}

namespace blindsum {

namespace {

using Block = std::array<std::uint8_t, 16>;

std::uint8_t twice(std::uint8_t x) {
  return static_cast<std::uint8_t>((x << 1) ^ ((x >> 7) * 0x1b));
}

std::uint8_t times(std::uint8_t x, std::uint8_t y) {
  std::uint8_t product = 0;
  for (; y != 0; y = static_cast<std::uint8_t>(y >> 1), x = twice(x)) {
    if ((y & 1) != 0) product ^= x;
  }
  return product;
}

// FIPS 197, 5.1.1: the inverse, x^254, and an affine map.
std::uint8_t substituted(std::uint8_t x) {
  std::uint8_t inverse = 1;
  for (int i = 0; i < 254; ++i) inverse = times(inverse, x);
  std::uint8_t result = 0x63;
  for (int turn = 0; turn < 5; ++turn) result ^= std::rotl(inverse, turn);
  return result;
}

const std::array<std::uint8_t, 256>& sbox() {
  static const std::array<std::uint8_t, 256> table = [] {
    std::array<std::uint8_t, 256> made{};
    for (std::size_t x = 0; x < made.size(); ++x)
      made[x] = substituted(static_cast<std::uint8_t>(x));
    return made;
  }();
  return table;
}

// FIPS 197, 5.2.
std::array<std::uint8_t, 240> plain_schedule(const std::uint8_t* key) {
  std::array<std::uint8_t, 240> words{};
  std::memcpy(words.data(), key, 32);
  std::uint8_t constant = 1;
  for (std::size_t i = 8; i < 60; ++i) {
    std::array<std::uint8_t, 4> last{};
    std::memcpy(last.data(), &words[4 * (i - 1)], 4);
    if (i % 8 == 0) std::rotate(last.begin(), last.begin() + 1, last.end());
    if (i % 4 == 0) {
      for (auto& byte : last) byte = sbox()[byte];
    }
    if (i % 8 == 0) {
      last[0] ^= constant;
      constant = twice(constant);
    }
    for (std::size_t b = 0; b < 4; ++b) {
      words[4 * i + b] = static_cast<std::uint8_t>(words[4 * (i - 8) + b] ^ last[b]);
    }
  }
  return words;
}

void add_round_key(Block& state, const std::uint8_t* key) {
  for (std::size_t i = 0; i < 16; ++i) state[i] ^= key[i];
}

// SubBytes and ShiftRows.
Block shifted(const Block& state) {
  Block out{};
  for (std::size_t i = 0; i < 16; ++i) out[i] = sbox()[state[(i + 4 * (i % 4)) % 16]];
  return out;
}

Block mixed(const Block& state) {
  Block out{};
  for (std::size_t i = 0; i < 16; ++i) {
    const std::size_t column = i / 4 * 4;
    const auto at = [&](std::size_t down) { return state[column + (i + down) % 4]; };
    out[i] = static_cast<std::uint8_t>(twice(at(0)) ^ twice(at(1)) ^ at(1) ^ at(2) ^ at(3));
  }
  return out;
}

Block plain_aes(const std::uint8_t* key, Block state) {
  const auto schedule = plain_schedule(key);
  add_round_key(state, schedule.data());
  for (std::size_t round = 1; round < 14; ++round) {
    state = mixed(shifted(state));
    add_round_key(state, &schedule[16 * round]);
  }
  state = shifted(state);
  add_round_key(state, &schedule[16 * 14]);
  return state;
}

template <class Word>
void plain_combine(std::uint8_t* words, const Block& mask, MaskSign sign) {
  for (std::size_t i = 0; i < 16; i += sizeof(Word)) {
    Word word, term;
    std::memcpy(&word, words + i, sizeof(Word));
    std::memcpy(&term, mask.data() + i, sizeof(Word));
    word = static_cast<Word>(sign == MaskSign::add ? word + term : word - term);
    std::memcpy(words + i, &word, sizeof(Word));
  }
}

// FIPS 197, C.3.
bool cipher_is_right() {
  std::array<std::uint8_t, 32> key{};
  Block text{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < 16; ++i) text[i] = static_cast<std::uint8_t>(0x11 * i);
  const Block expected = {0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf,
                          0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60, 0x89};
  return plain_aes(key.data(), text) == expected;
}

std::mt19937_64 random_source(1);

std::vector<MaskStream> random_streams(std::size_t count) {
  std::vector<MaskStream> streams;
  for (std::size_t i = 0; i < count; ++i) {
    Bytes key(32);
    for (auto& byte : key) byte = static_cast<std::uint8_t>(random_source());
    streams.push_back(MaskStream::create(StreamKey::from(key).value(),
                                         i % 2 == 0 ? MaskSign::add : MaskSign::subtract)
                          .value());
    if (plain_schedule(key.data()) != streams.back().schedule().bytes) std::puts("wrong schedule");
    if (plain_schedule(key.data()) != streams.back().schedule().bytes) return {};
  }
  return streams;
}

template <class Word>
bool agree(const MaskKernel& kernel, std::uint64_t first, std::size_t size, std::size_t count) {
  const auto streams = random_streams(count);
  if (streams.size() != count) return false;
  std::vector<Word> expected(size);
  for (auto& word : expected) word = static_cast<Word>(random_source());
  std::vector<Word> words = expected;
  const MaskKernel& plain = *find_mask_kernel("openssl").value();
  apply_masks_with(plain, streams, first, std::span(expected)).value();
  apply_masks_with(kernel, streams, first, std::span(words)).value();
  if (words == expected) return true;
  std::printf("%s differs: %zu words of %zu bytes from %llu\n", kernel.name.data(), size,
              sizeof(Word), static_cast<unsigned long long>(first));
  return false;
}

template <class Word>
bool agree_everywhere(const MaskKernel& kernel) {
  bool good = true;
  for (std::size_t size = 0; size < 70; ++size) good &= agree<Word>(kernel, 3 * size, size, 1);
  good &= agree<Word>(kernel, 0, 17000 / sizeof(Word), 2);   // the pages of a tile, and some more
  good &= agree<Word>(kernel, 77, 40000 / sizeof(Word), 9);  // misaligned tiles
  for (int bits = 8; bits < 60; bits += 4) {
    good &= agree<Word>(kernel, (std::uint64_t{16 / sizeof(Word)} << bits) - 300, 700, 1);
  }
  const std::uint64_t most = ~std::uint64_t{0} / sizeof(Word);
  return agree<Word>(kernel, most - 700, 700, 2) && good;
}

}  // namespace

namespace detail {

Result<void> apply_openssl(std::span<const MaskStream> streams, const KernelTile& tile) {
  for (const MaskStream& stream : streams) {
    for (std::size_t i = 0; i < tile.groups * kGroupBlocks; ++i) {
      Block counter{};
      for (std::size_t b = 0; b < 8; ++b) {
        counter[15 - b] = static_cast<std::uint8_t>((tile.first_block + i) >> (8 * b));
      }
      const Block mask = plain_aes(stream.schedule().bytes.data(), counter);
      std::uint8_t* const words = tile.words + 16 * i;
      if (tile.width == WordWidth::w16) plain_combine<std::uint16_t>(words, mask, stream.sign());
      if (tile.width == WordWidth::w32) plain_combine<std::uint32_t>(words, mask, stream.sign());
      if (tile.width == WordWidth::w64) plain_combine<std::uint64_t>(words, mask, stream.sign());
    }
  }
  return {};
}

}  // namespace detail

}  // namespace blindsum

int main() {
  using namespace blindsum;
  const auto kernel = find_mask_kernel("armv8");
  if (kernel.has_error() || !cipher_is_right()) {
    std::printf("armv8: %s\n", kernel.has_error() ? kernel.error().message().c_str() : "no AES");
    return 1;
  }
  const bool good = agree_everywhere<std::uint16_t>(**kernel) &&
                    agree_everywhere<std::uint32_t>(**kernel) &&
                    agree_everywhere<std::uint64_t>(**kernel);
  std::puts(good ? "armv8 agrees" : "armv8 differs");
  return good ? 0 : 1;
}
