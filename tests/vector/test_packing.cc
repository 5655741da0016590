// Packing against an oracle that follows the sentence of the spec bit by bit.
#include <doctest/doctest.h>

#include "protocol/vector/packing.h"
#include "tests/vector/support.h"

namespace blindsum {
namespace {

// "bit i of element j is bit j·b + i of the stream, least significant first in each byte"
Bytes pack_bit_by_bit(const RingVector& vector) {
  const std::uint64_t bits = vector.ring().bits();
  Bytes packed((vector.size() * bits + 7) / 8);
  for (std::uint64_t j = 0; j < vector.size(); ++j) {
    for (std::uint64_t i = 0; i < bits; ++i) {
      const std::uint64_t at = j * bits + i;
      const auto bit = static_cast<std::uint8_t>((vector.get(j) >> i) & 1);
      packed[at / 8] = static_cast<std::uint8_t>(packed[at / 8] | (bit << (at % 8)));
    }
  }
  return packed;
}

// Lengths on both sides of every border: bytes, 64-bit words, the step of a tile.
std::vector<std::uint64_t> lengths_of_interest() {
  std::vector<std::uint64_t> lengths;
  for (std::uint64_t length = 0; length <= 70; ++length) lengths.push_back(length);
  lengths.insert(lengths.end(), {127, 128, 129, 1000});
  return lengths;
}

TEST_CASE("[PACK-1] every ring and length packs as the oracle does, and unpacks again") {
  SeededEntropy entropy(1);
  for (std::uint32_t bits = kMinRingBits; bits <= kMaxRingBits; ++bits) {
    for (const std::uint64_t length : lengths_of_interest()) {
      CAPTURE(bits);
      CAPTURE(length);
      const RingVector vector = random_vector(entropy, ring_of(bits), length);
      const Bytes packed = packed_of(vector);
      REQUIRE(packed == pack_bit_by_bit(vector));
      RingVector back(vector.ring(), length);
      REQUIRE(unpack_add(vector.ring(), packed, back.words()).has_value());
      REQUIRE(same(back, vector));
    }
  }
}

TEST_CASE("[PACK-1] ones everywhere fill every bit but the padding") {
  for (std::uint32_t bits = kMinRingBits; bits <= kMaxRingBits; ++bits) {
    CAPTURE(bits);
    RingVector vector(ring_of(bits), 13);
    for (std::uint64_t i = 0; i < vector.size(); ++i) vector.set(i, ~std::uint64_t{0});
    CHECK(packed_of(vector) == pack_bit_by_bit(vector));
  }
}

TEST_CASE("[PACK-1] a known answer") {
  RingVector vector(ring_of(20), 3);
  vector.set(0, 0xABCDE);
  vector.set(1, 0x12345);
  vector.set(2, 0xF0F0F);
  CHECK(packed_of(vector) == Bytes{0xDE, 0xBC, 0x5A, 0x34, 0x12, 0x0F, 0x0F, 0x0F});
}

TEST_CASE("what masks leave above the low b bits of a word is not packed") {
  RingVector vector(ring_of(20), 2);
  const auto words = std::get<std::span<std::uint32_t>>(vector.words());
  words[0] = 0xFFF00001;
  words[1] = 0xABC00002;
  CHECK(packed_of(vector) == pack_bit_by_bit(vector));
}

TEST_CASE("unpacking adds, mod 2^b") {
  SeededEntropy entropy(2);
  for (const std::uint32_t bits : {2U, 16U, 20U, 32U, 33U, 63U, 64U}) {
    CAPTURE(bits);
    const Ring ring = ring_of(bits);
    const RingVector a = random_vector(entropy, ring, 41);
    const RingVector b = random_vector(entropy, ring, 41);
    RingVector sum(ring, 41);
    for (int i = 0; i < 3; ++i) REQUIRE(unpack_add(ring, packed_of(a), sum.words()).has_value());
    REQUIRE(unpack_add(ring, packed_of(b), sum.words()).has_value());
    for (std::uint64_t i = 0; i < 41; ++i) {
      CHECK(sum.get(i) == ((3 * a.get(i) + b.get(i)) & ring.mask()));
    }
  }
}

TEST_CASE("[PACK-1] tiles that start at a multiple of 8 elements are cut out of the whole") {
  SeededEntropy entropy(3);
  for (const std::uint32_t bits : {3U, 20U, 32U, 47U}) {
    const Ring ring = ring_of(bits);
    RingVector vector = random_vector(entropy, ring, 45);
    const Bytes whole = packed_of(vector);
    for (std::uint64_t first = 0; first < 45; first += kTileStep) {
      const std::uint64_t count = std::min<std::uint64_t>(2 * kTileStep, 45 - first);
      Bytes tile(ring.packed_size(count));
      REQUIRE(pack(ring, vector.words(first, count), tile).has_value());
      const auto from = whole.begin() + static_cast<std::ptrdiff_t>(ring.packed_size(first));
      CHECK(Bytes(from, from + static_cast<std::ptrdiff_t>(tile.size())) == tile);
    }
  }
}

TEST_CASE("packed bytes of another length are refused and nothing is added: wrong_length") {
  RingVector vector(ring_of(20), 3);
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{9}}) {
    Bytes packed(size, 0x11);
    CHECK(pack(vector.ring(), vector.words(), packed).error() == VectorError::wrong_length);
    CHECK(unpack_add(vector.ring(), packed, vector.words()).error() == VectorError::wrong_length);
    CHECK(check_packed(vector.ring(), 3, packed).error() == VectorError::wrong_length);
  }
  CHECK(same(vector, RingVector(ring_of(20), 3)));
}

TEST_CASE("[PACK-1] every padding bit that is set is found: bad_padding, and nothing is added") {
  for (std::uint32_t bits = kMinRingBits; bits <= kMaxRingBits; ++bits) {
    for (std::uint64_t length = 1; length <= 8; ++length) {
      const Ring ring = ring_of(bits);
      RingVector vector(ring, length);
      Bytes packed(ring.packed_size(length));
      CHECK(check_packed(ring, length, packed).has_value());
      for (std::uint64_t bit = length * bits; bit < packed.size() * 8; ++bit) {
        packed.front() = 1;
        packed.back() = static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK(check_packed(ring, length, packed).error() == VectorError::bad_padding);
        CHECK(unpack_add(ring, packed, vector.words()).error() == VectorError::bad_padding);
      }
      CHECK(same(vector, RingVector(ring, length)));
    }
  }
}

}  // namespace
}  // namespace blindsum
