// Every mask kernel that this processor has, beside the limit: the processor's AES instruction and
// nothing else, for the same time, before and after each run of the kernel.
#include <fmt/core.h>

#include <span>
#include <string>
#include <vector>

#include "crypto/group.h"
#include "crypto/mask_kernel.h"
#include "crypto/transcript.h"
#include "tests/bench/aes_limit.h"
#include "tests/bench/micro/parts.h"
#include "tests/bench/timing.h"

namespace blindsum::bench {
namespace {

constexpr std::size_t kStreams = 32;
constexpr std::size_t kVectorBytes = std::size_t{1} << 20;
// About as long as the kernel takes for its streams over the vector.
constexpr std::uint64_t kLimitBytes = kStreams * kVectorBytes / 2;

std::vector<MaskStream> make_streams() {
  SystemEntropy entropy;
  std::vector<MaskStream> streams;
  for (std::size_t i = 0; i < kStreams; ++i) {
    const auto secret = random_scalar<SelfMaskTag>(entropy).value();
    const auto key = hkdf<StreamKeyTag>(secret, Hash{}, Encoded(Label::self).u32(0).view()).value();
    streams.push_back(
        MaskStream::create(key, i % 2 == 0 ? MaskSign::add : MaskSign::subtract).value());
  }
  return streams;
}

// Seconds; `bytes` counts what was done.
double limit(const MaskKernel& kernel, double& bytes) {
  const double begin = own_thread_cpu_s();
  bytes += static_cast<double>(run_aes_limit(kernel, kLimitBytes));
  return own_thread_cpu_s() - begin;
}

template <class Word>
void engine(benchmark::State& state, const MaskKernel& kernel) {
  const auto streams = make_streams();
  std::vector<Word> words(kVectorBytes / sizeof(Word));
  double limit_s = 0;
  double limit_bytes = 0;
  double own_s = 0;
  for (auto _ : state) {
    limit_s += limit(kernel, limit_bytes);
    const double begin = own_thread_cpu_s();
    const auto applied = apply_masks_with(kernel, streams, 0, std::span<Word>(words));
    const double took = own_thread_cpu_s() - begin;
    if (!applied) return state.SkipWithError("the kernel failed");
    own_s += took;
    state.SetIterationTime(took);
    limit_s += limit(kernel, limit_bytes);
  }
  const double rate = iterations(state) * kStreams * kVectorBytes / own_s;
  const double limit_rate = limit_bytes / limit_s;
  state.counters["gb_s"] = rate * 1e-9;
  state.counters["limit_gb_s"] = limit_rate * 1e-9;
  state.counters["ratio"] = rate / limit_rate;
}

}  // namespace

// Words of 32 bits are what most rings have: a kernel's own figures are theirs.
void add_engine() {
  for (const MaskKernel* const kernel : mask_kernels()) {
    if (!kernel->supported) continue;
    const std::string name = fmt::format("engine/{}", kernel->name);
    benchmark::RegisterBenchmark(name.c_str(), [kernel](benchmark::State& state) {
      engine<std::uint32_t>(state, *kernel);
    })->UseManualTime();
    benchmark::RegisterBenchmark((name + "/w16").c_str(), [kernel](benchmark::State& state) {
      engine<std::uint16_t>(state, *kernel);
    })->UseManualTime();
    benchmark::RegisterBenchmark((name + "/w64").c_str(), [kernel](benchmark::State& state) {
      engine<std::uint64_t>(state, *kernel);
    })->UseManualTime();
  }
}

}  // namespace blindsum::bench
