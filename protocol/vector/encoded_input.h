// One round's input at the participant, whose elements are made when they are wanted: the values
// that the program handed over, and the key that their rounding comes from. It is checked when it
// is made, so that nothing can be wrong with it later; and the same element comes out the same
// however often it is made [ONCE-5]. So the only copy of the vector is the program's own, which was
// moved in and is wiped with it. Made by the SDK once a round, read by MaskedVector.
#pragma once

#include <cstdint>

#include "crypto/bytes.h"
#include "crypto/entropy.h"
#include "protocol/vector/codec.h"
#include "protocol/vector/encoding.h"
#include "protocol/vector/ring.h"

namespace blindsum {

class EncodedInput {
 public:
  // One pass over the values, which checks them and makes the input's id. The values are wiped on
  // an error, too. Errors: those of encode() and input_id().
  [[nodiscard]] static Result<EncodedInput> create(Update update, const CodecParameters& codec,
                                                   const VectorSchema& schema, Ring ring,
                                                   Entropy& entropy);
  EncodedInput(EncodedInput&&) noexcept = default;
  EncodedInput& operator=(EncodedInput&& other) noexcept;
  ~EncodedInput() { wipe_values(); }

  const Hash& id() const { return id_; }  // [INPUT-2]
  Ring ring() const { return ring_; }
  std::uint64_t size() const { return size_; }
  // Elements first .. first+count of the encoded vector into that many words of the ring's width;
  // the range lies in the vector. Errors: library_failed.
  [[nodiscard]] Result<void> fill(std::uint64_t first, const WordSpan& words);

 private:
  EncodedInput(Update update, const CodecParameters& codec, Ring ring)
      : update_(std::move(update)), codec_(codec), ring_(ring) {}
  void wipe_values() noexcept;

  Update update_;
  CodecParameters codec_;
  Ring ring_;
  detail::Rounding rounding_;
  std::uint64_t size_ = 0;
  Hash id_{};
};

}  // namespace blindsum
