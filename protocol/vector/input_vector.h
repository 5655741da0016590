// The elements that are masked, from where they are: an input that is encoded as it is read, which
// is what the SDK hands over, or a vector that is there already. Move-only; wiped when it goes.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include "protocol/vector/encoded_input.h"
#include "protocol/vector/ring.h"

namespace blindsum {

class InputVector {
 public:
  // Both are input vectors, and may be handed over as one without more words.
  InputVector(EncodedInput input) : source_(std::move(input)) {}
  InputVector(RingVector vector) : source_(std::move(vector)) {}

  Ring ring() const;
  std::uint64_t size() const;
  // Elements first, first + 1, … into words of the ring's width; the range lies in the vector. The
  // same ones every time. Errors: library_failed.
  [[nodiscard]] Result<void> fill(std::uint64_t first, const WordSpan& words);
  // All of them, for whoever wants to look at the input. Errors: as fill().
  [[nodiscard]] Result<RingVector> whole();

 private:
  std::variant<EncodedInput, RingVector> source_;
};

}  // namespace blindsum
