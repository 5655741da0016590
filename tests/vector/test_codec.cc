// Encoding and decoding of values. The arithmetic of bounds is in test_codec_bounds.cc, rounding of
// single values in test_quantise_kernels.cc, encoding piece by piece in test_encoded_input.cc.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/vector/support.h"

namespace blindsum {
namespace {

const CodecParameters kFixed{
    .kind = CodecKind::fixed_point, .clip = 2.0, .scale = 1024.0, .weight_bound = 100};
const CodecParameters kInteger{.kind = CodecKind::integer, .bound = 1000};
const CodecParameters kCount{.kind = CodecKind::count, .bound = 1000};

using Doubles = std::vector<double>;
using Integers = std::vector<std::int64_t>;

Update of(Doubles values, std::uint64_t weight = 1) {
  return {.values = std::move(values), .weight = weight};
}
Update of(Integers values) {
  return {.values = std::move(values)};
}

Result<RingVector> encode_in(std::uint32_t bits, const Update& update,
                             const CodecParameters& codec) {
  SeededEntropy entropy(10);
  const std::size_t values =
      std::visit([](const auto& list) { return list.size(); }, update.values);
  return encode(update, codec, flat_schema(values), ring_of(bits), entropy);
}

std::vector<std::int64_t> signed_elements(const RingVector& vector) {
  std::vector<std::int64_t> elements;
  for (std::uint64_t i = 0; i < vector.size(); ++i) {
    elements.push_back(vector.ring().centred(vector.get(i)));
  }
  return elements;
}

double random_double(Entropy& entropy, double least, double most) {
  return least + (most - least) * static_cast<double>(random_u64(entropy) >> 11) * 0x1p-53;
}

TEST_CASE("[CODEC-3] values on the grid are exact, the clip holds, the weight comes last") {
  const Update update =
      of(Doubles{0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.0, 2.5, -1e300, 1 / 1024.0}, 3);
  const RingVector vector = encode_in(32, update, kFixed).value();
  CHECK(signed_elements(vector) ==
        std::vector<std::int64_t>{0, 0, 3072, -3072, 1536, 6144, -6144, 6144, -6144, 3, 3});
}

TEST_CASE("[CODEC-3] rounding is right on the average, and fresh for every element") {
  constexpr std::size_t count = 100'000;
  const double fraction = 0.3;
  const RingVector vector =
      encode_in(32, of(Doubles(count, (7 + fraction) / kFixed.scale)), kFixed).value();
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t q = vector.ring().centred(vector.get(i));
    REQUIRE((q == 7 || q == 8));
    sum += static_cast<double>(q);
  }
  const double deviation = std::sqrt(fraction * (1 - fraction) / static_cast<double>(count));
  CHECK(std::abs(sum / static_cast<double>(count) - 7 - fraction) < 5 * deviation);
}

TEST_CASE("[CODEC-3, CODEC-6] the sum of encodings decodes to the weighted mean") {
  SeededEntropy entropy(11);
  for (int round = 0; round < 20; ++round) {
    constexpr std::uint32_t members = 9;
    constexpr std::size_t values = 1500;  // more than one block of rounding bits
    const Ring ring = least_ring(kFixed, members).value();
    RingVector sum(ring, values + 1);
    Doubles weighted(values);
    std::uint64_t total = 0;
    for (std::uint32_t u = 0; u < members; ++u) {
      const std::uint64_t weight = 1 + random_u64(entropy) % kFixed.weight_bound;
      Doubles x(values);
      for (std::size_t i = 0; i < values; ++i) {
        x[i] = random_double(entropy, -1.2 * kFixed.clip, 1.2 * kFixed.clip);
        weighted[i] += std::clamp(x[i], -kFixed.clip, kFixed.clip) * static_cast<double>(weight);
      }
      total += weight;
      const RingVector encoded =
          encode(of(x, weight), kFixed, flat_schema(values), ring, entropy).value();
      for (std::uint64_t i = 0; i <= values; ++i) sum.set(i, sum.get(i) + encoded.get(i));
    }
    const Aggregate aggregate = decode(sum, kFixed, flat_schema(values), members).value();
    REQUIRE(aggregate.total_weight == total);
    const auto& mean = std::get<Doubles>(aggregate.values);
    REQUIRE(mean.size() == values);
    // Each of the members rounds by less than one unit; the doubles themselves by far less.
    const auto weight = static_cast<double>(total);
    const double bound = members / (kFixed.scale * weight) + 1e-12;
    for (std::size_t i = 0; i < values; ++i) {
      REQUIRE(std::abs(mean[i] - weighted[i] / weight) < bound);
    }
  }
}

TEST_CASE("[CODEC-3] NaN and infinities are refused: not_finite") {
  using Limits = std::numeric_limits<double>;
  for (const double bad :
       {Limits::quiet_NaN(), Limits::signaling_NaN(), Limits::infinity(), -Limits::infinity()}) {
    Doubles values(3000, 0.5);
    values[2999] = bad;
    CHECK(encode_in(32, of(values), kFixed).error() == VectorError::not_finite);
  }
}

TEST_CASE("[CODEC-3] a weight of 0 or above the bound is refused: weight_out_of_range") {
  CHECK(encode_in(32, of(Doubles{1}, 0), kFixed).error() == VectorError::weight_out_of_range);
  CHECK(encode_in(32, of(Doubles{1}, 101), kFixed).error() == VectorError::weight_out_of_range);
  CHECK(encode_in(32, of(Doubles{1}, ~std::uint64_t{0}), kFixed).error() ==
        VectorError::weight_out_of_range);
  CHECK(encode_in(32, of(Doubles{1}, 100), kFixed).has_value());
}

TEST_CASE("[CODEC-4] integers and counts are what they are, within their bounds") {
  const RingVector integers = encode_in(16, of(Integers{0, 1000, -1000, 7}), kInteger).value();
  CHECK(signed_elements(integers) == Integers{0, 1000, -1000, 7});
  const RingVector counts = encode_in(16, of(Integers{0, 1000, 7}), kCount).value();
  CHECK(signed_elements(counts) == Integers{0, 1000, 7});
  for (const std::int64_t bad :
       {std::int64_t{1001}, std::int64_t{-1001}, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min()}) {
    CHECK(encode_in(16, of(Integers{0, bad}), kInteger).error() == VectorError::value_out_of_range);
    CHECK(encode_in(16, of(Integers{0, bad}), kCount).error() == VectorError::value_out_of_range);
  }
  CHECK(encode_in(16, of(Integers{-1}), kCount).error() == VectorError::value_out_of_range);
  // The widest: two of them still fit.
  const CodecParameters widest{.kind = CodecKind::integer, .bound = kMaxIntegerBound};
  const auto most = static_cast<std::int64_t>(kMaxIntegerBound);
  const RingVector wide = encode_in(64, of(Integers{most, -most}), widest).value();
  CHECK(signed_elements(wide) == Integers{most, -most});
}

TEST_CASE("[CODEC-6] sums of integers and counts decode as they are") {
  const Ring ring = ring_of(16);
  RingVector sum(ring, 3);
  sum.set(0, 2900);
  sum.set(1, static_cast<std::uint64_t>(-2900));
  for (const CodecParameters& codec : {kInteger, kCount}) {
    const Aggregate aggregate = decode(sum, codec, flat_schema(3), 3).value();
    CHECK(std::get<Integers>(aggregate.values) == Integers{2900, -2900, 0});
    CHECK(aggregate.total_weight == 0);
  }
}

TEST_CASE("[CODEC-6] a sum that no honest members make does not decode: bad_sum") {
  const Ring ring = ring_of(32);
  constexpr std::uint32_t members = 4;
  const auto decoded = [&](std::int64_t value, std::int64_t weight) {
    RingVector sum(ring, 2);
    sum.set(0, static_cast<std::uint64_t>(value));
    sum.set(1, static_cast<std::uint64_t>(weight));
    return decode(sum, kFixed, flat_schema(1), members);
  };
  const auto most = static_cast<std::int64_t>(members * value_bound(kFixed).value());
  CHECK(decoded(0, 0).error() == VectorError::bad_sum);
  CHECK(decoded(0, -1).error() == VectorError::bad_sum);
  CHECK(decoded(0, 401).error() == VectorError::bad_sum);
  CHECK(decoded(most + 1, 400).error() == VectorError::bad_sum);
  CHECK(decoded(-most - 1, 400).error() == VectorError::bad_sum);
  CHECK(decoded(std::numeric_limits<std::int32_t>::min(), 400).error() == VectorError::bad_sum);
  const Aggregate largest = decoded(-most, 400).value();
  CHECK(std::get<Doubles>(largest.values) == Doubles{-kFixed.clip});
  CHECK(largest.total_weight == 400);
  CHECK(decoded(1024, 1).has_value());
}

TEST_CASE("[CODEC-5] a vector of other tensors is refused: wrong_shape") {
  SeededEntropy entropy(13);
  const VectorSchema schema{.tensors = {{.name = "w", .shape = {2, 3}}, {.name = "b"}}};
  const Ring ring = ring_of(32);
  CHECK(encode(of(Doubles(7)), kFixed, schema, ring, entropy).value().size() == 8);
  CHECK(encode(of(Integers(7)), kInteger, schema, ring, entropy).value().size() == 7);
  CHECK(encode(of(Doubles(6)), kFixed, schema, ring, entropy).error() == VectorError::wrong_shape);
  CHECK(encode(of(Doubles(8)), kFixed, schema, ring, entropy).error() == VectorError::wrong_shape);
  CHECK(encode(of(Doubles(7)), kInteger, schema, ring, entropy).error() ==
        VectorError::wrong_shape);
  CHECK(encode(of(Integers(7)), kFixed, schema, ring, entropy).error() == VectorError::wrong_shape);
  CHECK(decode(RingVector(ring, 7), kFixed, schema, 3).error() == VectorError::wrong_shape);
  CHECK(decode(RingVector(ring, 8), kInteger, schema, 3).error() == VectorError::wrong_shape);
}

TEST_CASE("parameters that nobody should have accepted are refused here too") {
  CHECK(encode_in(12, of(Doubles{1}), kFixed).error() == VectorError::ring_too_narrow);
  CHECK(encode_in(32, of(Doubles{1}), CodecParameters{}).error() == VectorError::bad_codec);
  CHECK(decode(RingVector(ring_of(32), 2), CodecParameters{}, flat_schema(1), 3).error() ==
        VectorError::bad_codec);
}

TEST_CASE("[KEY-3] without entropy nothing is encoded: entropy_failed") {
  ScriptedEntropy none;
  CHECK(encode(of(Doubles{0.1}), kFixed, flat_schema(1), ring_of(32), none).error() ==
        CryptoError::entropy_failed);
}

TEST_CASE("[INPUT-2] the input id is over raw values and weight, or the application's own") {
  // SHA-256 of 1.5 and -2.0 as f64, then 7 as u64, by another implementation.
  const Update update = of(Doubles{1.5, -2.0}, 7);
  CHECK(to_hex(input_id(update).value().view()) ==
        "a24319e02a83ed8331923736173f64531898b4579a6dda8c851feb7547cdb817");
  // 1, -1 as i64 and a weight of 0, whatever the update says.
  Update integers = of(Integers{1, -1});
  integers.weight = 9;
  CHECK(to_hex(input_id(integers).value().view()) ==
        "b3636c41d57621e37e4a9a7de621b074d28f03439e9d78818b2aa04b703a2c35");
  CHECK(input_id(of(Doubles{1.5, -2.0}, 8)).value() != input_id(update).value());
  Update named = update;
  named.id = Hash{{1, 2, 3}};
  CHECK(input_id(named).value() == *named.id);
}

}  // namespace
}  // namespace blindsum
