// Key agreement, sharing and rebuilding: what a cohort's size is paid in.
#include <fmt/core.h>

#include <numeric>
#include <vector>

#include "crypto/group.h"
#include "crypto/kdf.h"
#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "crypto/transcript.h"
#include "tests/bench/micro/parts.h"
#include "tests/bench/timing.h"

namespace blindsum::bench {
namespace {

struct Keys {
  SystemEntropy entropy;
  MaskKey secret = random_scalar<MaskKeyTag>(entropy).value();
  Point point = public_point(secret).value();
  SharedPoint shared = agree(secret, point).value();
  Encoded info = Encoded(Label::pair).u32(1).u32(2);
};

void agreement(benchmark::State& state) {
  const Keys keys;
  for (auto _ : state) keep(agree(keys.secret, keys.point).value());
  state.counters["us"] = micros_each(iterations(state));
}

void base_multiplication(benchmark::State& state) {
  const Keys keys;
  for (auto _ : state) keep(public_point(keys.secret).value());
  state.counters["us"] = micros_each(iterations(state));
}

void point_check(benchmark::State& state) {
  const Keys keys;
  for (auto _ : state) keep(Point::parse(keys.point.view()).value());
  state.counters["us"] = micros_each(iterations(state));
}

void derivation(benchmark::State& state) {
  const Keys keys;
  for (auto _ : state) keep(hkdf<StreamKeyTag>(keys.shared, Hash{}, keys.info.view()).value());
  state.counters["us"] = micros_each(iterations(state));
}

void sealing(benchmark::State& state) {
  Keys keys;
  const auto key = hkdf<SealKeyTag>(keys.shared, Hash{}, keys.info.view()).value();
  const auto share = random_scalar<ShareTag>(keys.entropy).value();
  for (auto _ : state) keep(seal_shares(key, share, share, {}).value());
  state.counters["us"] = micros_each(iterations(state));
}

// The usual threshold: two thirds.
std::uint32_t threshold_of(std::uint32_t shares) {
  return 2 * shares / 3 + 1;
}

void splitting(benchmark::State& state, std::uint32_t count) {
  Keys keys;
  const auto secret = random_scalar<SelfMaskTag>(keys.entropy).value();
  for (auto _ : state) {
    keep(split(secret, threshold_of(count), count, keys.entropy).value());
  }
  state.counters["us"] = micros_each(iterations(state));
}

void combining(benchmark::State& state, std::uint32_t count) {
  Keys keys;
  const auto secret = random_scalar<SelfMaskTag>(keys.entropy).value();
  const std::uint32_t threshold = threshold_of(count);
  const auto shares = split(secret, threshold, count, keys.entropy).value();
  std::vector<std::uint32_t> points(threshold);
  std::iota(points.begin(), points.end(), 1U);
  std::vector<const Share*> lowest;
  for (std::uint32_t i = 0; i < threshold; ++i) lowest.push_back(&shares[i]);
  for (auto _ : state) keep(combine<SelfMaskTag>(points, lowest).value());
  state.counters["us"] = micros_each(iterations(state));
}

}  // namespace

void add_secrets() {
  benchmark::RegisterBenchmark("keys/agreement", agreement);
  benchmark::RegisterBenchmark("keys/base_multiplication", base_multiplication);
  benchmark::RegisterBenchmark("keys/point_check", point_check);
  benchmark::RegisterBenchmark("keys/hkdf", derivation);
  benchmark::RegisterBenchmark("keys/seal", sealing);
  for (const std::uint32_t count : {20U, 100U, 400U}) {
    benchmark::RegisterBenchmark(fmt::format("shamir/split/of_{}", count).c_str(),
                                 [count](benchmark::State& state) { splitting(state, count); });
    benchmark::RegisterBenchmark(fmt::format("shamir/combine/of_{}", count).c_str(),
                                 [count](benchmark::State& state) { combining(state, count); });
  }
}

}  // namespace blindsum::bench
