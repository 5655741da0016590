// The input that is encoded as it is read.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "protocol/vector/encoded_input.h"
#include "protocol/vector/masked_vector.h"
#include "tests/support/heap_watch.h"
#include "tests/vector/support.h"

namespace blindsum {
namespace {

const CodecParameters kFine{
    .kind = CodecKind::fixed_point, .clip = 4.0, .scale = 1000.0, .weight_bound = 50};
const CodecParameters kWhole{.kind = CodecKind::integer, .bound = 30'000};

Update random_update(Entropy& entropy, std::size_t count) {
  std::vector<double> values(count);
  for (double& value : values) {
    value = static_cast<double>(random_u64(entropy) % 9'000'000) * 1e-6 - 4.5;
  }
  return {.values = std::move(values), .weight = 7};
}

Update random_integers(Entropy& entropy, std::size_t count) {
  std::vector<std::int64_t> values(count);
  for (std::int64_t& value : values) {
    value = static_cast<std::int64_t>(random_u64(entropy) % 60'001) - 30'000;
  }
  return {.values = std::move(values)};
}

std::size_t count_of(const Update& update) {
  return std::visit([](const auto& values) { return values.size(); }, update.values);
}

Result<EncodedInput> input_of(Update update, const CodecParameters& codec, std::uint32_t bits,
                              Entropy& entropy) {
  const VectorSchema schema = flat_schema(count_of(update));
  return EncodedInput::create(std::move(update), codec, schema, ring_of(bits), entropy);
}

TEST_CASE("[CODEC-3] U of element j is the top of word j under the key that was drawn") {
  constexpr std::size_t count = 2500;  // more than two blocks of rounding bits
  SeededEntropy entropy(41);
  const Bytes key = random_bytes(entropy, 32);
  std::vector<std::uint64_t> random(count);
  std::array streams{MaskStream::create(StreamKey::from(key).value(), MaskSign::add).value()};
  REQUIRE(apply_masks(streams, 0, std::span(random)).has_value());
  const Update update = random_update(entropy, count);
  ScriptedEntropy script(key);
  EncodedInput input = input_of(update, kFine, 26, script).value();
  InputVector vector(std::move(input));
  const RingVector whole = vector.whole().value();
  REQUIRE(whole.size() == count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    const double x = std::get<std::vector<double>>(update.values)[i];
    const double z = (std::clamp(x, -4.0, 4.0) * 1000.0) * 7.0;
    const double u = static_cast<double>(random[i] >> 11) * 0x1p-53;
    const double q = std::floor(z) + (u < z - std::floor(z) ? 1 : 0);
    REQUIRE(whole.ring().centred(whole.get(i)) == static_cast<std::int64_t>(q));
  }
  CHECK(whole.get(count) == 7);
}

TEST_CASE("[ONCE-5] an element is the same whenever it is made, and with whatever others") {
  SeededEntropy entropy(42);
  for (const std::uint32_t bits : {20U, 26U, 40U}) {
    for (const bool rounds : {true, false}) {
      CAPTURE(bits);
      constexpr std::size_t count = 5000;
      Update update = rounds ? random_update(entropy, count) : random_integers(entropy, count);
      InputVector input =
          input_of(std::move(update), rounds ? kFine : kWhole, bits, entropy).value();
      const RingVector whole = input.whole().value();
      REQUIRE(input.size() == count + (rounds ? 1 : 0));
      for (int i = 0; i < 100; ++i) {
        const std::uint64_t first = random_u64(entropy) % input.size();
        const std::uint64_t size = 1 + random_u64(entropy) % (input.size() - first);
        RingVector part(input.ring(), size);
        REQUIRE(input.fill(first, part.words()).has_value());
        for (std::uint64_t j = 0; j < size; ++j) REQUIRE(part.get(j) == whole.get(first + j));
      }
    }
  }
}

TEST_CASE("[ONCE-5] what is read of an input that is encoded meanwhile does not depend on how") {
  SeededEntropy entropy(43);
  const auto streams = [] {
    std::vector<MaskStream> made;
    made.push_back(stream_of(1, MaskSign::add));
    made.push_back(stream_of(2, MaskSign::subtract));
    return made;
  };
  // 9000: more than two tiles; the ends of the others are within a step, behind and before a byte.
  for (const std::size_t count : {std::size_t{9000}, std::size_t{6}, std::size_t{14}}) {
    InputVector input = input_of(random_update(entropy, count), kFine, 25, entropy).value();
    MaskedVector expected(input.whole().value(), streams());
    Bytes bytes(expected.packed_size());
    REQUIRE(expected.read(0, bytes).has_value());
    MaskedVector masked(std::move(input), streams());
    REQUIRE(masked.packed_size() == bytes.size());
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t offset = random_u64(entropy) % bytes.size();
      Bytes part(1 + random_u64(entropy) % (bytes.size() - offset));
      REQUIRE(masked.read(offset, part).has_value());
      REQUIRE(std::equal(part.begin(), part.end(),
                         bytes.begin() + static_cast<std::ptrdiff_t>(offset)));
    }
  }
}

TEST_CASE("[CODEC-3] two inputs of the same values round differently") {
  SeededEntropy entropy(44);
  const Update update = random_update(entropy, 500);
  InputVector one = input_of(update, kFine, 26, entropy).value();
  InputVector other = input_of(update, kFine, 26, entropy).value();
  CHECK_FALSE(same(one.whole().value(), other.whole().value()));
}

TEST_CASE("[INPUT-2] the id is made on the way, and is the one that input_id() gives") {
  SeededEntropy entropy(45);
  for (const std::size_t count : {std::size_t{1}, std::size_t{1024}, std::size_t{3001}}) {
    Update update = random_update(entropy, count);
    const Hash id = input_id(update).value();
    CHECK(input_of(update, kFine, 26, entropy).value().id() == id);
    update.id = Hash{{1, 2, 3}};
    CHECK(input_of(update, kFine, 26, entropy).value().id() == *update.id);
    const Update integers = random_integers(entropy, count);
    CHECK(input_of(integers, kWhole, 26, entropy).value().id() == input_id(integers).value());
  }
}

TEST_CASE("what is wrong with an update is found when the input is made, wherever it is") {
  SeededEntropy entropy(46);
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{1023}, std::size_t{1024}, std::size_t{1999}}) {
    Update update = random_update(entropy, 2000);
    std::get<std::vector<double>>(update.values)[at] = -HUGE_VAL;
    CHECK(input_of(std::move(update), kFine, 26, entropy).error() == VectorError::not_finite);
    Update integers = random_integers(entropy, 2000);
    std::get<std::vector<std::int64_t>>(integers.values)[at] = 30'001;
    CHECK(input_of(std::move(integers), kWhole, 26, entropy).error() ==
          VectorError::value_out_of_range);
  }
  Update heavy = random_update(entropy, 3);
  heavy.weight = 51;
  CHECK(input_of(heavy, kFine, 26, entropy).error() == VectorError::weight_out_of_range);
  CHECK(input_of(random_update(entropy, 3), kFine, 12, entropy).error() ==
        VectorError::ring_too_narrow);
  CHECK(EncodedInput::create(random_update(entropy, 3), kFine, flat_schema(4), ring_of(26), entropy)
            .error() == VectorError::wrong_shape);
  ScriptedEntropy none;
  CHECK(input_of(random_update(entropy, 3), kFine, 26, none).error() ==
        CryptoError::entropy_failed);
}

TEST_CASE("the values are wiped with the input, and with one that was refused") {
  SeededEntropy entropy(47);
  constexpr double mark = 0x1.23456789abcdep-3;
  Bytes needle(sizeof mark);
  const auto raw = std::bit_cast<std::array<std::uint8_t, sizeof mark>>(mark);
  std::ranges::copy(raw, needle.begin());
  const auto marked = [&] { return Update{.values = std::vector<double>(64, mark)}; };
  const std::vector<Bytes> needles{needle};
  HeapWatch watch(needles);
  {
    InputVector input = input_of(marked(), kFine, 26, entropy).value();
    input = input_of(marked(), kFine, 26, entropy).value();
    MaskedVector masked(std::move(input), {});
    Bytes bytes(masked.packed_size());
    REQUIRE(masked.read(0, bytes).has_value());
  }
  CHECK(input_of(marked(), kFine, 12, entropy).error() == VectorError::ring_too_narrow);
  CHECK(watch.found() == 0);
}

}  // namespace
}  // namespace blindsum
