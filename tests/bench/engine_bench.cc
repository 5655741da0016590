// Every mask kernel that this processor supports beside its limit (tests/bench/aes_limit.h), in one
// run: gigabytes of keystream applied a second, those of the limit, and their ratio, each the
// median of several interleaved runs, in the CPU time of the thread. Then how much faster two
// threads are than one.
//   engine_bench [KERNEL]
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "crypto/init.h"
#include "crypto/mask_kernel.h"
#include "tests/bench/aes_limit.h"

namespace {

using blindsum::MaskKernel;
using blindsum::MaskSign;
using blindsum::MaskStream;

constexpr int kRuns = 11;
constexpr std::uint64_t kRunBytes = std::uint64_t{64} << 20;  // 5 ms at 13 GB/s
constexpr std::size_t kMebibyte = std::size_t{1} << 20;

using Figures = std::array<double, kRuns>;

double median(Figures figures) {
  std::nth_element(figures.begin(), figures.begin() + kRuns / 2, figures.end());
  return figures[kRuns / 2];
}

// While this thread ran: others on the machine count for less.
double thread_seconds() {
  ::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Of a job that returns how many bytes it did.
template <class Job>
double gb_per_second(Job&& job) {
  const double begin = thread_seconds();
  const std::uint64_t bytes = job();
  return static_cast<double>(bytes) / (thread_seconds() - begin) / 1e9;
}

std::vector<MaskStream> make_streams(std::size_t count) {
  std::vector<MaskStream> streams;
  for (std::size_t i = 0; i < count; ++i) {
    blindsum::Bytes key(32, static_cast<std::uint8_t>(i % 255 + 1));
    streams.push_back(MaskStream::create(blindsum::StreamKey::from(key).value(),
                                         i % 3 == 0 ? MaskSign::subtract : MaskSign::add)
                          .value());
  }
  return streams;
}

template <class Word>
std::uint64_t apply(const MaskKernel& kernel, const std::vector<MaskStream>& streams,
                    std::uint64_t first, std::span<Word> words) {
  std::uint64_t bytes = 0;
  while (bytes < kRunBytes) {
    blindsum::apply_masks_with(kernel, streams, first, words).value();
    bytes += words.size_bytes() * streams.size();
  }
  return bytes;
}

template <class Word>
void compare(const MaskKernel& kernel, std::size_t vector_bytes, std::size_t stream_count,
             std::uint64_t first) {
  const auto streams = make_streams(stream_count);
  std::vector<Word> words(vector_bytes / sizeof(Word));
  Figures done{};
  Figures limit{};
  Figures ratio{};
  for (std::size_t run = 0; run < kRuns; ++run) {
    const auto once = [&] { return blindsum::run_aes_limit(kernel, kRunBytes); };
    const double before = gb_per_second(once);
    done[run] = gb_per_second([&] { return apply<Word>(kernel, streams, first, words); });
    limit[run] = (before + gb_per_second(once)) / 2;
    ratio[run] = done[run] / limit[run];
  }
  std::printf(
      "%-8s %2zu bits %3zu streams %6.2f MiB from %-5llu gb_s %6.2f limit_gb_s %6.2f"
      " ratio %.3f\n",
      kernel.name.data(), 8 * sizeof(Word), stream_count,
      static_cast<double>(vector_bytes) / kMebibyte, static_cast<unsigned long long>(first),
      median(done), median(limit), median(ratio));
}

// Each thread's own CPU time: what two at once do to each other, not what the rest of the machine
// leaves them.
void two_threads(const MaskKernel& kernel) {
  const auto streams = make_streams(100);
  std::vector<std::uint32_t> words(4 * kMebibyte);
  const std::span all(words);
  const auto half = all.size() / 2;
  const auto lower = [&] { return apply<std::uint32_t>(kernel, streams, 0, all.first(half)); };
  const auto upper = [&] { return apply<std::uint32_t>(kernel, streams, half, all.last(half)); };
  Figures speedup{};
  for (double& one : speedup) {
    const double alone = gb_per_second(lower);
    double other = 0;
    std::thread thread([&] { other = gb_per_second(upper); });
    const double mine = gb_per_second(lower);
    thread.join();
    one = (mine + other) / alone;
  }
  std::printf("%-8s two threads are %.2f times one, on disjoint halves with the same streams\n",
              kernel.name.data(), median(speedup));
}

void measure(const MaskKernel& kernel) {
  compare<std::uint32_t>(kernel, kMebibyte, 100, 0);
  compare<std::uint16_t>(kernel, kMebibyte, 100, 0);
  compare<std::uint64_t>(kernel, kMebibyte, 100, 0);
  compare<std::uint32_t>(kernel, 32 * kMebibyte, 100, 0);
  compare<std::uint32_t>(kernel, kMebibyte, 1, 0);
  compare<std::uint32_t>(kernel, kMebibyte / 32, 100, 0);
  compare<std::uint32_t>(kernel, kMebibyte, 100, 77);  // groups begin in the middle of vectors
  two_threads(kernel);
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto ready = blindsum::init_crypto(); ready.has_error()) {
    std::fprintf(stderr, "engine_bench: %s\n", blindsum::explain_init(ready.error()).c_str());
    return 2;
  }
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  for (const MaskKernel* kernel : blindsum::mask_kernels()) {
    if (kernel->supported && (wanted.empty() || wanted == kernel->name)) measure(*kernel);
  }
  return 0;
}
