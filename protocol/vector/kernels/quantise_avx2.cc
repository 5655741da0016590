// Four values at a time. There are no conversions between doubles and 64-bit integers here, so that
// only rings of up to 32 bits, whose q fits into 32, come through; wider ones are left to the
// portable code.
#include <immintrin.h>

#include "protocol/vector/kernels/cpu.h"
#include "protocol/vector/kernels/quantise_kernel.h"

namespace blindsum::detail {
namespace {

constexpr std::size_t kStep = 8;

struct Constants {
  __m256d least;
  __m256d most;
  __m256d scale;
  __m256d weight;
};

BLINDSUM_AVX2 inline Constants constants_of(const FixedPoint& terms) {
  return {_mm256_set1_pd(-terms.clip), _mm256_set1_pd(terms.clip), _mm256_set1_pd(terms.scale),
          _mm256_set1_pd(terms.weight)};
}

// Uniform in [0, 1), of 53 bits: the upper and the lower part of the integer each become the end of
// a mantissa (of 2^84 and of 2^52), and what was put above them is taken off again, exactly.
BLINDSUM_AVX2 inline __m256d uniform(__m256i random) {
  const __m256i bits = _mm256_srli_epi64(random, 11);
  const __m256i upper =
      _mm256_or_si256(_mm256_srli_epi64(bits, 32), _mm256_castpd_si256(_mm256_set1_pd(0x1p84)));
  const __m256i lower = _mm256_blend_epi32(_mm256_castpd_si256(_mm256_set1_pd(0x1p52)), bits, 0x55);
  const __m256d above = _mm256_sub_pd(_mm256_castsi256_pd(upper), _mm256_set1_pd(0x1p84 + 0x1p52));
  const __m256d whole = _mm256_add_pd(above, _mm256_castsi256_pd(lower));
  return _mm256_mul_pd(whole, _mm256_set1_pd(0x1p-53));
}

BLINDSUM_AVX2 inline __m128i quantise_four(const Constants& constants, const double* values,
                                           const std::uint64_t* random) {
  const __m256d clamped =
      _mm256_min_pd(_mm256_max_pd(_mm256_loadu_pd(values), constants.least), constants.most);
  const __m256d z = _mm256_mul_pd(_mm256_mul_pd(clamped, constants.scale), constants.weight);
  const __m256d below = _mm256_floor_pd(z);
  const __m256d drawn = uniform(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(random)));
  const __m256d is_up = _mm256_cmp_pd(drawn, _mm256_sub_pd(z, below), _CMP_LT_OQ);
  const __m256d up = _mm256_and_pd(is_up, _mm256_set1_pd(1.0));
  return _mm256_cvttpd_epi32(_mm256_add_pd(below, up));
}

template <class Word>
BLINDSUM_AVX2 std::size_t quantise_steps(const FixedPoint& terms, Ring ring,
                                         std::span<const double> values,
                                         std::span<const std::uint64_t> random,
                                         std::span<Word> words) {
  const Constants constants = constants_of(terms);
  const __m128i mask = _mm_set1_epi32(static_cast<int>(ring.mask()));
  std::size_t done = 0;
  for (; done + kStep <= values.size(); done += kStep) {
    const double* from = values.data() + done;
    const std::uint64_t* with = random.data() + done;
    const __m128i a = _mm_and_si128(quantise_four(constants, from, with), mask);
    const __m128i b = _mm_and_si128(quantise_four(constants, from + 4, with + 4), mask);
    auto* to = reinterpret_cast<__m128i*>(words.data() + done);
    if constexpr (sizeof(Word) == 2) {
      _mm_storeu_si128(to, _mm_packus_epi32(a, b));
    } else {
      _mm_storeu_si128(to, a);
      _mm_storeu_si128(to + 1, b);
    }
  }
  return done;
}

}  // namespace

void quantise_avx2(const FixedPoint& terms, Ring ring, std::span<const double> values,
                   std::span<const std::uint64_t> random, const WordSpan& words) {
  const auto quantise = [&]<class Word>(std::span<Word> span) {
    std::size_t done = 0;
    if constexpr (sizeof(Word) < 8) done = quantise_steps(terms, ring, values, random, span);
    quantise_portable(terms, ring, values.subspan(done), random.subspan(done), span.subspan(done));
  };
  std::visit(quantise, words);
}

}  // namespace blindsum::detail
