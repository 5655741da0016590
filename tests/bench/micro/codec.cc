// Encoding a participant's values, and all of its way to packed bytes: encode, mask, pack.
#include <fmt/core.h>

#include <utility>
#include <vector>

#include "crypto/group.h"
#include "crypto/transcript.h"
#include "protocol/vector/encoded_input.h"
#include "protocol/vector/masked_vector.h"
#include "tests/bench/micro/parts.h"
#include "tests/bench/timing.h"

namespace blindsum::bench {
namespace {

constexpr std::uint64_t kElements = std::uint64_t{1} << 18;
constexpr std::uint32_t kMembers = 100;
constexpr std::size_t kReadBytes = std::size_t{1} << 20;
constexpr std::size_t kMasks = 100;

struct Coded {
  explicit Coded(CodecKind kind) {
    codec.kind = kind;
    std::vector<double> real(kElements - 1, 0.123);
    std::vector<std::int64_t> whole(kElements, 123);
    if (kind == CodecKind::fixed_point) {
      codec.clip = 8;
      codec.scale = 1 << 12;
      codec.weight_bound = 1000;
      update = Update{std::move(real)};
      schema.tensors = {{"v", {kElements - 1}}};
    } else {
      codec.bound = 32'767;
      update = Update{std::move(whole)};
      schema.tensors = {{"v", {kElements}}};
    }
  }
  RingVector encoded() {
    return encode(update, codec, schema, least_ring(codec, kMembers).value(), entropy).value();
  }
  EncodedInput input() {
    return EncodedInput::create(Update(update), codec, schema, least_ring(codec, kMembers).value(),
                                entropy)
        .value();
  }

  SystemEntropy entropy;
  CodecParameters codec;
  VectorSchema schema;
  Update update;
};

void encoding(benchmark::State& state, CodecKind kind) {
  Coded coded(kind);
  for (auto _ : state) keep(coded.encoded());
  state.counters["g_elements_s"] = giga_per_second(iterations(state) * kElements);
}

std::vector<MaskStream> some_masks(Entropy& entropy) {
  std::vector<MaskStream> masks;
  for (std::size_t i = 0; i < kMasks; ++i) {
    const auto secret = random_scalar<SelfMaskTag>(entropy).value();
    const auto key = hkdf<StreamKeyTag>(secret, Hash{}, Encoded(Label::self).u32(0).view()).value();
    masks.push_back(MaskStream::create(key, MaskSign::add).value());
  }
  return masks;
}

// With a hundred masks, as a member of a large cohort has them.
void whole_way(benchmark::State& state) {
  Coded coded(CodecKind::integer);
  Bytes chunk;
  for (auto _ : state) {
    MaskedVector vector(coded.input(), some_masks(coded.entropy));
    const std::uint64_t size = vector.packed_size();
    for (std::uint64_t at = 0; at < size; at += chunk.size()) {
      chunk.resize(std::min<std::uint64_t>(kReadBytes, size - at));
      vector.read(at, chunk).value();
    }
  }
  state.counters["g_elements_s"] = giga_per_second(iterations(state) * kElements);
}

}  // namespace

void add_codec() {
  benchmark::RegisterBenchmark(
      "codec/encode_integer", [](benchmark::State& state) { encoding(state, CodecKind::integer); });
  benchmark::RegisterBenchmark("codec/encode_fixed_point", [](benchmark::State& state) {
    encoding(state, CodecKind::fixed_point);
  });
  benchmark::RegisterBenchmark("codec/encode_100_masks_pack", whole_way);
}

}  // namespace blindsum::bench
