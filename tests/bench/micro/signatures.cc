// Ed25519 as identities use it, and SHA-256.
#include "crypto/sign.h"
#include "tests/bench/micro/parts.h"
#include "tests/bench/timing.h"

namespace blindsum::bench {
namespace {

struct Signed {
  SystemEntropy entropy;
  SigningKey key = SigningKey::generate(entropy).value();
  Encoded text = Encoded(Label::attest).hash(Hash{}).u32(1);
  Signature signature = key.sign(text).value();
};

void signing(benchmark::State& state) {
  const Signed made;
  for (auto _ : state) keep(made.key.sign(made.text).value());
  state.counters["us"] = micros_each(iterations(state));
}

void verification(benchmark::State& state) {
  const Signed made;
  for (auto _ : state) {
    if (!verify(made.key.verify_key(), made.text, made.signature)) {
      return state.SkipWithError("a good signature does not verify");
    }
  }
  state.counters["us"] = micros_each(iterations(state));
}

void hashing(benchmark::State& state) {
  const Bytes text(std::size_t{1} << 20, 1);
  for (auto _ : state) keep(sha256(text).value());
  state.counters["gb_s"] = giga_per_second(iterations(state) * static_cast<double>(text.size()));
}

}  // namespace

void add_signatures() {
  benchmark::RegisterBenchmark("signature/sign", signing);
  benchmark::RegisterBenchmark("signature/verify", verification);
  benchmark::RegisterBenchmark("sha256", hashing);
}

}  // namespace blindsum::bench
