// Armv8's crypto extensions: one AES block an instruction pair. Cores fuse aese with the aesmc that
// follows it on the same register, and start two such pairs a cycle (Neoverse N1, V1, Apple; V2
// four), each of 2 to 4 cycles: 8 blocks are in flight. The 32 registers hold the 15 round keys
// beside them.
#include <arm_neon.h>

#include <bit>
#include <cstring>

#include "crypto/kernels/kernel.h"

namespace blindsum::detail {

namespace {

#if defined(__clang__)
#define ARMV8 "aes"
#else
#define ARMV8 "+crypto"
#endif

constexpr std::size_t kInFlight = 8;

template <class Word, MaskSign sign>
BLINDSUM_INLINE_TARGET(ARMV8)
uint8x16_t combine(uint8x16_t words, uint8x16_t mask) {
  if constexpr (sizeof(Word) == 2) {
    const uint16x8_t a = vreinterpretq_u16_u8(words);
    const uint16x8_t b = vreinterpretq_u16_u8(mask);
    return vreinterpretq_u8_u16(sign == MaskSign::add ? vaddq_u16(a, b) : vsubq_u16(a, b));
  } else if constexpr (sizeof(Word) == 4) {
    const uint32x4_t a = vreinterpretq_u32_u8(words);
    const uint32x4_t b = vreinterpretq_u32_u8(mask);
    return vreinterpretq_u8_u32(sign == MaskSign::add ? vaddq_u32(a, b) : vsubq_u32(a, b));
  } else {
    const uint64x2_t a = vreinterpretq_u64_u8(words);
    const uint64x2_t b = vreinterpretq_u64_u8(mask);
    return vreinterpretq_u8_u64(sign == MaskSign::add ? vaddq_u64(a, b) : vsubq_u64(a, b));
  }
}

BLINDSUM_INLINE_TARGET(ARMV8)
uint8x16_t counter_block(std::uint64_t block) {
  return vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(0), vcreate_u64(__builtin_bswap64(block))));
}

// All rounds but the last; aese xors its key first, so that key r belongs to round r + 1.
BLINDSUM_INLINE_TARGET(ARMV8)
uint8x16_t one_round(uint8x16_t state, uint8x16_t key) {
  return vaesmcq_u8(vaeseq_u8(state, key));
}

// Groups at the same place of `pages` pages at once; kernel.h says what pages are for.
template <class Word, MaskSign sign, std::size_t pages>
BLINDSUM_TARGET(ARMV8)
void apply_groups(const KeySchedule& keys, std::uint64_t block, std::uint8_t* words,
                  std::size_t groups) {
  uint8x16_t key[kAesRounds + 1];
#pragma GCC unroll 16
  for (std::size_t r = 0; r <= kAesRounds; ++r) key[r] = vld1q_u8(keys.round_key(r));
  constexpr std::size_t columns = kInFlight / pages;
  const uint8x16_t first = one_round(counter_block(block), key[0]);
  uint8x16_t apart[pages];
#pragma GCC unroll 16
  for (std::size_t p = 0; p < pages; ++p) {
    apart[p] = veorq_u8(first, one_round(counter_block(block + p * kPageBlocks), key[0]));
  }
  for (std::size_t group = 0; group < groups; ++group) {
    const uint8x16_t base = counter_block(block);
    const std::uint8_t* step = kCounterSteps.bytes.data();
    for (std::size_t b = 0; b < kGroupBlocks; b += columns) {
      uint8x16_t state[kInFlight];
#pragma GCC unroll 16
      for (std::size_t c = 0; c < columns; ++c) {
        const uint8x16_t counter = veorq_u8(base, vld1q_u8(step + c * kAesBlockBytes));
        state[c * pages] = one_round(counter, key[0]);
#pragma GCC unroll 16
        for (std::size_t p = 1; p < pages; ++p)
          state[c * pages + p] = veorq_u8(state[c * pages], apart[p]);
      }
#pragma GCC unroll 16
      for (std::size_t r = 1; r + 1 < kAesRounds; ++r) {
#pragma GCC unroll 16
        for (std::size_t i = 0; i < kInFlight; ++i) {
          state[i] = one_round(state[i], key[r]);
        }
      }
#pragma GCC unroll 16
      for (std::size_t i = 0; i < kInFlight; ++i) {
        const uint8x16_t last = vaeseq_u8(state[i], key[kAesRounds - 1]);
        std::uint8_t* const place = words + i % pages * kPageBytes + i / pages * kAesBlockBytes;
        const auto sum = combine<Word, sign>(vld1q_u8(place), veorq_u8(last, key[kAesRounds]));
        vst1q_u8(place, sum);
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

// FIPS 197's SubWord. aese shifts rows after it substitutes, which changes nothing where all
// columns are the same.
BLINDSUM_INLINE_TARGET(ARMV8)
std::uint32_t substitute(std::uint32_t word) {
  const uint8x16_t columns = vreinterpretq_u8_u32(vdupq_n_u32(word));
  return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(columns, vdupq_n_u8(0))), 0);
}

}  // namespace

Result<void> apply_armv8(std::span<const MaskStream> streams, const KernelTile& tile) {
  return apply_each(kFunctions, streams, tile);
}

BLINDSUM_TARGET(ARMV8)
void expand_key_armv8(KeyBytes key, KeySchedule& schedule) {
  constexpr std::size_t key_words = kAesKeyBytes / 4;
  constexpr std::size_t words = 4 * (kAesRounds + 1);
  // The bytes of a word lie in order; on a little-endian machine FIPS 197's rotation goes right.
  const auto word = [&schedule](std::size_t i) { return schedule.bytes.data() + 4 * i; };
  std::memcpy(schedule.bytes.data(), key.data(), key.size());
  std::uint32_t constant = 1;
  std::uint32_t last = 0;
  std::memcpy(&last, word(key_words - 1), 4);
  for (std::size_t i = key_words; i < words; ++i) {
    if (i % key_words == 0) {
      last = substitute(std::rotr(last, 8)) ^ constant;
      constant <<= 1;
    } else if (i % key_words == 4) {
      last = substitute(last);
    }
    std::uint32_t earlier = 0;
    std::memcpy(&earlier, word(i - key_words), 4);
    last ^= earlier;
    std::memcpy(word(i), &last, 4);
  }
}

}  // namespace blindsum::detail
