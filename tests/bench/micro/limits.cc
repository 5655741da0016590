// What this machine can do at best: the AES instruction in registers (engine.cc has each kernel's
// own), memory, OpenSSL's counter mode, TLS.
#include <fmt/core.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "tests/bench/micro/parts.h"
#include "tests/bench/tls_sink.h"

namespace blindsum::bench {
namespace {

void copying(benchmark::State& state, std::size_t bytes) {
  const std::vector<std::uint8_t> from(bytes, 1);
  std::vector<std::uint8_t> to(bytes);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), bytes);
    benchmark::ClobberMemory();
  }
  state.counters["gb_s"] = giga_per_second(iterations(state) * static_cast<double>(bytes));
}

void openssl_counter_mode(benchmark::State& state) {
  constexpr int piece = 16 << 10;
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const std::array<std::uint8_t, 32> key{};
  const std::array<std::uint8_t, 16> counter{};
  std::vector<std::uint8_t> bytes(piece);
  bool good = context && EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, key.data(),
                                            counter.data()) == 1;
  for (auto _ : state) {
    int written = 0;
    good =
        good && EVP_EncryptUpdate(context.get(), bytes.data(), &written, bytes.data(), piece) == 1;
  }
  if (!good) return state.SkipWithError("OpenSSL failed");
  state.counters["gb_s"] = giga_per_second(iterations(state) * piece);
}

// Once a repetition: each is a connection.
void sink(benchmark::State& state, SinkKind kind) {
  constexpr std::uint64_t bytes = std::uint64_t{64} << 20;
  SinkCost cost;
  for (auto _ : state) {
    cost = measure_tls_sink(kind, bytes);
    state.SetIterationTime(cost.cpu_s);
  }
  state.counters["s_per_gb"] = cost.cpu_s_per_gb();
}

}  // namespace

void add_limits() {
  struct Size {
    const char* name;
    std::size_t bytes;
  };
  constexpr std::array sizes{Size{"1MiB", std::size_t{1} << 20},
                             Size{"32MiB", std::size_t{32} << 20},
                             Size{"1GiB", std::size_t{1} << 30}};
  for (const Size& size : sizes) {
    benchmark::RegisterBenchmark(
        fmt::format("limits/memcpy/{}", size.name).c_str(),
        [bytes = size.bytes](benchmark::State& state) { copying(state, bytes); });
  }
  benchmark::RegisterBenchmark("limits/openssl_ctr", openssl_counter_mode);
  const auto add_sink = [](const char* name, SinkKind kind) {
    const auto run = [kind](benchmark::State& state) { sink(state, kind); };
    benchmark::RegisterBenchmark(name, run)->UseManualTime()->Iterations(1);
  };
  add_sink("limits/tls_sink", SinkKind::tls);
  add_sink("limits/websocket_sink", SinkKind::websocket);
}

}  // namespace blindsum::bench
