// Every kernel against the portable one, which the other tests of packing hold against the sentence
// of the spec: all rings, lengths on both sides of every border, buffers at any address. What lies
// around the buffers must stay as it is.
#include <doctest/doctest.h>

#include <algorithm>

#include "protocol/vector/kernels/packing_kernel.h"
#include "tests/vector/support.h"

namespace blindsum {
namespace {

constexpr std::size_t kMargin = 64;
constexpr std::uint8_t kUntouched = 0xA5;

// Bytes at an address of one's choice, from their own block of the heap: what goes beyond the end
// is found by the address sanitizer, what is written before the begin or behind the end by us.
class Placed {
 public:
  Placed(std::size_t size, std::size_t shift)
      : block_(kMargin + shift + size + kMargin, kUntouched),
        shift_(kMargin + shift),
        size_(size) {}

  ByteSpan bytes() { return ByteSpan(block_).subspan(shift_, size_); }
  bool margins_untouched() const {
    const auto is_untouched = [](std::uint8_t byte) { return byte == kUntouched; };
    const auto begin = block_.begin() + static_cast<std::ptrdiff_t>(shift_);
    return std::all_of(block_.begin(), begin, is_untouched) &&
           std::all_of(begin + static_cast<std::ptrdiff_t>(size_), block_.end(), is_untouched);
  }

 private:
  Bytes block_;
  std::size_t shift_;
  std::size_t size_;
};

// The exact size, with nothing behind.
std::vector<std::uint8_t> tight(ByteView bytes) {
  std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
  copy.shrink_to_fit();
  return copy;
}

// Words with anything above the low b bits, as masks leave it.
RingVector unmasked_words(Entropy& entropy, Ring ring, std::uint64_t length) {
  RingVector vector(ring, length);
  const auto fill = [&]<class Word>(std::span<Word> words) {
    const Bytes bytes = random_bytes(entropy, words.size_bytes());
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::uint8_t*>(words.data()));
  };
  std::visit(fill, vector.words());
  return vector;
}

bool same_words(RingVector& a, RingVector& b) {
  const auto equal = [&]<class Word>(std::span<Word> words) {
    return std::ranges::equal(words, std::get<std::span<Word>>(b.words()));
  };
  return std::visit(equal, a.words());
}

// All lengths up to 300 in all rings are millions of elements: the odd ones out are left to some.
bool is_of_interest(std::uint32_t bits, std::uint64_t length) {
  return length <= 70 || length % 32 <= 1 || (length + bits) % 5 == 0;
}

void check_pack(const detail::PackingKernel& kernel, const RingVector& vector, std::size_t shift) {
  const std::uint64_t size = vector.ring().packed_size(vector.size());
  Bytes expected(size);
  detail::pack_portable(vector.ring(), vector.words(), expected);
  Placed out(size, shift);
  kernel.pack(vector.ring(), vector.words(), out.bytes());
  REQUIRE(std::ranges::equal(out.bytes(), expected));
  REQUIRE(out.margins_untouched());
  Bytes exact(size);
  kernel.pack(vector.ring(), vector.words(), exact);
  REQUIRE(exact == expected);
}

void check_unpack_add(const detail::PackingKernel& kernel, Entropy& entropy, Ring ring,
                      std::uint64_t length) {
  const Bytes packed = tight(random_bytes(entropy, ring.packed_size(length)));
  const RingVector before = random_vector(entropy, ring, length + 2);
  RingVector expected = copy_of(before);
  RingVector sum = copy_of(before);
  // A word at each end that is not in the span; the span starts at an odd address.
  if (length == 0) return;
  detail::unpack_add_portable(ring, packed, expected.words(1, length));
  kernel.unpack_add(ring, packed, sum.words(1, length));
  REQUIRE(same_words(sum, expected));
}

TEST_CASE("[PACK-1] every kernel packs the portable one's bytes, and none outside of them") {
  SeededEntropy entropy(21);
  for (const detail::PackingKernel& kernel : detail::packing_kernels()) {
    if (!kernel.supported) continue;
    for (std::uint32_t bits = kMinRingBits; bits <= kMaxRingBits; ++bits) {
      for (std::uint64_t length = 0; length <= 300; ++length) {
        if (!is_of_interest(bits, length)) continue;
        CAPTURE(kernel.name);
        CAPTURE(bits);
        CAPTURE(length);
        const RingVector vector = unmasked_words(entropy, ring_of(bits), length);
        check_pack(kernel, vector, length % 16);
      }
    }
  }
}

TEST_CASE("[PACK-1] every kernel adds what the portable one adds, and to no word beside") {
  SeededEntropy entropy(22);
  for (const detail::PackingKernel& kernel : detail::packing_kernels()) {
    if (!kernel.supported) continue;
    for (std::uint32_t bits = kMinRingBits; bits <= kMaxRingBits; ++bits) {
      for (std::uint64_t length = 0; length <= 300; ++length) {
        if (!is_of_interest(bits, length)) continue;
        CAPTURE(kernel.name);
        CAPTURE(bits);
        CAPTURE(length);
        check_unpack_add(kernel, entropy, ring_of(bits), length);
      }
    }
  }
}

TEST_CASE("the portable kernel is everywhere, and the one that is taken is supported") {
  CHECK(detail::packing_kernels().back().supported);
  CHECK(detail::packing_kernel().supported);
}

}  // namespace
}  // namespace blindsum
