#include "protocol/vector/encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <span>
#include <utility>

#include "crypto/secret.h"
#include "protocol/vector/kernels/quantise_kernel.h"

namespace blindsum::detail {
namespace {

static_assert(std::endian::native == std::endian::little,
              "input ids hash the values as they lie in memory");
static_assert(std::numeric_limits<double>::is_iec559);

// Values that are looked at together, from the cache the second time.
constexpr std::size_t kChecked = 1024;
// Elements whose rounding bits are there at a time: 8 KiB in the L1 cache.
constexpr std::size_t kRounded = 1024;

using Doubles = std::vector<double>;
using Integers = std::vector<std::int64_t>;

Result<void> check_values(std::span<const double> values, const CodecParameters& /*codec*/) {
  // An exponent of all ones, and no other, carries into the sign: no branch for each value.
  constexpr std::uint64_t exponent = 0x7FF0'0000'0000'0000;
  constexpr std::uint64_t carry = 0x0010'0000'0000'0000;
  std::uint64_t seen = 0;
  for (const double value : values) {
    seen |= (std::bit_cast<std::uint64_t>(value) & exponent) + carry;
  }
  if (seen >> 63 != 0) return VectorError::not_finite;
  return {};
}

Result<void> check_values(std::span<const std::int64_t> values, const CodecParameters& codec) {
  const auto most = static_cast<std::int64_t>(codec.bound);
  const std::int64_t least = codec.kind == CodecKind::count ? 0 : -most;
  bool good = true;
  for (const std::int64_t value : values) good &= value >= least && value <= most;
  if (!good) return VectorError::value_out_of_range;
  return {};
}

template <class Value>
ByteView bytes_of(std::span<const Value> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

// The random words of one block of elements.
struct Random {
  std::array<std::uint64_t, kRounded> words;

  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  ~Random() { wipe(std::span<std::uint64_t>(words)); }
};

template <class Word>
Result<void> encode_doubles(const FixedPoint& terms, Ring ring, std::span<const double> values,
                            Rounding& rounding, std::uint64_t first, std::span<Word> words) {
  Random random;
  for (std::size_t done = 0; done < values.size(); done += kRounded) {
    const auto block = values.subspan(done, std::min(kRounded, values.size() - done));
    const auto drawn = std::span(random.words).first(block.size());
    std::ranges::fill(drawn, std::uint64_t{0});
    BLINDSUM_CHECK(apply_masks(std::span(&*rounding, 1), first + done, drawn));
    quantise_kernel().quantise(terms, ring, block, drawn, words.subspan(done, block.size()));
  }
  return {};
}

template <class Word>
void encode_integers(Ring ring, std::span<const std::int64_t> values, std::span<Word> words) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    words[i] = static_cast<Word>(static_cast<std::uint64_t>(values[i]) & ring.mask());
  }
}

std::size_t value_count(const Update& update) {
  return std::visit([](const auto& values) { return values.size(); }, update.values);
}

}  // namespace

Result<void> check_update(const Update& update, const CodecParameters& codec,
                          const VectorSchema& schema, Ring ring,
                          const std::function<Result<void>(ByteView)>& also) {
  BLINDSUM_TRY(length, encoded_length(codec, schema));
  BLINDSUM_CHECK(check_ring(codec, 1, ring));
  const bool weighted = codec.kind == CodecKind::fixed_point;
  if (std::holds_alternative<Doubles>(update.values) != weighted ||
      value_count(update) != length - (weighted ? 1 : 0)) {
    return VectorError::wrong_shape;
  }
  if (weighted && (update.weight == 0 || update.weight > codec.weight_bound)) {
    return VectorError::weight_out_of_range;
  }
  const auto check = [&](const auto& list) -> Result<void> {
    const std::span values(list);
    for (std::size_t done = 0; done < values.size(); done += kChecked) {
      const auto block = values.subspan(done, std::min(kChecked, values.size() - done));
      BLINDSUM_CHECK(check_values(block, codec));
      BLINDSUM_CHECK(also(bytes_of(block)));
    }
    return {};
  };
  return std::visit(check, update.values);
}

Result<Hash> finish_input_id(Sha256 hasher, const Update& update) {
  Bytes weight;
  put_u64(weight, std::holds_alternative<Doubles>(update.values) ? update.weight : 0);
  BLINDSUM_CHECK(hasher.update(weight));
  return std::move(hasher).finish();
}

Result<Rounding> draw_rounding(const CodecParameters& codec, Entropy& entropy) {
  if (codec.kind != CodecKind::fixed_point) return Result<Rounding>(std::nullopt);
  BLINDSUM_TRY(key, StreamKey::random(entropy));
  BLINDSUM_TRY(stream, MaskStream::create(key, MaskSign::add));
  return Result<Rounding>(std::move(stream));
}

Result<void> encode_elements(const Update& update, const CodecParameters& codec, Ring ring,
                             Rounding& rounding, std::uint64_t first, const WordSpan& words) {
  const auto encode = [&](auto out) -> Result<void> {
    if (const auto* integers = std::get_if<Integers>(&update.values)) {
      encode_integers(ring, std::span(*integers).subspan(first, out.size()), out);
      return {};
    }
    const std::span<const double> all(std::get<Doubles>(update.values));
    const auto values = all.subspan(first, std::min(out.size(), all.size() - first));
    const FixedPoint terms{
        .clip = codec.clip, .scale = codec.scale, .weight = static_cast<double>(update.weight)};
    BLINDSUM_CHECK(encode_doubles(terms, ring, values, rounding, first, out.first(values.size())));
    using Word = typename decltype(out)::value_type;
    if (values.size() < out.size()) out.back() = static_cast<Word>(update.weight);
    return {};
  };
  return std::visit(encode, words);
}

}  // namespace blindsum::detail
