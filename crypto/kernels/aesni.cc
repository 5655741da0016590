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

constexpr std::size_t kInFlight = 8;

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
__m128i vector_at(const std::uint8_t* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

BLINDSUM_INLINE_TARGET(AESNI)
__m128i round_key(const std::uint8_t* schedule, std::size_t round) {
  return _mm_load_si128(reinterpret_cast<const __m128i*>(schedule + round * kAesBlockBytes));
}

// A counter block, already xored with the first round key.
BLINDSUM_INLINE_TARGET(AESNI)
__m128i whitened(std::uint64_t block, __m128i first_key) {
  const auto big_endian = static_cast<long long>(__builtin_bswap64(block));
  return _mm_xor_si128(_mm_set_epi64x(big_endian, 0), first_key);
}

// Groups at the same place of `pages` pages at once; kernel.h says what pages are for.
template <class Word, MaskSign sign, std::size_t pages>
BLINDSUM_TARGET(AESNI)
void apply_groups(const KeySchedule& keys, std::uint64_t block, std::uint8_t* words,
                  std::size_t groups) {
  const std::uint8_t* schedule = keys.bytes.data();
  constexpr std::size_t columns = kInFlight / pages;
  const __m128i none = _mm_setzero_si128();
  const __m128i first = _mm_aesenc_si128(whitened(block, round_key(schedule, 0)), none);
  __m128i apart[pages];
#pragma GCC unroll 16
  for (std::size_t p = 0; p < pages; ++p) {
    const __m128i other = whitened(block + p * kPageBlocks, round_key(schedule, 0));
    apart[p] = _mm_xor_si128(first, _mm_aesenc_si128(other, none));
  }
  for (std::size_t group = 0; group < groups; ++group) {
    const __m128i base = whitened(block, round_key(schedule, 0));
    const std::uint8_t* step = kCounterSteps.bytes.data();
    for (std::size_t v = 0; v < kGroupBlocks; v += columns) {
      // Else the compiler loads all round keys before the loop, and spills them to the stack, which
      // nobody wipes.
      __asm__("" : "+r"(schedule));
      __m128i state[kInFlight];
#pragma GCC unroll 16
      for (std::size_t c = 0; c < columns; ++c) {
        const __m128i counter = _mm_xor_si128(base, vector_at(step + c * kAesBlockBytes));
        state[c * pages] = _mm_aesenc_si128(counter, round_key(schedule, 1));
#pragma GCC unroll 16
        for (std::size_t p = 1; p < pages; ++p) {
          state[c * pages + p] = _mm_xor_si128(state[c * pages], apart[p]);
        }
      }
#pragma GCC unroll 16
      for (std::size_t r = 2; r < kAesRounds; ++r) {
        const __m128i key = round_key(schedule, r);
#pragma GCC unroll 16
        for (std::size_t i = 0; i < kInFlight; ++i) {
          state[i] = _mm_aesenc_si128(state[i], key);
        }
      }
      const __m128i last_key = round_key(schedule, kAesRounds);
#pragma GCC unroll 16
      for (std::size_t i = 0; i < kInFlight; ++i) {
        const __m128i mask = _mm_aesenclast_si128(state[i], last_key);
        std::uint8_t* const place = words + i % pages * kPageBytes + i / pages * kAesBlockBytes;
        _mm_storeu_si128(reinterpret_cast<__m128i*>(place),
                         combine<Word, sign>(vector_at(place), mask));
      }
      step += columns * kAesBlockBytes;
      words += columns * kAesBlockBytes;
    }
    block += kGroupBlocks;
  }
}

template <class Word, MaskSign sign>
constexpr GroupFunctions both = {apply_groups<Word, sign, kPages>, apply_groups<Word, sign, 1>};

constexpr KernelFunctions kFunctions = {
    .add = {both<std::uint16_t, MaskSign::add>, both<std::uint32_t, MaskSign::add>,
            both<std::uint64_t, MaskSign::add>},
    .subtract = {both<std::uint16_t, MaskSign::subtract>, both<std::uint32_t, MaskSign::subtract>,
                 both<std::uint64_t, MaskSign::subtract>}};

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
