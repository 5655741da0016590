// Z_2^b and vectors over it. A vector keeps each element in the least of 16, 32, 64 bits that holds
// b [STREAM-2, RING-1]; only the low b bits of a word mean anything, whatever masks and sums leave
// above.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "crypto/mask_stream.h"
#include "crypto/result.h"
#include "protocol/vector/line_allocator.h"
#include "protocol/vector/vector_limits.h"

namespace blindsum {

class Ring {
 public:
  // bits in 2..64, else VectorError::bad_codec.
  static Result<Ring> of_bits(std::uint32_t bits);

  std::uint32_t bits() const { return bits_; }
  WordWidth width() const;
  std::uint64_t mask() const { return ~std::uint64_t{0} >> (kMaxRingBits - bits_); }
  // ⌈length · bits / 8⌉, the bytes of a packed vector. length ≤ kMaxVectorLength.
  std::uint64_t packed_size(std::uint64_t length) const { return (length * bits_ + 7) / 8; }
  // Two's complement: the element as a signed number in [−2^(b−1), 2^(b−1)). Bits above b are
  // ignored.
  std::int64_t centred(std::uint64_t element) const;
  friend bool operator==(const Ring&, const Ring&) = default;

 private:
  explicit Ring(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_;
};

// WordSpan (crypto/mask_stream.h) for reading only.
using ConstWordSpan = std::variant<std::span<const std::uint16_t>, std::span<const std::uint32_t>,
                                   std::span<const std::uint64_t>>;
ConstWordSpan read_only(const WordSpan& words);
std::size_t word_count(const ConstWordSpan& words);

// `length` elements, all zero at first. Holds raw inputs too: move-only, wiped when it goes. After
// a move there are no elements left in the old place.
class RingVector {
 public:
  // length ≤ kMaxVectorLength.
  RingVector(Ring ring, std::uint64_t length);
  RingVector(RingVector&& other) noexcept;
  RingVector& operator=(RingVector&& other) noexcept;
  ~RingVector();

  Ring ring() const { return ring_; }
  std::uint64_t size() const;
  // index < size(). The low b bits.
  std::uint64_t get(std::uint64_t index) const;
  void set(std::uint64_t index, std::uint64_t element);
  // Elements first .. first+count, as words, for whoever goes through many; count 0 means "to the
  // end". The range lies in the vector.
  WordSpan words(std::uint64_t first = 0, std::uint64_t count = 0);
  ConstWordSpan words(std::uint64_t first = 0, std::uint64_t count = 0) const;

 private:
  template <class Word>
  using Lines = std::vector<Word, detail::LineAllocator<Word>>;
  using Words = std::variant<Lines<std::uint16_t>, Lines<std::uint32_t>, Lines<std::uint64_t>>;
  static Words zeros(WordWidth width, std::uint64_t length);
  void wipe() noexcept;

  Ring ring_;
  Words words_;
};

}  // namespace blindsum
