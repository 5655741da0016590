#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "crypto/transcript.h"
#include "protocol/vector/accumulator.h"
#include "protocol/vector/masked_vector.h"
#include "tests/vector/support.h"

namespace blindsum {
namespace {

// A self mask each and one mask between the first two: what a cohort of three uploads.
struct Cohort {
  explicit Cohort(Ring ring, std::uint64_t length) : expected(ring, length) {
    SeededEntropy entropy(8);
    for (std::uint8_t u = 0; u < 3; ++u) {
      RingVector x = random_vector(entropy, ring, length);
      for (std::uint64_t i = 0; i < length; ++i) expected.set(i, expected.get(i) + x.get(i));
      std::vector<MaskStream> streams;
      streams.push_back(stream_of(static_cast<std::uint8_t>(10 + u), MaskSign::add));
      if (u < 2) streams.push_back(stream_of(50, u == 0 ? MaskSign::add : MaskSign::subtract));
      MaskedVector masked(std::move(x), std::move(streams));
      Bytes packed(masked.packed_size());
      masked.read(0, packed).value();
      uploads.push_back(std::move(packed));
    }
  }

  // What takes the self masks off.
  static std::vector<MaskStream> unmasking() {
    std::vector<MaskStream> streams;
    for (std::uint8_t u = 0; u < 3; ++u) {
      streams.push_back(stream_of(static_cast<std::uint8_t>(10 + u), MaskSign::subtract));
    }
    return streams;
  }

