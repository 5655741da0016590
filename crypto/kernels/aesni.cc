// AES-NI: one AES block an instruction. Zen 4 and Ice Lake start two aesenc a cycle, each takes 4
// (3) cycles: 8 blocks are in flight. As for VAES-256, 16 registers do not hold the round keys
// besides, and each is loaded once for 8 aesenc.
//
// Also the key schedule of all x86 kernels.
#include <immintrin.h>

#include "crypto/kernels/kernel.h"

namespace blindsum::detail {

namespace {

#define AESNI "aes,sse2"

constexpr std::size_t kPassBlocks = 8;
constexpr std::size_t kPassBytes = kPassBlocks * kAesBlockBytes;
static_assert(kGroupBytes % kPassBytes == 0);

template <class Word, MaskSign sign>
BLINDSUM_INLINE_TARGET(AESNI)
__m128i combine(__m128i words, __m128i mask) {
  if constexpr (sign == MaskSign::add) {
    if constexpr (sizeof(Word) == 2) return _mm_add_epi16(words, mask);
    if constexpr (sizeof(Word) == 4) return _mm_add_epi32(words, mask);
    if constexpr (sizeof(Word) == 8) return _mm_add_epi64(words, mask);
  } else {
    if constexpr (sizeof(Word) == 2) return _mm_sub_epi16(words, mask);
    if constexpr (sizeof(Word) == 4) return _mm_sub_epi32(words, mask);
    if constexpr (sizeof(Word) == 8) return _mm_sub_epi64(words, mask);
  }
}

BLINDSUM_INLINE_TARGET(AESNI)
__m128i aligned_at(const std::uint8_t* bytes) {
  return _mm_load_si128(reinterpret_cast<const __m128i*>(bytes));
}

template <class Word, MaskSign sign>
BLINDSUM_TARGET(AESNI)
void apply(const KeySchedule& keys, const KernelTile& tile) {
  const std::uint8_t* schedule = keys.bytes.data();
  const std::uint8_t* step = kCounterSteps.bytes.data();
  std::uint8_t* words = tile.words;
  std::uint64_t block = tile.first_block;
  const std::size_t passes = tile.groups * (kGroupBytes / kPassBytes);
  for (std::size_t pass = 0; pass < passes; ++pass) {
    // Else the compiler loads all round keys before the loop, and spills them to the stack, which
    // nobody wipes.
    __asm__("" : "+r"(schedule));
    const auto big_endian = static_cast<long long>(__builtin_bswap64(block));
    const __m128i base = _mm_xor_si128(_mm_set_epi64x(big_endian, 0), aligned_at(schedule));
    __m128i state[kPassBlocks];
#pragma GCC unroll 16
    for (std::size_t b = 0; b < kPassBlocks; ++b) {
      state[b] = _mm_xor_si128(base, aligned_at(step + b * kAesBlockBytes));
    }
#pragma GCC unroll 16
    for (std::size_t r = 1; r < kAesRounds; ++r) {
      const __m128i key = aligned_at(schedule + r * kAesBlockBytes);
#pragma GCC unroll 16
      for (std::size_t b = 0; b < kPassBlocks; ++b) state[b] = _mm_aesenc_si128(state[b], key);
    }
    const __m128i last_key = aligned_at(schedule + kAesRounds * kAesBlockBytes);
#pragma GCC unroll 16
    for (std::size_t b = 0; b < kPassBlocks; ++b) {
      const __m128i mask = _mm_aesenclast_si128(state[b], last_key);
      auto* const place = reinterpret_cast<__m128i*>(words + b * kAesBlockBytes);
      _mm_storeu_si128(place, combine<Word, sign>(_mm_loadu_si128(place), mask));
    }
    words += kPassBytes;
    block += kPassBlocks;
  }
}

constexpr GroupFunctions kFunctions = {
    .add = {apply<std::uint16_t, MaskSign::add>, apply<std::uint32_t, MaskSign::add>,
            apply<std::uint64_t, MaskSign::add>},
    .subtract = {apply<std::uint16_t, MaskSign::subtract>, apply<std::uint32_t, MaskSign::subtract>,
                 apply<std::uint64_t, MaskSign::subtract>}};

// FIPS 197, 5.2, four words at once: each is the one eight words before it xor the one before it,
// so all take `mixed` (the word before them, substituted) and a running xor.
BLINDSUM_INLINE_TARGET(AESNI)
__m128i next_key(__m128i earlier, __m128i mixed) {
  earlier = _mm_xor_si128(earlier, _mm_slli_si128(earlier, 4));
  earlier = _mm_xor_si128(earlier, _mm_slli_si128(earlier, 8));
  return _mm_xor_si128(earlier, mixed);
}

// Two round keys from the two before them; the constant is an immediate of the instruction.
template <int constant>
BLINDSUM_INLINE_TARGET(AESNI)
void expand_two(__m128i* keys) {
  // The substituted last word is in lane 3 (rotated, with the constant) and in lane 2 (as it is).
  const __m128i rotated = _mm_aeskeygenassist_si128(keys[1], constant);
  keys[2] = next_key(keys[0], _mm_shuffle_epi32(rotated, 0xff));
  const __m128i plain = _mm_aeskeygenassist_si128(keys[2], 0);
  keys[3] = next_key(keys[1], _mm_shuffle_epi32(plain, 0xaa));
}

}  // namespace

Result<void> apply_aesni(std::span<const MaskStream> streams, const KernelTile& tile) {
  return apply_each(kFunctions, streams, tile);
}

BLINDSUM_TARGET(AESNI)
void expand_key_aesni(KeyBytes key, KeySchedule& schedule) {
  auto* const keys = reinterpret_cast<__m128i*>(schedule.bytes.data());
  const auto* const given = reinterpret_cast<const __m128i*>(key.data());
  keys[0] = _mm_loadu_si128(given);
  keys[1] = _mm_loadu_si128(given + 1);
  expand_two<0x01>(keys);
  expand_two<0x02>(keys + 2);
  expand_two<0x04>(keys + 4);
  expand_two<0x08>(keys + 6);
  expand_two<0x10>(keys + 8);
  expand_two<0x20>(keys + 10);
  const __m128i rotated = _mm_aeskeygenassist_si128(keys[13], 0x40);
  keys[14] = next_key(keys[12], _mm_shuffle_epi32(rotated, 0xff));
}

}  // namespace blindsum::detail
