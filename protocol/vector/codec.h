// From a participant's values to ring elements and back (SPEC.md, CODEC).
// The participant's SDK encodes, the aggregator decodes the sum. Values are flat, tensors one after
// another in the order of the schema; a fixed-point vector carries its weight as one more, last element.
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
  std::string name;
  std::vector<std::uint64_t> shape;  // row-major; empty = a scalar
  friend bool operator==(const TensorSchema&, const TensorSchema&) = default;
};

struct VectorSchema {
  std::vector<TensorSchema> tensors;
  // Values in all tensors together; wrong_shape when a product or the sum leaves kMaxVectorLength.
  Result<std::uint64_t> values() const;
  friend bool operator==(const VectorSchema&, const VectorSchema&) = default;
};

enum class CodecKind : std::uint32_t { fixed_point = 1, integer = 2, count = 3 };

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
  std::uint64_t weight = 1;  // fixed_point only; never sent in the clear
  std::optional<Hash> id;    // the application's own input id; else input_id() of the values
};

// What comes out: the weighted mean (fixed_point) or the sums (integer, count).
struct Aggregate {
  std::variant<std::vector<double>, std::vector<std::int64_t>> values;
  std::uint64_t total_weight = 0;  // 0 where the codec has no weights
};

// Largest magnitude of one element of one encoded vector. bad_codec on nonsense.
Result<std::uint64_t> element_bound(const CodecParameters& codec);
// Elements of the encoded vector (m): the schema's values, and one for the weight of fixed_point.
Result<std::uint64_t> encoded_length(const CodecParameters& codec, const VectorSchema& schema);
// n_max · bound < 2^(b−1), else ring_too_narrow. Overflow-safe.
Result<void> check_ring(const CodecParameters& codec, std::uint32_t n_max, Ring ring);
// The least b that check_ring accepts; ring_too_narrow when none up to 64 does.
Result<Ring> least_ring(const CodecParameters& codec, std::uint32_t n_max);

Result<RingVector> encode(const Update& update, const CodecParameters& codec,
                          const VectorSchema& schema, Ring ring, Entropy& entropy);
Result<Aggregate> decode(const RingVector& sum, const CodecParameters& codec,
                         const VectorSchema& schema);
// SHA-256 of the raw values and weight (SPEC.md, INPUT).
Result<Hash> input_id(const Update& update);

}  // namespace blindsum
