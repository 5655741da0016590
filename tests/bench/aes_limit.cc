#include "tests/bench/aes_limit.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>

#include "crypto/kernels/kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace blindsum {

namespace {

using detail::kAesRounds;

// Keeps a value that nobody uses from being optimised away, and what comes of it from being known.
#if defined(__x86_64__)
#define BLINDSUM_KEEP(value) __asm__ volatile("" : "+x"(value))
#elif defined(__aarch64__)
#define BLINDSUM_KEEP(value) __asm__ volatile("" : "+w"(value))
#endif

#if defined(__x86_64__)

// Latency 3 to 5 cycles, one a cycle: 8 in flight.
BLINDSUM_TARGET("vaes,avx512f")
std::uint64_t run_vaes512(std::uint64_t bytes) {
  constexpr std::size_t in_flight = 8;
  __m512i state[in_flight] = {};
  __m512i key = _mm512_set1_epi64(0x0123456789abcdef);
  BLINDSUM_KEEP(key);
  std::uint64_t done = 0;
  for (; done < bytes; done += sizeof(state)) {
#pragma GCC unroll 16
    for (std::size_t r = 0; r < kAesRounds; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < in_flight; ++v) state[v] = _mm512_aesenc_epi128(state[v], key);
    }
  }
  for (auto& one : state) BLINDSUM_KEEP(one);
  return done;
}

// Two a cycle: 12 in flight.
BLINDSUM_TARGET("vaes,avx2")
std::uint64_t run_vaes256(std::uint64_t bytes) {
  constexpr std::size_t in_flight = 12;
  __m256i state[in_flight] = {};
  __m256i key = _mm256_set1_epi64x(0x0123456789abcdef);
  BLINDSUM_KEEP(key);
  std::uint64_t done = 0;
  for (; done < bytes; done += sizeof(state)) {
#pragma GCC unroll 16
    for (std::size_t r = 0; r < kAesRounds; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < in_flight; ++v) state[v] = _mm256_aesenc_epi128(state[v], key);
    }
  }
  for (auto& one : state) BLINDSUM_KEEP(one);
  return done;
}

BLINDSUM_TARGET("aes,sse2")
std::uint64_t run_aesni(std::uint64_t bytes) {
  constexpr std::size_t in_flight = 12;
  __m128i state[in_flight] = {};
  __m128i key = _mm_set1_epi64x(0x0123456789abcdef);
  BLINDSUM_KEEP(key);
  std::uint64_t done = 0;
  for (; done < bytes; done += sizeof(state)) {
#pragma GCC unroll 16
    for (std::size_t r = 0; r < kAesRounds; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < in_flight; ++v) state[v] = _mm_aesenc_si128(state[v], key);
    }
  }
  for (auto& one : state) BLINDSUM_KEEP(one);
  return done;
}

#elif defined(__aarch64__)

// Pairs of aese and aesmc, up to four a cycle, of 2 to 4 cycles: 16 in flight.
#if defined(__clang__)
BLINDSUM_TARGET("aes")
#else
BLINDSUM_TARGET("+crypto")
#endif
std::uint64_t run_armv8(std::uint64_t bytes) {
  constexpr std::size_t in_flight = 16;
  uint8x16_t state[in_flight] = {};
  uint8x16_t key = vdupq_n_u8(0x5a);
  BLINDSUM_KEEP(key);
  std::uint64_t done = 0;
  for (; done < bytes; done += sizeof(state)) {
#pragma GCC unroll 16
    for (std::size_t r = 0; r < kAesRounds; ++r) {
#pragma GCC unroll 16
      for (std::size_t v = 0; v < in_flight; ++v) state[v] = vaesmcq_u8(vaeseq_u8(state[v], key));
    }
  }
  for (auto& one : state) BLINDSUM_KEEP(one);
  return done;
}

#endif

std::uint64_t run_openssl(std::uint64_t bytes) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const std::array<std::uint8_t, 32> key{1};
  const std::array<std::uint8_t, 16> counter{};
  alignas(64) std::array<std::uint8_t, 8192> buffer{};
  if (context == nullptr || EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr,
                                               key.data(), counter.data()) != 1) {
    return 0;
  }
  std::uint64_t done = 0;
  for (; done < bytes; done += buffer.size()) {
    int written = 0;
    if (EVP_EncryptUpdate(context.get(), buffer.data(), &written, buffer.data(),
                          static_cast<int>(buffer.size())) != 1) {
      return 0;
    }
  }
  return done;
}

}  // namespace

std::uint64_t run_aes_limit(const MaskKernel& kernel, std::uint64_t bytes) {
  if (!kernel.supported) return 0;
  if (kernel.name == "openssl") return run_openssl(bytes);
#if defined(__x86_64__)
  if (kernel.name == "vaes512") return run_vaes512(bytes);
  if (kernel.name == "vaes256") return run_vaes256(bytes);
  if (kernel.name == "aesni") return run_aesni(bytes);
#elif defined(__aarch64__)
  if (kernel.name == "armv8") return run_armv8(bytes);
#endif
  return 0;
}

}  // namespace blindsum
