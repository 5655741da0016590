// VAES on 512-bit vectors: four AES blocks an instruction. Zen 4 and Ice Lake start one such
// vaesenc a cycle, which takes 4 (3) cycles: 4 vectors in flight would do, were they always in
// step. A group is 8 vectors, so that loads, counters and additions of one half run beside rounds
// of the other; with 15 round keys they still fit the 32 registers.
#include <immintrin.h>

#include "crypto/kernels/kernel.h"

namespace blindsum::detail {

namespace {

#define VAES512 "vaes,avx512f,avx512bw"

constexpr std::size_t kVectorBytes = 64;
constexpr std::size_t kVectors = kGroupBytes / kVectorBytes;
constexpr std::size_t kInFlight = 8;

template <class Word, MaskSign sign>
BLINDSUM_INLINE_TARGET(VAES512)
__m512i combine(__m512i words, __m512i mask) {
  if constexpr (sign == MaskSign::add) {
    if constexpr (sizeof(Word) == 2) return _mm512_add_epi16(words, mask);
    if constexpr (sizeof(Word) == 4) return _mm512_add_epi32(words, mask);
    if constexpr (sizeof(Word) == 8) return _mm512_add_epi64(words, mask);
  } else {
    if constexpr (sizeof(Word) == 2) return _mm512_sub_epi16(words, mask);
    if constexpr (sizeof(Word) == 4) return _mm512_sub_epi32(words, mask);
    if constexpr (sizeof(Word) == 8) return _mm512_sub_epi64(words, mask);
  }
}

BLINDSUM_INLINE_TARGET(VAES512)
__m512i round_key(const KeySchedule& schedule, std::size_t round) {
  // All lanes; g++ 12 warns that the form without a mask reads an uninitialised vector.
  return _mm512_maskz_broadcast_i32x4(
      0xffff, _mm_load_si128(reinterpret_cast<const __m128i*>(schedule.round_key(round))));
}

// The group's first counter block in all four lanes, already xored with the first round key.
BLINDSUM_INLINE_TARGET(VAES512)
__m512i whitened(std::uint64_t block, __m512i first_key) {
  const auto big_endian = static_cast<long long>(__builtin_bswap64(block));
  return _mm512_xor_si512(_mm512_maskz_set1_epi64(0xaa, big_endian), first_key);
}

// Groups at the same place of `pages` pages at once; kernel.h says what pages are for.
template <class Word, MaskSign sign, std::size_t pages>
BLINDSUM_TARGET(VAES512)
void apply_groups(const KeySchedule& keys, std::uint64_t block, std::uint8_t* words,
                  std::size_t groups) {
  __m512i key[kAesRounds + 1];
#pragma GCC unroll 16
  for (std::size_t r = 0; r <= kAesRounds; ++r) key[r] = round_key(keys, r);
  constexpr std::size_t columns = kInFlight / pages;
  const __m512i none = _mm512_setzero_si512();
  const __m512i first = _mm512_aesenc_epi128(whitened(block, key[0]), none);
  __m512i apart[pages];
#pragma GCC unroll 16
  for (std::size_t p = 0; p < pages; ++p) {
    const __m512i other = whitened(block + p * kPageBlocks, key[0]);
    apart[p] = _mm512_xor_si512(first, _mm512_aesenc_epi128(other, none));
  }
  for (std::size_t group = 0; group < groups; ++group) {
    const __m512i base = whitened(block, key[0]);
    const std::uint8_t* step = kCounterSteps.bytes.data();
    for (std::size_t v = 0; v < kVectors; v += columns) {
      __m512i state[kInFlight];
#pragma GCC unroll 16
      for (std::size_t c = 0; c < columns; ++c) {
        const __m512i counter = _mm512_xor_si512(base, _mm512_load_si512(step + c * kVectorBytes));
        state[c * pages] = _mm512_aesenc_epi128(counter, key[1]);
#pragma GCC unroll 16
        for (std::size_t p = 1; p < pages; ++p) {
          state[c * pages + p] = _mm512_xor_si512(state[c * pages], apart[p]);
        }
      }
#pragma GCC unroll 16
      for (std::size_t r = 2; r < kAesRounds; ++r) {
#pragma GCC unroll 16
        for (std::size_t i = 0; i < kInFlight; ++i) {
          state[i] = _mm512_aesenc_epi128(state[i], key[r]);
        }
      }
#pragma GCC unroll 16
      for (std::size_t i = 0; i < kInFlight; ++i) {
        const __m512i mask = _mm512_aesenclast_epi128(state[i], key[kAesRounds]);
        std::uint8_t* const place = words + i % pages * kPageBytes + i / pages * kVectorBytes;
        _mm512_storeu_si512(place, combine<Word, sign>(_mm512_loadu_si512(place), mask));
      }
      step += columns * kVectorBytes;
      words += columns * kVectorBytes;
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

}  // namespace

Result<void> apply_vaes512(std::span<const MaskStream> streams, const KernelTile& tile) {
  return apply_each(kFunctions, streams, tile);
}

}  // namespace blindsum::detail
