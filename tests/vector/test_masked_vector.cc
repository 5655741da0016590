#include <doctest/doctest.h>

#include <algorithm>

#include "protocol/vector/accumulator.h"
#include "protocol/vector/masked_vector.h"
#include "protocol/vector/packing.h"
#include "tests/vector/support.h"

namespace blindsum {
namespace {

// Element by element, from the keystream's own words: what MASK-2 says, and nothing of the tiles.
RingVector masked_naively(const RingVector& input, const std::vector<MaskStream>& streams) {
  RingVector y = copy_of(input);
  for (std::uint64_t j = 0; j < input.size(); ++j) {
    std::uint64_t element = input.get(j);
    for (const MaskStream& stream : streams) {
      const std::uint64_t mask = mask_word(stream, input.ring().width(), j);
      element = stream.sign() == MaskSign::add ? element + mask : element - mask;
    }
    y.set(j, element);
  }
  return y;
}

std::vector<MaskStream> three_streams() {
  std::vector<MaskStream> streams;
  streams.push_back(stream_of(1, MaskSign::add));
  streams.push_back(stream_of(2, MaskSign::subtract));
  streams.push_back(stream_of(3, MaskSign::add));
  return streams;
}

Bytes read_all(MaskedVector& masked) {
  Bytes bytes(masked.packed_size());
  masked.read(0, bytes).value();
  return bytes;
}

TEST_CASE("[MASK-2, STREAM-2] y is x and its masks, in every ring") {
  SeededEntropy entropy(4);
  for (std::uint32_t bits = kMinRingBits; bits <= kMaxRingBits; ++bits) {
    CAPTURE(bits);
    const RingVector input = random_vector(entropy, ring_of(bits), 77);
    auto streams = three_streams();
    const Bytes expected = packed_of(masked_naively(input, streams));
    MaskedVector masked(copy_of(input), three_streams());
    REQUIRE(masked.packed_size() == expected.size());
    CHECK(read_all(masked) == expected);
  }
}

TEST_CASE("[ONCE-5] the bytes do not depend on how they are read, or how often") {
  SeededEntropy entropy(5);
  // More than two tiles; rings in which tiles, bytes and elements meet at different places.
  for (const std::uint32_t bits : {2U, 7U, 16U, 20U, 33U, 64U}) {
    CAPTURE(bits);
    const RingVector input = random_vector(entropy, ring_of(bits), 20'011);
    auto streams = three_streams();
    const Bytes expected = packed_of(masked_naively(input, streams));
    MaskedVector masked(copy_of(input), three_streams());
    REQUIRE(read_all(masked) == expected);
    for (const std::size_t step :
         {std::size_t{1}, std::size_t{7}, std::size_t{4096}, std::size_t{65'536}}) {
      const std::size_t end = std::min<std::size_t>(expected.size(), step * 500);
      Bytes bytes(end);
      for (std::size_t at = 0; at < end; at += step) {
        const auto part = ByteSpan(bytes).subspan(at, std::min(step, end - at));
        REQUIRE(masked.read(at, part).has_value());
      }
      CHECK(std::equal(bytes.begin(), bytes.end(), expected.begin()));
    }
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t offset = random_u64(entropy) % (expected.size() + 1);
      Bytes part(random_u64(entropy) %
                 (std::min<std::uint64_t>(expected.size() - offset, 300) + 1));
      REQUIRE(masked.read(offset, part).has_value());
      REQUIRE(std::equal(part.begin(), part.end(),
                         expected.begin() + static_cast<std::ptrdiff_t>(offset)));
    }
  }
}

TEST_CASE("reads that leave the vector are refused: wrong_length") {
  MaskedVector masked(RingVector(ring_of(20), 3), three_streams());
  Bytes bytes(9);
  CHECK(masked.read(0, bytes).error() == VectorError::wrong_length);
  CHECK(masked.read(9, ByteSpan(bytes).first(0)).error() == VectorError::wrong_length);
  CHECK(masked.read(~std::uint64_t{0}, bytes).error() == VectorError::wrong_length);
  CHECK(masked.read(8, ByteSpan(bytes).first(0)).has_value());
  CHECK(masked.read(7, ByteSpan(bytes).first(1)).has_value());
}

TEST_CASE("a vector without masks or without elements") {
  SeededEntropy entropy(6);
  const RingVector input = random_vector(entropy, ring_of(12), 9);
  MaskedVector plain(copy_of(input), {});
  CHECK(read_all(plain) == packed_of(input));
  MaskedVector empty(RingVector(ring_of(12), 0), three_streams());
  CHECK(empty.packed_size() == 0);
  CHECK(read_all(empty).empty());
}

TEST_CASE("[MASK-2] the masks of a pair cancel in the sum") {
  SeededEntropy entropy(7);
  for (const std::uint32_t bits : {2U, 16U, 21U, 40U, 64U}) {
    CAPTURE(bits);
    const Ring ring = ring_of(bits);
    const RingVector x = random_vector(entropy, ring, 333);
    const RingVector y = random_vector(entropy, ring, 333);
    std::vector<MaskStream> of_x;
    of_x.push_back(stream_of(9, MaskSign::add));
    std::vector<MaskStream> of_y;
    of_y.push_back(stream_of(9, MaskSign::subtract));
    MaskedVector masked_x(copy_of(x), std::move(of_x));
    MaskedVector masked_y(copy_of(y), std::move(of_y));
    CHECK(read_all(masked_x) != packed_of(x));
    Accumulator sum(ring, 333);
    REQUIRE(sum.add_packed(read_all(masked_x)).has_value());
    REQUIRE(sum.add_packed(read_all(masked_y)).has_value());
    for (std::uint64_t i = 0; i < 333; ++i) {
      CHECK(sum.sum().get(i) == ((x.get(i) + y.get(i)) & ring.mask()));
    }
  }
}

}  // namespace
}  // namespace blindsum
