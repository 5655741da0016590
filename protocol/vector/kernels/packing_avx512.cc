// Groups of 64 bytes of words. They start on a byte of the packed stream and take at most 64 bytes
// of it, so that one permutation reaches all of them.
#include <immintrin.h>

#include <algorithm>
#include <array>

#include "protocol/vector/kernels/cpu.h"
#include "protocol/vector/kernels/packing_kernel.h"

namespace blindsum::detail {
namespace {

constexpr std::size_t kVector = 64;

using Bytes64 = std::array<std::uint8_t, kVector>;
template <class Word>
using Lanes = std::array<Word, kVector / sizeof(Word)>;

__mmask64 first_bytes(std::size_t count) {
  return count == kVector ? ~__mmask64{0} : (__mmask64{1} << count) - 1;
}

template <class Array>
BLINDSUM_AVX512 inline __m512i load(const Array& table) {
  static_assert(sizeof table == kVector);
  return _mm512_loadu_si512(table.data());
}

template <class Word>
Lanes<Word> all(std::uint64_t value) {
  Lanes<Word> lanes;
  lanes.fill(static_cast<Word>(value));
  return lanes;
}

// Where in the group's packed bytes each element's word starts, the word behind it, and at which
// bit. Bytes behind the element are whatever they are: the ring's mask takes them off.
template <class Word>
struct UnpackTables {
  alignas(kVector) Bytes64 low;
  alignas(kVector) Bytes64 high;
  alignas(kVector) Lanes<Word> phase;

  explicit UnpackTables(std::size_t bits) {
    for (std::size_t lane = 0; lane < phase.size(); ++lane) {
      phase[lane] = static_cast<Word>(lane * bits % 8);
      for (std::size_t i = 0; i < sizeof(Word); ++i) {
        const std::size_t at = lane * bits / 8 + i;
        low[lane * sizeof(Word) + i] = static_cast<std::uint8_t>(at % kVector);
        high[lane * sizeof(Word) + i] = static_cast<std::uint8_t>((at + sizeof(Word)) % kVector);
      }
    }
  }
};

template <class Word>
BLINDSUM_AVX512 inline __m512i shift_right(__m512i low, __m512i high, __m512i count) {
  if constexpr (sizeof(Word) == 2) return _mm512_shrdv_epi16(low, high, count);
  if constexpr (sizeof(Word) == 4) return _mm512_shrdv_epi32(low, high, count);
  return _mm512_shrdv_epi64(low, high, count);
}

template <class Word>
BLINDSUM_AVX512 inline __m512i add(__m512i a, __m512i b) {
  if constexpr (sizeof(Word) == 2) return _mm512_add_epi16(a, b);
  if constexpr (sizeof(Word) == 4) return _mm512_add_epi32(a, b);
  return _mm512_add_epi64(a, b);
}

template <class Word>
BLINDSUM_AVX512 void add_unpacked(Ring ring, ByteView packed, std::span<Word> words) {
  const UnpackTables<Word> tables(ring.bits());
  const __m512i low = load(tables.low);
  const __m512i high = load(tables.high);
  const __m512i phase = load(tables.phase);
  const __m512i mask = load(all<Word>(ring.mask()));
  constexpr std::size_t kGroup = kVector / sizeof(Word);
  const std::size_t group_bytes = ring.packed_size(kGroup);
  const std::uint8_t* from = packed.data();
  Word* word = words.data();
  std::size_t bytes = packed.size();
  std::size_t count = words.size();
  for (; bytes >= kVector && count >= kGroup; bytes -= group_bytes, count -= kGroup) {
    const __m512i in = _mm512_loadu_si512(from);
    const __m512i elements = shift_right<Word>(_mm512_permutexvar_epi8(low, in),
                                               _mm512_permutexvar_epi8(high, in), phase);
    const __m512i sum = add<Word>(_mm512_loadu_si512(word), _mm512_and_si512(elements, mask));
    _mm512_storeu_si512(word, sum);
    from += group_bytes;
    word += kGroup;
  }
  while (count > 0) {  // the last bytes: loads and stores that end where they do
    const std::size_t some = std::min(count, kGroup);
    const __mmask64 in_packed = first_bytes(std::min(bytes, group_bytes));
    const __mmask64 in_words = first_bytes(some * sizeof(Word));
    const __m512i in = _mm512_maskz_loadu_epi8(in_packed, from);
    const __m512i elements = shift_right<Word>(_mm512_permutexvar_epi8(low, in),
                                               _mm512_permutexvar_epi8(high, in), phase);
    const __m512i sum =
        add<Word>(_mm512_maskz_loadu_epi8(in_words, word), _mm512_and_si512(elements, mask));
    _mm512_mask_storeu_epi8(word, in_words, sum);
    count -= some;
    bytes -= std::min(bytes, group_bytes);
    from += group_bytes;
    word += some;
  }
}

// The way back takes eight lanes of 64 bits with 8 to 64 bits of elements in each. A lane, shifted
// to its phase, reaches over 9 bytes, the last of them in `carry`; and as it has 8 bits or more, no
// byte of the stream takes bits from more than two lanes, of which the second starts there.
struct PackTables {
  alignas(kVector) Bytes64 first;   // of shifted ‖ carry
  alignas(kVector) Bytes64 second;  // of shifted
  alignas(kVector) Lanes<std::uint64_t> left;
  alignas(kVector) Lanes<std::uint64_t> right;
  __mmask64 has_second = 0;

