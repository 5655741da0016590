// From a participant's values to ring elements and back (SPEC.md, CODEC). The participant's SDK
// encodes, the aggregator decodes the sum, and so do participants that are sent it. Values are
// flat, tensors one after another in the order of the schema, each row-major [CODEC-5]; a
// fixed-point vector carries its weight as one more, last element.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "protocol/vector/ring.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {

struct TensorSchema {
  std::string name = {};
  std::vector<std::uint64_t> shape = {};  // row-major; empty = a scalar
  friend bool operator==(const TensorSchema&, const TensorSchema&) = default;
};

struct VectorSchema {
  std::vector<TensorSchema> tensors;
  // Values in all tensors together. Errors: wrong_shape when a name, a dimension, their numbers, a
  // product or the sum leaves its limit (vector_limits.h).
  Result<std::uint64_t> values() const;
  friend bool operator==(const VectorSchema&, const VectorSchema&) = default;
};

enum class CodecKind : std::uint32_t { fixed_point = 1, integer = 2, count = 3 };

// What a kind does not use is 0 [CODEC-1].
struct CodecParameters {
  CodecKind kind = CodecKind::fixed_point;
  double clip = 0;                 // fixed_point: values are clipped to [−clip, clip]
  double scale = 0;                // fixed_point: ring units per 1.0 at weight 1
  std::uint64_t weight_bound = 0;  // fixed_point: weights are 1..weight_bound
  std::uint64_t bound = 0;         // integer: |x| ≤ bound; count: 0 ≤ x ≤ bound
  friend bool operator==(const CodecParameters&, const CodecParameters&) = default;
};

// What a participant's program hands over for one round. Doubles for fixed_point, integers else.
struct Update {
  std::variant<std::vector<double>, std::vector<std::int64_t>> values;
  std::uint64_t weight = 1;     // fixed_point only; never sent in the clear
  std::optional<Hash> id = {};  // the application's own input id
};

// What comes out: the weighted mean (fixed_point) or the sums (integer, count).
struct Aggregate {
  std::variant<std::vector<double>, std::vector<std::int64_t>> values;
  std::uint64_t total_weight = 0;  // 0 where the codec has no weights
};

// B: the largest magnitude of an encoded value [CODEC-2]. Errors: bad_codec.
Result<std::uint64_t> value_bound(const CodecParameters& codec);
// The same for every element of an encoded vector, the weight included [PARAM-8]. Errors:
// bad_codec.
Result<std::uint64_t> element_bound(const CodecParameters& codec);
// Elements of the encoded vector (m) [PARAM-9]. Errors: bad_codec, wrong_shape.
Result<std::uint64_t> encoded_length(const CodecParameters& codec, const VectorSchema& schema);
// n_max · bound < 2^(b−1) [PARAM-8]; overflow-safe. Errors: ring_too_narrow, bad_codec.
Result<void> check_ring(const CodecParameters& codec, std::uint32_t n_max, Ring ring);
// The least b that check_ring accepts. Errors: ring_too_narrow when none up to 64 does; bad_codec.
Result<Ring> least_ring(const CodecParameters& codec, std::uint32_t n_max);

// [CODEC-3, CODEC-4] The whole vector at once. Rounds at random, with fresh bits for every element:
// never twice for one round. What is uploaded is made tile by tile instead (encoded_input.h).
// Errors: wrong_shape, not_finite, value_out_of_range, weight_out_of_range; bad_codec,
// ring_too_narrow for parameters that nobody should have accepted; entropy_failed.
Result<RingVector> encode(const Update& update, const CodecParameters& codec,
                          const VectorSchema& schema, Ring ring, Entropy& entropy);
// [CODEC-6] members: how many vectors are in the sum, which bounds what honest ones make.
// Errors: bad_sum; wrong_shape, bad_codec.
Result<Aggregate> decode(const RingVector& sum, const CodecParameters& codec,
                         const VectorSchema& schema, std::uint32_t members);
// The application's own id, or else SHA-256 of the raw values and weight [INPUT-2].
Result<Hash> input_id(const Update& update);

}  // namespace blindsum
