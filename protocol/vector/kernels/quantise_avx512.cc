// Eight values at a time, in every ring.
#include <immintrin.h>

#include "protocol/vector/kernels/cpu.h"
#include "protocol/vector/kernels/quantise_kernel.h"

namespace blindsum::detail {
namespace {

constexpr std::size_t kStep = 8;

// The low bits of eight words of 64 bits.
template <class Word>
BLINDSUM_AVX512 inline void store(Word* to, __m512i words) {
  if constexpr (sizeof(Word) == 2) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtepi64_epi16(words));
  } else if constexpr (sizeof(Word) == 4) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_cvtepi64_epi32(words));
  } else {
    _mm512_storeu_si512(to, words);
  }
}

template <class Word>
BLINDSUM_AVX512 std::size_t quantise_steps(const FixedPoint& terms, Ring ring,
                                           std::span<const double> values,
                                           std::span<const std::uint64_t> random,
                                           std::span<Word> words) {
  const __m512d least = _mm512_set1_pd(-terms.clip);
  const __m512d most = _mm512_set1_pd(terms.clip);
  const __m512d scale = _mm512_set1_pd(terms.scale);
  const __m512d weight = _mm512_set1_pd(terms.weight);
  const __m512i mask = _mm512_set1_epi64(static_cast<long long>(ring.mask()));
  const __m512i one = _mm512_set1_epi64(1);
  std::size_t done = 0;
  for (; done + kStep <= values.size(); done += kStep) {
    const __m512d value = _mm512_loadu_pd(values.data() + done);
    const __m512d clamped = _mm512_min_pd(_mm512_max_pd(value, least), most);
    const __m512d z = _mm512_mul_pd(_mm512_mul_pd(clamped, scale), weight);
    const __m512d below = _mm512_roundscale_pd(z, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    const __m512i bits = _mm512_srli_epi64(_mm512_loadu_si512(random.data() + done), 11);
    const __m512d drawn = _mm512_mul_pd(_mm512_cvtepi64_pd(bits), _mm512_set1_pd(0x1p-53));
    const __mmask8 up = _mm512_cmp_pd_mask(drawn, _mm512_sub_pd(z, below), _CMP_LT_OQ);
    const __m512i floor = _mm512_cvttpd_epi64(below);
    const __m512i q = _mm512_mask_add_epi64(floor, up, floor, one);
    store(words.data() + done, _mm512_and_si512(q, mask));
  }
  return done;
}

}  // namespace

void quantise_avx512(const FixedPoint& terms, Ring ring, std::span<const double> values,
                     std::span<const std::uint64_t> random, const WordSpan& words) {
  const auto quantise = [&](auto span) {
    const std::size_t done = quantise_steps(terms, ring, values, random, span);
    quantise_portable(terms, ring, values.subspan(done), random.subspan(done), span.subspan(done));
  };
  std::visit(quantise, words);
}

}  // namespace blindsum::detail
