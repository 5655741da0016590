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
  return _mm512_broadcast_i32x4(
      _mm_load_si128(reinterpret_cast<const __m128i*>(schedule.round_key(round))));
}

// The group's first counter block in all four lanes, already xored with the first round key.
BLINDSUM_INLINE_TARGET(VAES512)
__m512i whitened(std::uint64_t block, __m512i first_key) {
  const auto big_endian = static_cast<long long>(__builtin_bswap64(block));
  return _mm512_xor_si512(_mm512_maskz_set1_epi64(0xaa, big_endian), first_key);
}

template <class Word, MaskSign sign>
BLINDSUM_TARGET(VAES512)
void apply(const KeySchedule& schedule, const KernelTile& tile) {
  __m512i key[kAesRounds + 1];
#pragma GCC unroll 16
  for (std::size_t r = 0; r <= kAesRounds; ++r) key[r] = round_key(schedule, r);
  std::uint8_t* words = tile.words;
  std::uint64_t block = tile.first_block;
  for (std::size_t group = 0; group < tile.groups; ++group) {
    const __m512i base = whitened(block, key[0]);
    __m512i state[kVectors];
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) {
      const std::uint8_t* const step = kCounterSteps.bytes.data() + v * kVectorBytes;
      state[v] = _mm512_xor_si512(base, _mm512_load_si512(step));
    }
#pragma GCC unroll 16
    for (std::size_t r = 1; r < kAesRounds; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < kVectors; ++v) {
        state[v] = _mm512_aesenc_epi128(state[v], key[r]);
      }
    }
#pragma GCC unroll 16
    for (std::size_t v = 0; v < kVectors; ++v) {
      const __m512i mask = _mm512_aesenclast_epi128(state[v], key[kAesRounds]);
      std::uint8_t* const place = words + v * kVectorBytes;
      _mm512_storeu_si512(place, combine<Word, sign>(_mm512_loadu_si512(place), mask));
    }
    words += kGroupBytes;
    block += kGroupBlocks;
  }
}

constexpr GroupFunctions kFunctions = {
    .add = {apply<std::uint16_t, MaskSign::add>, apply<std::uint32_t, MaskSign::add>,
            apply<std::uint64_t, MaskSign::add>},
    .subtract = {apply<std::uint16_t, MaskSign::subtract>, apply<std::uint32_t, MaskSign::subtract>,
                 apply<std::uint64_t, MaskSign::subtract>}};

}  // namespace

Result<void> apply_vaes512(std::span<const MaskStream> streams, const KernelTile& tile) {
  return apply_each(kFunctions, streams, tile);
}

}  // namespace blindsum::detail
