// Packing and unpacking with addition, by each kernel that this processor has: chunks of 1 MiB of
// packed bytes as they travel, words that stay in the cache.
#include <fmt/core.h>

#include "protocol/vector/kernels/packing_kernel.h"
#include "tests/bench/micro/parts.h"
#include "tests/bench/timing.h"

namespace blindsum::bench {
namespace {

constexpr std::uint64_t kElements = std::uint64_t{1} << 16;

struct Packed {
  explicit Packed(std::uint32_t bits)
      : ring(Ring::of_bits(bits).value()),
        words(ring, kElements),
        bytes(ring.packed_size(kElements)) {
    std::uint32_t state = 1;
    for (auto& byte : bytes) {
      byte = static_cast<std::uint8_t>((state = state * 1'664'525 + 1'013'904'223) >> 24);
    }
  }
  Ring ring;
  RingVector words;
  Bytes bytes;
};

void packing(benchmark::State& state, const detail::PackingKernel& kernel, std::uint32_t bits) {
  Packed packed(bits);
  for (auto _ : state) {
    kernel.pack(packed.ring, read_only(packed.words.words()), packed.bytes);
    benchmark::ClobberMemory();
  }
  state.counters["g_elements_s"] = giga_per_second(iterations(state) * kElements);
}

void unpacking(benchmark::State& state, const detail::PackingKernel& kernel, std::uint32_t bits) {
  Packed packed(bits);
  for (auto _ : state) {
    kernel.unpack_add(packed.ring, packed.bytes, packed.words.words());
    benchmark::ClobberMemory();
  }
  state.counters["g_elements_s"] = giga_per_second(iterations(state) * kElements);
}

}  // namespace

void add_packing() {
  for (const auto& kernel : detail::packing_kernels()) {
    if (!kernel.supported) continue;
    for (const std::uint32_t bits : {20U, 26U, 32U}) {
      benchmark::RegisterBenchmark(
          fmt::format("pack/{}/b_{}", kernel.name, bits).c_str(),
          [&kernel, bits](benchmark::State& state) { packing(state, kernel, bits); });
      benchmark::RegisterBenchmark(
          fmt::format("unpack_add/{}/b_{}", kernel.name, bits).c_str(),
          [&kernel, bits](benchmark::State& state) { unpacking(state, kernel, bits); });
    }
  }
}

}  // namespace blindsum::bench
