#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/vector/support.h"

namespace blindsum {
namespace {

CodecParameters fixed_point(double clip, double scale, std::uint64_t weight_bound) {
  return {
      .kind = CodecKind::fixed_point, .clip = clip, .scale = scale, .weight_bound = weight_bound};
}

CodecParameters integer(std::uint64_t bound) {
  return {.kind = CodecKind::integer, .bound = bound};
}

TEST_CASE("[CODEC-2] the bound is clip times scale times weight, rounded up") {
  CHECK(value_bound(fixed_point(2, 1024, 100)).value() == 204'800);
  CHECK(value_bound(fixed_point(0.1, 3, 1)).value() == 1);
  CHECK(value_bound(fixed_point(1, 0x1p53, 1)).value() == kMaxFixedPointBound);
  CHECK(value_bound(integer(77)).value() == 77);
  CHECK(value_bound(integer(kMaxIntegerBound)).value() == kMaxIntegerBound);
  CHECK(value_bound({.kind = CodecKind::count, .bound = 5}).value() == 5);
}

TEST_CASE("[PARAM-8] the weight is an element too") {
  CHECK(element_bound(fixed_point(2, 1024, 100)).value() == 204'800);
  CHECK(element_bound(fixed_point(1, 0.5, 1000)).value() == 1000);
  CHECK(element_bound(integer(77)).value() == 77);
}

TEST_CASE("[CODEC-1, CODEC-2] parameters that make no sense: bad_codec") {
  using Limits = std::numeric_limits<double>;
  for (const double bad :
       {0.0, -1.0, Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN()}) {
    CHECK(value_bound(fixed_point(bad, 1, 1)).error() == VectorError::bad_codec);
    CHECK(value_bound(fixed_point(1, bad, 1)).error() == VectorError::bad_codec);
  }
  CHECK(value_bound(fixed_point(1e200, 1e200, 1)).error() == VectorError::bad_codec);
  CHECK(value_bound(fixed_point(1, std::nextafter(0x1p53, 0x1p54), 1)).error() ==
        VectorError::bad_codec);
  // Multiplied by a weight it would be infinite, and every mean 0.
  CHECK(value_bound(fixed_point(1e-280, 1e280, 1)).value() == 1);
  CHECK(value_bound(fixed_point(1e-300, 1e300, 1)).error() == VectorError::bad_codec);
  CHECK(value_bound(fixed_point(1, 1, 0)).error() == VectorError::bad_codec);
  CHECK(value_bound(fixed_point(1, 1, kMaxWeightBound)).has_value());
  CHECK(value_bound(fixed_point(1, 1, kMaxWeightBound + 1)).error() == VectorError::bad_codec);
  CHECK(value_bound(integer(0)).error() == VectorError::bad_codec);
  CHECK(value_bound(integer(kMaxIntegerBound + 1)).error() == VectorError::bad_codec);
  CodecParameters unused = fixed_point(1, 1, 1);
  unused.bound = 1;
  CHECK(element_bound(unused).error() == VectorError::bad_codec);
  for (const CodecKind kind : {CodecKind::integer, CodecKind::count}) {
    CHECK(value_bound({.kind = kind, .clip = 1, .bound = 5}).error() == VectorError::bad_codec);
    CHECK(value_bound({.kind = kind, .scale = 1, .bound = 5}).error() == VectorError::bad_codec);
    CHECK(value_bound({.kind = kind, .weight_bound = 1, .bound = 5}).error() ==
          VectorError::bad_codec);
  }
  CHECK(value_bound({.kind = static_cast<CodecKind>(4), .bound = 5}).error() ==
        VectorError::bad_codec);
}

TEST_CASE("[PARAM-8] the ring holds n_max times the bound, to the last unit") {
  // 2^19 − 1 = 524287 in 20 bits; 4095 · 128 = 524160, 4096 · 128 = 2^19.
  CHECK(check_ring(integer(128), 4095, ring_of(20)).has_value());
  CHECK(check_ring(integer(128), 4096, ring_of(20)).error() == VectorError::ring_too_narrow);
  CHECK(check_ring(integer(524'287), 1, ring_of(20)).has_value());
  CHECK(check_ring(integer(524'288), 1, ring_of(20)).error() == VectorError::ring_too_narrow);
  // Products beyond 64 bits.
  CHECK(check_ring(integer(kMaxIntegerBound), 2, ring_of(64)).has_value());
  CHECK(check_ring(integer(kMaxIntegerBound), 3, ring_of(64)).error() ==
        VectorError::ring_too_narrow);
  CHECK(check_ring(integer(kMaxIntegerBound), 4096, ring_of(64)).error() ==
        VectorError::ring_too_narrow);
  CHECK(check_ring(integer(0), 3, ring_of(20)).error() == VectorError::bad_codec);
}

TEST_CASE("[PARAM-8] the least ring is the one below which the check fails") {
  for (const std::uint64_t bound :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{127}, std::uint64_t{128},
        std::uint64_t{204'800}, std::uint64_t{1} << 50}) {
    for (const std::uint32_t n : {1U, 3U, 12U, 100U, 4095U, 4096U}) {
      const Ring ring = least_ring(integer(bound), n).value();
      CAPTURE(bound);
      CAPTURE(n);
      CHECK(check_ring(integer(bound), n, ring).has_value());
      if (ring.bits() > kMinRingBits) {
        CHECK(check_ring(integer(bound), n, ring_of(ring.bits() - 1)).error() ==
              VectorError::ring_too_narrow);
      }
    }
  }
  CHECK(least_ring(integer(kMaxIntegerBound), 3).error() == VectorError::ring_too_narrow);
  CHECK(least_ring(integer(0), 3).error() == VectorError::bad_codec);
}

TEST_CASE("[PARAM-9] the length is all values, and one more for a weight") {
  const VectorSchema schema{.tensors = {{.name = "w", .shape = {57, 2}}, {.name = "b"}}};
  CHECK(schema.values().value() == 115);
  CHECK(encoded_length(fixed_point(1, 1, 1), schema).value() == 116);
  CHECK(encoded_length(integer(1), schema).value() == 115);
  CHECK(encoded_length(integer(0), schema).error() == VectorError::bad_codec);
  CHECK(encoded_length(integer(1), flat_schema(kMaxVectorLength)).value() == kMaxVectorLength);
  CHECK(encoded_length(fixed_point(1, 1, 1), flat_schema(kMaxVectorLength)).error() ==
        VectorError::wrong_shape);
}

TEST_CASE("[LIMIT-1, PARAM-9] schemas beyond a limit: wrong_shape") {
  const auto values = [](TensorSchema tensor) {
    return VectorSchema{.tensors = {std::move(tensor)}}.values();
  };
  CHECK(values({.name = "", .shape = {1}}).error() == VectorError::wrong_shape);
  CHECK(values({.name = std::string(64, 'n'), .shape = {1}}).has_value());
  CHECK(values({.name = std::string(65, 'n'), .shape = {1}}).error() == VectorError::wrong_shape);
  CHECK(values({.name = "w", .shape = {0}}).error() == VectorError::wrong_shape);
  CHECK(values({.name = "w", .shape = {5, 0}}).error() == VectorError::wrong_shape);
  CHECK(values({.name = "w", .shape = std::vector<std::uint64_t>(8, 2)}).value() == 256);
  CHECK(values({.name = "w", .shape = std::vector<std::uint64_t>(9, 1)}).error() ==
        VectorError::wrong_shape);
  CHECK(values({.name = "w", .shape = {kMaxVectorLength + 1}}).error() == VectorError::wrong_shape);
  // Products and sums that would wrap around 2^64 to something small.
  const std::uint64_t half = std::uint64_t{1} << 32;
  CHECK(values({.name = "w", .shape = {half, half}}).error() == VectorError::wrong_shape);
  CHECK(values({.name = "w", .shape = {1 << 15, 1 << 15, 1}}).value() == kMaxVectorLength);
  CHECK(values({.name = "w", .shape = {1 << 15, 1 << 15, 2}}).error() == VectorError::wrong_shape);
  VectorSchema two{.tensors = {{.name = "a", .shape = {kMaxVectorLength}}, {.name = "b"}}};
  CHECK(two.values().error() == VectorError::wrong_shape);
  VectorSchema many{.tensors = std::vector<TensorSchema>(256, {.name = "t"})};
  CHECK(many.values().value() == 256);
  many.tensors.push_back({.name = "t"});
  CHECK(many.values().error() == VectorError::wrong_shape);
}

}  // namespace
}  // namespace blindsum
