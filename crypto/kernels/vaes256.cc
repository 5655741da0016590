// VAES on 256-bit vectors, for processors with VAES but not AVX-512: two AES blocks an instruction.
// Zen 4 starts two such vaesenc a cycle, each takes 4 cycles (Ice Lake: one, 3): 8 vectors are in
// flight. Beside them 16 registers do not hold 15 round keys, so each is loaded, once for 8
// vaesenc; the load ports have little else to do.
#include <immintrin.h>

#include "crypto/kernels/kernel.h"

namespace blindsum::detail {

namespace {

#define VAES256 "vaes,avx2"

constexpr std::size_t kVectorBytes = 32;
constexpr std::size_t kVectors = kGroupBytes / kVectorBytes;
constexpr std::size_t kInFlight = 8;

template <class Word, MaskSign sign>
BLINDSUM_INLINE_TARGET(VAES256)
__m256i combine(__m256i words, __m256i mask) {
  if constexpr (sign == MaskSign::add) {
    if constexpr (sizeof(Word) == 2) return _mm256_add_epi16(words, mask);
    if constexpr (sizeof(Word) == 4) return _mm256_add_epi32(words, mask);
    if constexpr (sizeof(Word) == 8) return _mm256_add_epi64(words, mask);
  } else {
    if constexpr (sizeof(Word) == 2) return _mm256_sub_epi16(words, mask);
    if constexpr (sizeof(Word) == 4) return _mm256_sub_epi32(words, mask);
    if constexpr (sizeof(Word) == 8) return _mm256_sub_epi64(words, mask);
  }
}

BLINDSUM_INLINE_TARGET(VAES256)
__m256i vector_at(const std::uint8_t* bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}

BLINDSUM_INLINE_TARGET(VAES256)
__m256i round_key(const std::uint8_t* schedule, std::size_t round) {
  return _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(schedule + round * kAesBlockBytes)));
}

// The group's first counter block in both lanes, already xored with the first round key.
BLINDSUM_INLINE_TARGET(VAES256)
__m256i whitened(std::uint64_t block, __m256i first_key) {
  const auto big_endian = static_cast<long long>(__builtin_bswap64(block));
  return _mm256_xor_si256(_mm256_broadcastsi128_si256(_mm_set_epi64x(big_endian, 0)), first_key);
}

// Groups at the same place of `pages` pages at once; kernel.h says what pages are for.
template <class Word, MaskSign sign, std::size_t pages>
BLINDSUM_TARGET(VAES256)
void apply_groups(const KeySchedule& keys, std::uint64_t block, std::uint8_t* words,
                  std::size_t groups) {
  const std::uint8_t* schedule = keys.bytes.data();
  constexpr std::size_t columns = kInFlight / pages;
  const __m256i none = _mm256_setzero_si256();
  const __m256i first = _mm256_aesenc_epi128(whitened(block, round_key(schedule, 0)), none);
  __m256i apart[pages];
#pragma GCC unroll 16
  for (std::size_t p = 0; p < pages; ++p) {
    const __m256i other = whitened(block + p * kPageBlocks, round_key(schedule, 0));
    apart[p] = _mm256_xor_si256(first, _mm256_aesenc_epi128(other, none));
  }
  for (std::size_t group = 0; group < groups; ++group) {
    const __m256i base = whitened(block, round_key(schedule, 0));
    const std::uint8_t* step = kCounterSteps.bytes.data();
    for (std::size_t v = 0; v < kVectors; v += columns) {
      // Else the compiler loads all round keys before the loop, and spills them to the stack, which
      // nobody wipes.
      __asm__("" : "+r"(schedule));
      __m256i state[kInFlight];
#pragma GCC unroll 16
      for (std::size_t c = 0; c < columns; ++c) {
        const __m256i counter = _mm256_xor_si256(base, vector_at(step + c * kVectorBytes));
        state[c * pages] = _mm256_aesenc_epi128(counter, round_key(schedule, 1));
#pragma GCC unroll 16
        for (std::size_t p = 1; p < pages; ++p) {
          state[c * pages + p] = _mm256_xor_si256(state[c * pages], apart[p]);
        }
      }
#pragma GCC unroll 16
      for (std::size_t r = 2; r < kAesRounds; ++r) {
        const __m256i key = round_key(schedule, r);
#pragma GCC unroll 16
        for (std::size_t i = 0; i < kInFlight; ++i) {
          state[i] = _mm256_aesenc_epi128(state[i], key);
        }
      }
      const __m256i last_key = round_key(schedule, kAesRounds);
#pragma GCC unroll 16
      for (std::size_t i = 0; i < kInFlight; ++i) {
        const __m256i mask = _mm256_aesenclast_epi128(state[i], last_key);
        std::uint8_t* const place = words + i % pages * kPageBytes + i / pages * kVectorBytes;
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(place),
                            combine<Word, sign>(vector_at(place), mask));
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

Result<void> apply_vaes256(std::span<const MaskStream> streams, const KernelTile& tile) {
  return apply_each(kFunctions, streams, tile);
}

}  // namespace blindsum::detail