  std::vector<Bytes> uploads;
  RingVector expected;
};

Accumulator masked_sum(const Cohort& cohort) {
  Accumulator sum(cohort.expected.ring(), cohort.expected.size());
  for (const Bytes& upload : cohort.uploads) sum.add_packed(upload).value();
  return sum;
}

TEST_CASE("[REBUILD-4] uploads added and unmasked are the sum of the inputs") {
  for (const std::uint32_t bits : {5U, 16U, 20U, 32U, 35U, 64U}) {
    CAPTURE(bits);
    const Cohort cohort(ring_of(bits), 1001);
    Accumulator sum = masked_sum(cohort);
    CHECK_FALSE(same(sum.sum(), cohort.expected));
    auto streams = Cohort::unmasking();
    REQUIRE(sum.apply(streams, 0, 1001).has_value());
    CHECK(same(sum.sum(), cohort.expected));
  }
}

TEST_CASE("unmasking range by range is unmasking in one go") {
  const Cohort cohort(ring_of(20), 1001);
  SeededEntropy entropy(9);
  for (int round = 0; round < 20; ++round) {
    Accumulator sum = masked_sum(cohort);
    std::vector<std::uint64_t> borders{0, 1001};
    for (int i = 0; i < 6; ++i) borders.push_back(random_u64(entropy) % 1001);
    std::sort(borders.begin(), borders.end());
    // Each range with streams of its own, the last range first.
    for (std::size_t i = borders.size() - 1; i > 0; --i) {
      auto streams = Cohort::unmasking();
      const std::uint64_t count = borders[i] - borders[i - 1];
      REQUIRE(sum.apply(streams, borders[i - 1], count).has_value());
    }
    CHECK(same(sum.sum(), cohort.expected));
  }
}

TEST_CASE("[UPLOAD-3] a malformed upload adds nothing: wrong_length, bad_padding") {
  const Cohort cohort(ring_of(20), 1001);
  Accumulator sum = masked_sum(cohort);
  const Bytes before = sum.packed().value();
  Bytes upload = cohort.uploads[0];
  upload.at(upload.size() - 1) = 0x80;
  CHECK(sum.add_packed(upload).error() == VectorError::bad_padding);
  upload.pop_back();
  CHECK(sum.add_packed(upload).error() == VectorError::wrong_length);
  CHECK(sum.add_packed(ByteView()).error() == VectorError::wrong_length);
  CHECK(sum.packed().value() == before);
}

TEST_CASE("[UPLOAD-3] an upload in pieces adds what it does in one, wherever it is cut") {
  SeededEntropy entropy(31);
  for (const std::uint32_t bits : {2U, 3U, 16U, 20U, 26U, 33U, 64U}) {
    for (const std::uint64_t length : {1U, 7U, 8U, 9U, 1001U, 40'000U}) {
      CAPTURE(bits);
      CAPTURE(length);
      const RingVector vector = random_vector(entropy, ring_of(bits), length);
      const Bytes whole = packed_of(vector);
      PackedUpload upload;
      for (std::size_t done = 0; done < whole.size();) {
        // Small cuts, cuts that are gathered, and large ones that are not.
        const std::size_t most = std::size_t{1} << (random_u64(entropy) % 17);
        const std::size_t size = std::min(whole.size() - done, 1 + random_u64(entropy) % most);
        const std::size_t skipped = random_u64(entropy) % 20;
        Bytes chunk(skipped, 0xAA);
        put_bytes(chunk, ByteView(whole).subspan(done, size));
        upload.append(std::move(chunk), skipped);
        done += size;
      }
      CHECK(upload.size() == whole.size());
      CHECK(upload.joined() == whole);
      Accumulator sum(ring_of(bits), length);
      REQUIRE(sum.add_packed(upload).has_value());
      CHECK(same(sum.sum(), vector));
      CHECK(upload.size() == 0);
    }
  }
}

TEST_CASE("[UPLOAD-3] an upload in pieces that is malformed adds nothing") {
  const Cohort cohort(ring_of(20), 1001);
  Accumulator sum = masked_sum(cohort);
  const Bytes before = sum.packed().value();
  PackedUpload upload;
  CHECK(sum.add_packed(upload).error() == VectorError::wrong_length);
  Bytes bad = cohort.uploads[0];
  const std::uint8_t last = std::exchange(bad.back(), 0x80);
  upload.append(bad);
  CHECK(sum.add_packed(upload).error() == VectorError::bad_padding);
  bad.back() = last;
  bad.pop_back();
  upload.wipe();
  upload.append(bad);
  CHECK(sum.add_packed(upload).error() == VectorError::wrong_length);
  CHECK(sum.packed().value() == before);
}

// [LIMIT-2]
TEST_CASE("an upload in tiny pieces is gathered into few buffers") {
  PackedUpload upload;
  for (int i = 0; i < 200'000; ++i) upload.append(Bytes{1});
  CHECK(upload.pieces() <= 4);
  CHECK(upload.size() == 200'000);
}

TEST_CASE("a range outside the vector is refused: wrong_length; an empty one does nothing") {
  const Cohort cohort(ring_of(20), 1001);
  Accumulator sum = masked_sum(cohort);
  const Bytes before = sum.packed().value();
  auto streams = Cohort::unmasking();
  CHECK(sum.apply(streams, 0, 1002).error() == VectorError::wrong_length);
  CHECK(sum.apply(streams, 1002, 0).error() == VectorError::wrong_length);
  CHECK(sum.apply(streams, ~std::uint64_t{0}, 2).error() == VectorError::wrong_length);
  CHECK(sum.apply(streams, 5, 0).has_value());
  CHECK(sum.apply(streams, 1001, 0).has_value());
  CHECK(sum.packed().value() == before);
}

TEST_CASE("[RECORD-4] the digest is that of the packed sum") {
  SeededEntropy entropy(14);
  for (const std::uint32_t bits : {3U, 16U, 20U, 35U, 64U}) {
    for (const std::uint64_t length : {0U, 1U, 1023U, 1024U, 1025U, 4099U}) {
      CAPTURE(bits);
      CAPTURE(length);
      const RingVector vector = random_vector(entropy, ring_of(bits), length);
      const Accumulator sum =
          Accumulator::from_packed(vector.ring(), length, packed_of(vector)).value();
      CHECK(sum.packed_digest().value() == sha256(packed_of(vector)).value());
    }
  }
}

TEST_CASE("[ONCE-6] a checkpoint in the middle goes on where it was") {
  const Cohort cohort(ring_of(35), 1001);
  Accumulator sum(cohort.expected.ring(), 1001);
  REQUIRE(sum.add_packed(cohort.uploads[0]).has_value());
  Accumulator again =
      Accumulator::from_packed(sum.ring(), sum.length(), sum.packed().value()).value();
  REQUIRE(again.add_packed(cohort.uploads[1]).has_value());
  REQUIRE(again.add_packed(cohort.uploads[2]).has_value());
  CHECK(again.packed().value() == masked_sum(cohort).packed().value());
  CHECK(Accumulator::from_packed(sum.ring(), 1000, sum.packed().value()).error() ==
        VectorError::wrong_length);
  // Refused by its length before 8 GiB are taken for it.
  CHECK(Accumulator::from_packed(ring_of(64), kMaxVectorLength, {}).error() ==
        VectorError::wrong_length);
}

}  // namespace
}  // namespace blindsum
