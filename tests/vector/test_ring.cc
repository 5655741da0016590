#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <vector>

#include "tests/support/heap_watch.h"
#include "tests/vector/support.h"

namespace blindsum {
namespace {

TEST_CASE("[RING-1] a ring has 2 to 64 bits") {
  CHECK(Ring::of_bits(0).error() == VectorError::bad_codec);
  CHECK(Ring::of_bits(1).error() == VectorError::bad_codec);
  CHECK(Ring::of_bits(65).error() == VectorError::bad_codec);
  CHECK(Ring::of_bits(std::numeric_limits<std::uint32_t>::max()).error() == VectorError::bad_codec);
  CHECK(ring_of(2).mask() == 3);
  CHECK(ring_of(64).mask() == ~std::uint64_t{0});
}

TEST_CASE("[STREAM-2] a word is the least of 16, 32, 64 bits that holds an element") {
  CHECK(ring_of(2).width() == WordWidth::w16);
  CHECK(ring_of(16).width() == WordWidth::w16);
  CHECK(ring_of(17).width() == WordWidth::w32);
  CHECK(ring_of(32).width() == WordWidth::w32);
  CHECK(ring_of(33).width() == WordWidth::w64);
  CHECK(ring_of(64).width() == WordWidth::w64);
}

TEST_CASE("[RING-1] from 2^(b-1) on an element stands for itself less 2^b") {
  CHECK(ring_of(2).centred(1) == 1);
  CHECK(ring_of(2).centred(2) == -2);
  CHECK(ring_of(2).centred(3) == -1);
  CHECK(ring_of(20).centred(0x7FFFF) == 0x7FFFF);
  CHECK(ring_of(20).centred(0x80000) == -0x80000);
  CHECK(ring_of(20).centred(0xFFF00000 | 5) == 5);  // what is above b bits does not count
  CHECK(ring_of(64).centred(~std::uint64_t{0}) == -1);
  CHECK(ring_of(64).centred(std::uint64_t{1} << 63) == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("packed sizes are whole bytes, also of the largest vector") {
  CHECK(ring_of(2).packed_size(0) == 0);
  CHECK(ring_of(2).packed_size(1) == 1);
  CHECK(ring_of(2).packed_size(5) == 2);
  CHECK(ring_of(20).packed_size(3) == 8);
  CHECK(ring_of(64).packed_size(kMaxVectorLength) == std::uint64_t{1} << 33);
}

TEST_CASE("a vector is zeros at first, keeps b bits, and is empty after a move") {
  for (const std::uint32_t bits : {2U, 16U, 31U, 32U, 33U, 64U}) {
    CAPTURE(bits);
    RingVector vector(ring_of(bits), 3);
    CHECK(vector.size() == 3);
    CHECK(vector.get(2) == 0);
    vector.set(1, ~std::uint64_t{0});
    CHECK(vector.get(0) == 0);
    CHECK(vector.get(1) == vector.ring().mask());
    RingVector moved = std::move(vector);
    CHECK(moved.get(1) == moved.ring().mask());
    RingVector assigned(ring_of(64), 9);
    assigned = std::move(moved);
    CHECK(assigned.ring() == ring_of(bits));
    CHECK(assigned.size() == 3);
    CHECK(assigned.get(1) == assigned.ring().mask());
  }
}

TEST_CASE_TEMPLATE("elements are wiped when they go", Word, std::uint16_t, std::uint32_t,
                   std::uint64_t) {
  const Bytes needle{0xd1, 0x5e, 0xa5, 0xed, 0x0b, 0x5c, 0x03, 0x97};
  const std::vector<Bytes> needles(1, needle);
  HeapWatch watch(needles);
  const auto secret = [&] {
    RingVector vector(ring_of(8 * sizeof(Word)), 100);
    const auto words = std::get<std::span<Word>>(vector.words());
    std::memcpy(words.data() + 8, needle.data(), needle.size());
    return vector;
  };
  {
    const RingVector dies = secret();
  }
  CHECK(watch.found() == 0);
  RingVector assigned = secret();
  assigned = RingVector(ring_of(8 * sizeof(Word)), 1);
  CHECK(watch.found() == 0);
  Bytes seen = needle;
  seen = Bytes();
  CHECK(watch.found() == (HeapWatch::sees ? 1U : 0U));
}

TEST_CASE("words are a window on the vector") {
  RingVector vector(ring_of(20), 10);
  CHECK(word_count(read_only(vector.words())) == 10);
  CHECK(word_count(read_only(vector.words(4))) == 6);
  CHECK(word_count(read_only(vector.words(10))) == 0);
  const auto window = std::get<std::span<std::uint32_t>>(vector.words(4, 2));
  REQUIRE(window.size() == 2);
  window[1] = 0xFFF00007;
  CHECK(vector.get(5) == 7);
  const RingVector& constant = vector;
  CHECK(std::get<std::span<const std::uint32_t>>(constant.words(5, 1))[0] == 0xFFF00007);
}

TEST_CASE("each error of the layer has its name") {
  const auto name = [](VectorError error) { return make_error_code(error).message(); };
  CHECK(name(VectorError::not_finite) == "not_finite");
  CHECK(name(VectorError::value_out_of_range) == "value_out_of_range");
  CHECK(name(VectorError::weight_out_of_range) == "weight_out_of_range");
  CHECK(name(VectorError::wrong_shape) == "wrong_shape");
  CHECK(name(VectorError::wrong_length) == "wrong_length");
  CHECK(name(VectorError::bad_padding) == "bad_padding");
  CHECK(name(VectorError::ring_too_narrow) == "ring_too_narrow");
  CHECK(name(VectorError::bad_codec) == "bad_codec");
  CHECK(name(VectorError::bad_sum) == "bad_sum");
  CHECK(name(static_cast<VectorError>(99)) == "unknown_vector_error");
}

}  // namespace
}  // namespace blindsum
