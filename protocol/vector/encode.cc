#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <span>

#include "crypto/secret.h"
#include "crypto/transcript.h"
#include "protocol/vector/codec.h"

namespace blindsum {
namespace {

static_assert(std::endian::native == std::endian::little,
              "input ids hash the values as they lie in memory");

// One draw of entropy, which may be a system call, serves this many elements.
constexpr std::size_t kBlock = 1024;

// Uniform in [0, 1), of 53 bits.
double uniform(const std::uint8_t* drawn) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, drawn, sizeof bits);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

template <class Word>
Result<void> encode_fixed_point(std::span<const double> values, std::uint64_t weight,
                                const CodecParameters& codec, Ring ring, Entropy& entropy,
                                std::span<Word> out) {
  const auto factor = static_cast<double>(weight);
  detail::Scratch<kBlock * sizeof(std::uint64_t)> drawn;
  for (std::size_t first = 0; first < values.size(); first += kBlock) {
    const auto block = values.subspan(first, std::min(kBlock, values.size() - first));
    BLINDSUM_CHECK(entropy.fill(ByteSpan(drawn.bytes).first(block.size() * sizeof(std::uint64_t))));
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (!std::isfinite(block[i])) return VectorError::not_finite;
      const double z = (std::clamp(block[i], -codec.clip, codec.clip) * codec.scale) * factor;
      const double below = std::floor(z);
      const bool up = uniform(drawn.data() + i * sizeof(std::uint64_t)) < z - below;
      const std::int64_t q = static_cast<std::int64_t>(below) + (up ? 1 : 0);
      out[first + i] = static_cast<Word>(static_cast<std::uint64_t>(q) & ring.mask());
    }
  }
  out[values.size()] = static_cast<Word>(weight);
  return {};
}

template <class Word>
Result<void> encode_integers(std::span<const std::int64_t> values, const CodecParameters& codec,
                             Ring ring, std::span<Word> out) {
  const auto most = static_cast<std::int64_t>(codec.bound);
  const std::int64_t least = codec.kind == CodecKind::count ? 0 : -most;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < least || values[i] > most) return VectorError::value_out_of_range;
    out[i] = static_cast<Word>(static_cast<std::uint64_t>(values[i]) & ring.mask());
  }
  return {};
}

std::size_t value_count(const Update& update) {
  return std::visit([](const auto& values) { return values.size(); }, update.values);
}

}  // namespace

Result<RingVector> encode(const Update& update, const CodecParameters& codec,
                          const VectorSchema& schema, Ring ring, Entropy& entropy) {
  BLINDSUM_TRY(length, encoded_length(codec, schema));
  BLINDSUM_CHECK(check_ring(codec, 1, ring));
  const bool weighted = codec.kind == CodecKind::fixed_point;
  const auto* doubles = std::get_if<std::vector<double>>(&update.values);
  if ((doubles != nullptr) != weighted || value_count(update) != length - (weighted ? 1 : 0)) {
    return VectorError::wrong_shape;
  }
  if (weighted && (update.weight == 0 || update.weight > codec.weight_bound)) {
    return VectorError::weight_out_of_range;
  }
  RingVector vector(ring, length);
  const auto fill = [&](auto out) -> Result<void> {
    if (doubles != nullptr) {
      return encode_fixed_point(std::span(*doubles), update.weight, codec, ring, entropy, out);
    }
    return encode_integers(std::span(std::get<std::vector<std::int64_t>>(update.values)), codec,
                           ring, out);
  };
  BLINDSUM_CHECK(std::visit(fill, vector.words()));
  return Result<RingVector>(std::move(vector));
}

Result<Hash> input_id(const Update& update) {
  if (update.id) return *update.id;
  BLINDSUM_TRY(hasher, Sha256::create());
  const auto raw = [](const auto& values) {
    return ByteView(reinterpret_cast<const std::uint8_t*>(values.data()),
                    values.size() * sizeof values[0]);
  };
  BLINDSUM_CHECK(hasher.update(std::visit(raw, update.values)));
  Bytes weight;
  put_u64(weight, std::holds_alternative<std::vector<double>>(update.values) ? update.weight : 0);
  BLINDSUM_CHECK(hasher.update(weight));
  return std::move(hasher).finish();
}

}  // namespace blindsum
