// How many elements a second the packing kernels do on one core, from chunks of 1 MiB of packed
// bytes as they arrive, into words that stay in the cache; and a memcpy of the same packed bytes.
// The runs of all kernels are interleaved, and the median is printed: on a machine that does other
// things, too, their ratios are worth more than the numbers.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "protocol/vector/kernels/packing_kernel.h"

namespace {

using blindsum::Bytes;
using blindsum::Ring;
using blindsum::RingVector;
using blindsum::detail::PackingKernel;

constexpr int kRuns = 9;
constexpr std::size_t kPackedBytes = std::size_t{1} << 20;
// Words beside the chunk in an L2 cache of 1 MiB: the chunk goes through piece by piece.
constexpr std::uint64_t kPiece = 64 * 1024;

struct Contest {
  std::string name;
  std::function<void()> run;
  std::vector<double> seconds;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void race(std::vector<Contest>& contests) {
  for (int run = -1; run < kRuns; ++run) {  // the first one only warms up
    for (Contest& contest : contests) {
      const auto begin = std::chrono::steady_clock::now();
      contest.run();
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      if (run >= 0) contest.seconds.push_back(took.count());
    }
  }
}

void report(Ring ring) {
  const std::uint64_t count = kPackedBytes * 8 / ring.bits() / kPiece * kPiece;
  Bytes packed(ring.packed_size(count));
  std::uint32_t state = 1;
  for (std::uint8_t& byte : packed) {
    byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  }
  Bytes out(packed.size());
  RingVector words(ring, kPiece);
  const std::uint64_t piece_bytes = ring.packed_size(kPiece);
  std::vector<Contest> contests;
  for (const PackingKernel& kernel : blindsum::detail::packing_kernels()) {
    if (!kernel.supported) continue;
    contests.push_back({std::string("unpack_add ") + kernel.name,
                        [&] {
                          for (std::uint64_t at = 0; at < packed.size(); at += piece_bytes) {
                            kernel.unpack_add(ring,
                                              blindsum::ByteView(packed).subspan(at, piece_bytes),
                                              words.words());
                          }
                        },
                        {}});
    contests.push_back({std::string("pack       ") + kernel.name,
                        [&] {
                          for (std::uint64_t at = 0; at < out.size(); at += piece_bytes) {
                            kernel.pack(ring, blindsum::read_only(words.words()),
                                        blindsum::ByteSpan(out).subspan(at, piece_bytes));
                          }
                        },
                        {}});
  }
  contests.push_back({"memcpy     of the packed",
                      [&] { std::memcpy(out.data(), packed.data(), out.size()); },
                      {}});
  race(contests);
  std::printf("b = %u\n", ring.bits());
  for (const Contest& contest : contests) {
    const double seconds = median(contest.seconds);
    std::printf("  %-24s %6.2f G elements/s  %6.2f GB/s packed\n", contest.name.c_str(),
                static_cast<double>(count) / seconds * 1e-9,
                static_cast<double>(packed.size()) / seconds * 1e-9);
  }
}

}  // namespace

int main() {
  for (const std::uint32_t bits : {12U, 20U, 26U, 32U, 40U}) {
    const auto ring = Ring::of_bits(bits);
    if (!ring) return 1;
    report(*ring);
  }
}