  explicit PackTables(std::size_t lane_bits) {
    first.fill(0);
    second.fill(0);
    for (std::size_t lane = 0; lane < left.size(); ++lane) {
      left[lane] = lane * lane_bits % 8;
      right[lane] = 64 - left[lane];
    }
    for (std::size_t byte = 0; byte < lane_bits; ++byte) {
      const std::size_t lane = byte * 8 / lane_bits;
      const std::size_t in_lane = byte - lane * lane_bits / 8;
      first[byte] =
          static_cast<std::uint8_t>(in_lane < 8 ? lane * 8 + in_lane : kVector + lane * 8);
      const std::size_t next = (byte * 8 + 7) / lane_bits;
      if (next == lane) continue;
      second[byte] = static_cast<std::uint8_t>(next * 8);
      has_second |= __mmask64{1} << byte;
    }
  }
};

// Neighbours moved together until each 64-bit lane has its elements side by side.
template <class Word>
BLINDSUM_AVX512 inline __m512i combine(__m512i words, std::uint32_t bits) {
  const __m128i by_one = _mm_cvtsi64_si128(bits);
  const __m128i by_two = _mm_cvtsi64_si128(2LL * bits);
  if constexpr (sizeof(Word) == 8) return words;
  if constexpr (sizeof(Word) == 2) {
    const __m512i even = _mm512_and_si512(words, _mm512_set1_epi32(0xFFFF));
    words = _mm512_or_si512(even, _mm512_sll_epi32(_mm512_srli_epi32(words, 16), by_one));
  }
  const __m512i even = _mm512_and_si512(words, _mm512_set1_epi64(0xFFFFFFFF));
  const __m512i odd = _mm512_srli_epi64(words, 32);
  return _mm512_or_si512(even, _mm512_sll_epi64(odd, sizeof(Word) == 2 ? by_two : by_one));
}

BLINDSUM_AVX512 inline __m512i scatter(__m512i lanes, const PackTables& tables) {
  const __m512i shifted = _mm512_sllv_epi64(lanes, load(tables.left));
  const __m512i carry = _mm512_srlv_epi64(lanes, load(tables.right));
  const __m512i first = _mm512_permutex2var_epi8(shifted, load(tables.first), carry);
  const __m512i second =
      _mm512_maskz_permutexvar_epi8(tables.has_second, load(tables.second), shifted);
  return _mm512_or_si512(first, second);
}

template <class Word>
BLINDSUM_AVX512 void pack_words(Ring ring, std::span<const Word> words, ByteSpan out) {
  constexpr std::size_t kGroup = kVector / sizeof(Word);
  const std::size_t group_bytes = ring.packed_size(kGroup);
  const PackTables tables(group_bytes);
  const __m512i mask = load(all<Word>(ring.mask()));
  const Word* word = words.data();
  std::uint8_t* to = out.data();
  std::size_t bytes = out.size();
  std::size_t count = words.size();
  // What a store writes behind its group, the next one overwrites.
  for (; bytes >= kVector && count >= kGroup; bytes -= group_bytes, count -= kGroup) {
    const __m512i elements = _mm512_and_si512(_mm512_loadu_si512(word), mask);
    _mm512_storeu_si512(to, scatter(combine<Word>(elements, ring.bits()), tables));
    word += kGroup;
    to += group_bytes;
  }
  while (count > 0) {
    const std::size_t some = std::min(count, kGroup);
    const __mmask64 in_words = first_bytes(some * sizeof(Word));
    const __m512i elements = _mm512_and_si512(_mm512_maskz_loadu_epi8(in_words, word), mask);
    _mm512_mask_storeu_epi8(to, first_bytes(std::min(bytes, group_bytes)),
                            scatter(combine<Word>(elements, ring.bits()), tables));
    count -= some;
    bytes -= std::min(bytes, group_bytes);
    word += some;
    to += group_bytes;
  }
}

}  // namespace

void pack_avx512(Ring ring, const ConstWordSpan& words, ByteSpan out) {
  std::visit([&](auto span) { pack_words(ring, span, out); }, words);
}

void unpack_add_avx512(Ring ring, ByteView packed, const WordSpan& words) {
  std::visit([&](auto span) { add_unpacked(ring, packed, span); }, words);
}

}  // namespace blindsum::detail
