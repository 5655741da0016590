#include "crypto/mask_kernel.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>

#include "crypto/error.h"
#include "crypto/kernels/kernel.h"

#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

// A kernel of this architecture, or null.
#if defined(__x86_64__)
#define BLINDSUM_ON_X86(function) (detail::function)
#else
#define BLINDSUM_ON_X86(function) nullptr
#endif
#if defined(__aarch64__)
#define BLINDSUM_ON_ARM(function) (detail::function)
#else
#define BLINDSUM_ON_ARM(function) nullptr
#endif

namespace blindsum {

namespace {

struct Processor {
  bool vaes512 = false;
  bool vaes256 = false;
  bool aesni = false;
  bool armv8 = false;
};

// Features count only if the operating system keeps the registers, too: the builtins look.
Processor look_at_processor() {
#if defined(__x86_64__)
  const bool vaes = __builtin_cpu_supports("vaes");
  return {
      .vaes512 = vaes && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"),
      .vaes256 = vaes && __builtin_cpu_supports("avx2"),
      .aesni = __builtin_cpu_supports("aes") != 0};
#elif defined(__aarch64__)
  return {.armv8 = (getauxval(AT_HWCAP) & HWCAP_AES) != 0};
#else
  return {};
#endif
}

const Processor& processor() {
  static const Processor seen = look_at_processor();
  return seen;
}

constexpr std::size_t kKernels = 5;

const std::array<MaskKernel, kKernels>& all_kernels() {
  static const std::array<MaskKernel, kKernels> all = {{
      {"vaes512", processor().vaes512, BLINDSUM_ON_X86(apply_vaes512)},
      {"vaes256", processor().vaes256, BLINDSUM_ON_X86(apply_vaes256)},
      {"aesni", processor().aesni, BLINDSUM_ON_X86(apply_aesni)},
      {"armv8", processor().armv8, BLINDSUM_ON_ARM(apply_armv8)},
      {"openssl", true, detail::apply_openssl},
  }};
  return all;
}

std::atomic<const MaskKernel*> active = nullptr;

}  // namespace

std::span<const MaskKernel* const> mask_kernels() {
  static const std::array<const MaskKernel*, kKernels> pointers = [] {
    std::array<const MaskKernel*, kKernels> to{};
    std::ranges::transform(all_kernels(), to.begin(), [](const MaskKernel& one) { return &one; });
    return to;
  }();
  return pointers;
}

const MaskKernel& active_mask_kernel() {
  const MaskKernel* const chosen = active.load(std::memory_order_acquire);
  assert(chosen != nullptr && "init_crypto() comes first");
  return *chosen;
}

Result<const MaskKernel*> find_mask_kernel(std::string_view name) {
  for (const MaskKernel* kernel : mask_kernels()) {
    if (name.empty() && kernel->supported) return kernel;
    if (name != kernel->name) continue;
    if (!kernel->supported) return CryptoError::unsupported_kernel;
    return kernel;
  }
  return CryptoError::unknown_kernel;
}

namespace detail {

Result<void> choose_mask_kernel(std::string_view name) {
  BLINDSUM_TRY(kernel, find_mask_kernel(name));
  active.store(kernel, std::memory_order_release);
  return {};
}

void expand_key(KeyBytes key, KeySchedule& schedule) {
#if defined(__x86_64__)
  if (processor().aesni) return expand_key_aesni(key, schedule);
#elif defined(__aarch64__)
  if (processor().armv8) return expand_key_armv8(key, schedule);
#endif
  std::ranges::copy(key, schedule.bytes.begin());
}

}  // namespace detail

}  // namespace blindsum
