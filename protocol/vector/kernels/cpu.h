// What the kernels of this folder ask of a CPU. The attributes are on functions, not on files, so
// that no inline function of a header is compiled for a CPU that may not be there.
#pragma once

#define BLINDSUM_AVX2 [[gnu::target("avx2")]]
#define BLINDSUM_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")]]

#if defined(__x86_64__)
namespace blindsum::detail {

inline bool has_avx2() {
  return __builtin_cpu_supports("avx2") != 0;
}

// Ice Lake and Zen 4 or newer.
inline bool has_avx512() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
         __builtin_cpu_supports("avx512vbmi") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0;
}

}  // namespace blindsum::detail
#endif
