#include "tests/bench/macro/unit_costs.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "crypto/group.h"
#include "crypto/kdf.h"
#include "crypto/mask_kernel.h"
#include "crypto/mask_stream.h"
#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "crypto/sign.h"
#include "protocol/vector/encoded_input.h"
#include "protocol/vector/masked_vector.h"
#include "protocol/vector/packing.h"
#include "tests/bench/aes_limit.h"
#include "tests/bench/timing.h"
#include "tests/bench/tls_sink.h"

namespace blindsum::bench {
namespace {

constexpr std::uint64_t kElements = 1U << 16;
constexpr std::size_t kStreams = 16;
constexpr std::uint64_t kSinkBytes = std::uint64_t{64} << 20;
constexpr std::uint64_t kLimitBytes = std::uint64_t{4} << 20;

StreamKey a_stream_key(Entropy& entropy) {
  const auto secret = random_scalar<SelfMaskTag>(entropy).value();
  return hkdf<StreamKeyTag>(secret, Hash{}, Encoded(Label::self).u32(0).view()).value();
}

void measure_group(UnitCosts& costs, Entropy& entropy) {
  const auto secret = random_scalar<MaskKeyTag>(entropy).value();
  const Point point = public_point(secret).value();
  costs.agree_s = seconds_of([&] { keep(agree(secret, point).value()); });
  costs.base_s = seconds_of([&] { keep(public_point(secret).value()); });
  costs.point_s = seconds_of([&] { keep(Point::parse(point.view()).value()); });
  const auto shared = agree(secret, point).value();
  const Encoded info = Encoded(Label::pair).u32(1).u32(2);
  costs.derive_s =
      seconds_of([&] { keep(hkdf<StreamKeyTag>(shared, Hash{}, info.view()).value()); });
  const auto seal_key = hkdf<SealKeyTag>(shared, Hash{}, info.view()).value();
  const auto share = random_scalar<ShareTag>(entropy).value();
  costs.seal_s = seconds_of([&] { keep(seal_shares(seal_key, share, share, {}).value()); });
}

void measure_signatures(UnitCosts& costs, Entropy& entropy) {
  const SigningKey key = SigningKey::generate(entropy).value();
  const Encoded text = Encoded(Label::attest).hash(Hash{}).u32(1);
  const Signature signature = key.sign(text).value();
  costs.sign_s = seconds_of([&] { keep(key.sign(text).value()); });
  costs.verify_s = seconds_of([&] { keep(verify(key.verify_key(), text, signature)); });
}

void measure_sharing(const Plan& plan, UnitCosts& costs, Entropy& entropy) {
  const auto secret = random_scalar<SelfMaskTag>(entropy).value();
  const auto [t, k] = std::pair(plan.graph.t, plan.graph.k);
  costs.split_s = seconds_of([&] { keep(split(secret, t, k, entropy).value()); });
  const auto shares = split(secret, t, k, entropy).value();
  std::vector<std::uint32_t> points(t);
  std::iota(points.begin(), points.end(), 1U);
  std::vector<const Share*> lowest;
  for (std::uint32_t i = 0; i < t; ++i) lowest.push_back(&shares[i]);
  const std::array sets{points};
  costs.interpolate_s = seconds_of([&] { keep(Interpolation::at_zero(sets).value()); });
  const auto interpolations = Interpolation::at_zero(sets).value();
  costs.combine_s =
      seconds_of([&] { keep(combine<SelfMaskTag>(interpolations.front(), lowest).value()); });
}

void measure_vectors(const Plan& plan, UnitCosts& costs, Entropy& entropy) {
  RingVector vector(plan.ring, kElements);
  std::vector<MaskStream> streams;
  for (std::size_t i = 0; i < kStreams; ++i) {
    streams.push_back(MaskStream::create(a_stream_key(entropy), MaskSign::add).value());
  }
  const double bytes = static_cast<double>(kElements * word_bytes(plan.ring.width()) * kStreams);
  costs.mask_byte_s = seconds_of([&] { apply_masks(streams, 0, vector.words()).value(); }) / bytes;
  const MaskKernel& kernel = active_mask_kernel();
  costs.mask_limit_byte_s =
      seconds_of([&] { keep(run_aes_limit(kernel, kLimitBytes)); }) / kLimitBytes;
  const double elements = kElements;
  Bytes packed(plan.ring.packed_size(kElements));
  costs.pack_element_s =
      seconds_of([&] { pack(plan.ring, vector.words(), packed).value(); }) / elements;
  costs.unpack_element_s =
      seconds_of([&] { unpack_add(plan.ring, packed, vector.words()).value(); }) / elements;
  CodecParameters codec;
  codec.kind = CodecKind::integer;
  codec.bound = plan.bound;
  const VectorSchema schema{{TensorSchema{"v", {kElements}}}};
  std::vector<std::int64_t> values;
  for (std::uint64_t j = 0; j < kElements; ++j) values.push_back(input_value(plan, 0, j));
  const Update update{values};
  const auto whole_way = [&] {
    auto input = EncodedInput::create(Update(update), codec, schema, plan.ring, entropy).value();
    MaskedVector(std::move(input), {}).read(0, packed).value();
  };
  costs.encode_element_s = seconds_of(whole_way) / elements;
  costs.hash_byte_s =
      seconds_of([&] { keep(sha256(packed).value()); }) / static_cast<double>(packed.size());
}

double measure_tls() {
  std::array<double, kTimingRuns> seconds{};
  for (double& one : seconds) {
    one = measure_tls_sink(SinkKind::tls, kSinkBytes).cpu_s / static_cast<double>(kSinkBytes);
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[kTimingRuns / 2];
}

}  // namespace

UnitCosts measure_unit_costs(const Plan& plan) {
  SystemEntropy entropy;
  UnitCosts costs;
  measure_group(costs, entropy);
  measure_signatures(costs, entropy);
  measure_sharing(plan, costs, entropy);
  measure_vectors(plan, costs, entropy);
  costs.tls_byte_s = measure_tls();
  return costs;
}

}  // namespace blindsum::bench
