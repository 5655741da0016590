// Steps of 32 bytes of words, in two halves of 16 bytes, which shuffles do not leave. Words of 64
// bits are left to the portable code.
#include <immintrin.h>

#include <algorithm>
#include <array>

#include "protocol/vector/kernels/cpu.h"
#include "protocol/vector/kernels/packing_kernel.h"

namespace blindsum::detail {
namespace {

constexpr std::size_t kHalf = 16;
constexpr std::uint8_t kZero = 0x80;  // what a shuffle takes for a byte of zeros

using Bytes32 = std::array<std::uint8_t, 2 * kHalf>;

template <class Array>
BLINDSUM_AVX2 inline __m256i load(const Array& table) {
  static_assert(sizeof table == 2 * kHalf);
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(table.data()));
}

BLINDSUM_AVX2 inline __m128i load_half(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

BLINDSUM_AVX2 inline void store_half(void* to, __m128i half) {
  _mm_storeu_si128(static_cast<__m128i*>(to), half);
}

// Eight elements, one in each 32-bit lane; elements 4 to 7 are loaded from byte 4·b/8 on, in which
// they start at bit 0 or 4. `high` is the byte behind the four that `low` has.
struct UnpackTables {
  alignas(32) Bytes32 low;
  alignas(32) Bytes32 high;
  alignas(32) std::array<std::uint32_t, 8> right;
  alignas(32) std::array<std::uint32_t, 8> left;

  explicit UnpackTables(std::size_t bits) {
    high.fill(kZero);
    for (std::size_t lane = 0; lane < right.size(); ++lane) {
      const std::size_t half = lane / 4 * kHalf;
      const std::size_t bit = lane % 4 * bits + (lane < 4 ? 0 : 4 * bits % 8);
      const auto place = [&](std::size_t at) {
        return at < kHalf ? static_cast<std::uint8_t>(at) : kZero;
      };
      for (std::size_t i = 0; i < 4; ++i) low[half + lane % 4 * 4 + i] = place(bit / 8 + i);
      high[half + lane % 4 * 4] = place(bit / 8 + 4);
      right[lane] = static_cast<std::uint32_t>(bit % 8);
      left[lane] = 32 - right[lane];
    }
  }
};

// Steps of eight elements, while a step's loads end within the packed bytes; says how many.
template <bool kFiveBytes, class Word>
BLINDSUM_AVX2 std::size_t add_steps(Ring ring, ByteView packed, std::span<Word> words) {
  const std::uint32_t bits = ring.bits();
  const UnpackTables tables(bits);
  const __m256i low = load(tables.low);
  const __m256i high = load(tables.high);
  const __m256i right = load(tables.right);
  const __m256i left = load(tables.left);
  const __m256i mask = _mm256_set1_epi32(static_cast<int>(ring.mask()));
  const std::size_t second = bits / 2;
  const std::size_t reach = second + kHalf;
  std::size_t done = 0;
  std::size_t at = 0;
  for (; done + 8 <= words.size() && at + reach <= packed.size(); done += 8, at += bits) {
    const std::uint8_t* from = packed.data() + at;
    const __m256i in = _mm256_inserti128_si256(_mm256_castsi128_si256(load_half(from)),
                                               load_half(from + second), 1);
    __m256i elements = _mm256_srlv_epi32(_mm256_shuffle_epi8(in, low), right);
    if constexpr (kFiveBytes) {
      const __m256i top = _mm256_sllv_epi32(_mm256_shuffle_epi8(in, high), left);
      elements = _mm256_or_si256(elements, top);
    }
    elements = _mm256_and_si256(elements, mask);
    if constexpr (sizeof(Word) == 2) {
      const __m128i narrow =
          _mm_packus_epi32(_mm256_castsi256_si128(elements), _mm256_extracti128_si256(elements, 1));
      void* to = words.data() + done;
      store_half(to, _mm_add_epi16(load_half(to), narrow));
    } else {
      auto* to = reinterpret_cast<__m256i*>(words.data() + done);
      _mm256_storeu_si256(to, _mm256_add_epi32(_mm256_loadu_si256(to), elements));
    }
  }
  return done;
}

template <class Word>
void add_unpacked(Ring ring, ByteView packed, std::span<Word> words) {
  std::size_t done = 0;
  if constexpr (sizeof(Word) < 8) {
    done = ring.bits() + 7 <= 32 ? add_steps<false>(ring, packed, words)
                                 : add_steps<true>(ring, packed, words);
  }
  unpack_add_portable(ring, packed.subspan(ring.packed_size(done)), words.subspan(done));
}

// Two 64-bit lanes a half, each with the same number of bits of elements, 8 or more. The second
// half is stored at byte 2·lane/8, into which its first lane starts at bit 0 or 4; what the first
// half has in that byte is moved over. No byte takes bits from more than two lanes; a lane that is
// shifted has a ninth byte, which is in `carry`.
struct PackTables {
  alignas(32) Bytes32 first;   // of shifted
  alignas(32) Bytes32 second;  // of shifted
  alignas(32) Bytes32 ninth;   // of carry
  alignas(32) std::array<std::uint64_t, 4> left;
  alignas(32) std::array<std::uint64_t, 4> right;
  std::array<std::uint8_t, kHalf> shared;  // the first half's byte that the second starts in

  explicit PackTables(std::size_t lane_bits) {
    for (Bytes32* table : {&first, &second, &ninth}) table->fill(kZero);
    shared.fill(kZero);
    for (std::size_t lane = 0; lane < left.size(); ++lane) {
      const std::size_t half = lane / 2 * kHalf;
      const std::size_t offset = lane < 2 ? 0 : 2 * lane_bits % 8;
      const std::size_t start = offset + lane % 2 * lane_bits;
      left[lane] = start % 8;
      right[lane] = 64 - left[lane];
      for (std::size_t i = 0; i < 9; ++i) {
        const std::size_t byte = start / 8 + i;
        if (byte * 8 >= start + lane_bits) break;
        const auto source = static_cast<std::uint8_t>(lane % 2 * 8 + i % 8);
        Bytes32& table = i == 8 ? ninth : lane % 2 == 0 ? first : second;
        table[half + byte] = source;
      }
    }
    if (2 * lane_bits % 8 != 0) shared[0] = static_cast<std::uint8_t>(2 * lane_bits / 8);
  }
};

// 32 bytes of words: neighbours moved together until each 64-bit lane has its elements side by
// side.
template <class Word>
BLINDSUM_AVX2 inline __m256i combine(__m256i words, std::uint32_t bits) {
  const __m128i by_one = _mm_cvtsi64_si128(bits);
  const __m128i by_two = _mm_cvtsi64_si128(2LL * bits);
  if constexpr (sizeof(Word) == 2) {
    const __m256i even = _mm256_and_si256(words, _mm256_set1_epi32(0xFFFF));
    words = _mm256_or_si256(even, _mm256_sll_epi32(_mm256_srli_epi32(words, 16), by_one));
  }
  const __m256i even = _mm256_and_si256(words, _mm256_set1_epi64x(0xFFFFFFFF));
  const __m256i odd = _mm256_srli_epi64(words, 32);
  return _mm256_or_si256(even, _mm256_sll_epi64(odd, sizeof(Word) == 2 ? by_two : by_one));
}

// As add_steps(): while a step's stores end within the packed bytes.
template <class Word>
BLINDSUM_AVX2 std::size_t pack_steps(Ring ring, std::span<const Word> words, ByteSpan out) {
  constexpr std::size_t kStep = 2 * kHalf / sizeof(Word);
  const std::uint32_t bits = ring.bits();
  const std::size_t step_bytes = ring.packed_size(kStep);
  const PackTables tables(8 / sizeof(Word) * bits);
  const __m256i first = load(tables.first);
  const __m256i second = load(tables.second);
  const __m256i ninth = load(tables.ninth);
  const __m256i left = load(tables.left);
  const __m256i right = load(tables.right);
  const __m128i shared = load_half(tables.shared.data());
  const auto low_bits = static_cast<int>(ring.mask());
  const __m256i mask = sizeof(Word) == 2 ? _mm256_set1_epi16(static_cast<short>(low_bits))
                                         : _mm256_set1_epi32(low_bits);
  const std::size_t reach = step_bytes / 2 + kHalf;
  std::size_t done = 0;
  std::size_t at = 0;
  for (; done + kStep <= words.size() && at + reach <= out.size();
       done += kStep, at += step_bytes) {
    const auto* from = reinterpret_cast<const __m256i*>(words.data() + done);
    const __m256i lanes = combine<Word>(_mm256_and_si256(_mm256_loadu_si256(from), mask), bits);
    const __m256i shifted = _mm256_sllv_epi64(lanes, left);
    const __m256i carry = _mm256_srlv_epi64(lanes, right);
    const __m256i whole = _mm256_or_si256(
        _mm256_or_si256(_mm256_shuffle_epi8(shifted, first), _mm256_shuffle_epi8(shifted, second)),
        _mm256_shuffle_epi8(carry, ninth));
    const __m128i low = _mm256_castsi256_si128(whole);
    const __m128i high = _mm256_extracti128_si256(whole, 1);
    store_half(out.data() + at, low);
    store_half(out.data() + at + step_bytes / 2, _mm_or_si128(high, _mm_shuffle_epi8(low, shared)));
  }
  return done;
}

template <class Word>
void pack_words(Ring ring, std::span<const Word> words, ByteSpan out) {
  std::size_t done = 0;
  if constexpr (sizeof(Word) < 8) done = pack_steps(ring, words, out);
  pack_portable(ring, words.subspan(done), out.subspan(ring.packed_size(done)));
}

}  // namespace

void pack_avx2(Ring ring, const ConstWordSpan& words, ByteSpan out) {
  std::visit([&](auto span) { pack_words(ring, span, out); }, words);
}

void unpack_add_avx2(Ring ring, ByteView packed, const WordSpan& words) {
  std::visit([&](auto span) { add_unpacked(ring, packed, span); }, words);
}

}  // namespace blindsum::detail
