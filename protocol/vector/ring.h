// Z_2^b and vectors over it. A vector keeps each element in the least of 16, 32, 64 bits that holds b
// (SPEC.md, RING); only the low b bits of a word mean anything, and they are read through Ring::mask().
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "crypto/mask_stream.h"
#include "crypto/result.h"

namespace blindsum {

class Ring {
 public:
  // bits in 2..64, else VectorError::bad_codec.
  static Result<Ring> of_bits(std::uint32_t bits);

  std::uint32_t bits() const { return bits_; }
  WordWidth width() const;
  std::uint64_t mask() const;
  // ⌈length · bits / 8⌉, the bytes of a packed vector. length ≤ kMaxVectorLength.
  std::uint64_t packed_size(std::uint64_t length) const;
  // Two's complement: the element as a signed number in [−2^(b−1), 2^(b−1)).
  std::int64_t centred(std::uint64_t element) const;
  friend bool operator==(const Ring&, const Ring&) = default;

 private:
  explicit Ring(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_;
};

// `length` elements, all zero at first. Holds raw inputs too: move-only, wiped when it goes.
class RingVector {
 public:
  RingVector(Ring ring, std::uint64_t length);
  RingVector(RingVector&&) noexcept = default;
  RingVector& operator=(RingVector&&) noexcept;
  ~RingVector();

  Ring ring() const { return ring_; }
  std::uint64_t size() const;
  std::uint64_t get(std::uint64_t index) const;  // low b bits
  void set(std::uint64_t index, std::uint64_t element);
  // Elements first .. first+count, as words; count 0 means "to the end".
  WordSpan words(std::uint64_t first = 0, std::uint64_t count = 0);

 private:
  void wipe();
  Ring ring_;
  std::variant<std::vector<std::uint16_t>, std::vector<std::uint32_t>, std::vector<std::uint64_t>>
      words_;
};

}  // namespace blindsum
