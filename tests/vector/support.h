// What the tests of the vector layer share.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "crypto/kdf.h"
#include "crypto/mask_stream.h"
#include "protocol/vector/codec.h"
#include "protocol/vector/packing.h"
#include "protocol/vector/ring.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {

inline Ring ring_of(std::uint32_t bits) {
  return Ring::of_bits(bits).value();
}

inline Bytes random_bytes(Entropy& entropy, std::size_t size) {
  Bytes bytes(size);
  if (size != 0) entropy.fill(bytes).value();
  return bytes;
}

inline std::uint64_t random_u64(Entropy& entropy) {
  const Bytes bytes = random_bytes(entropy, 8);
  return get_u64(std::span<const std::uint8_t, 8>(bytes.data(), 8));
}

inline RingVector random_vector(Entropy& entropy, Ring ring, std::uint64_t length) {
  RingVector vector(ring, length);
  for (std::uint64_t i = 0; i < length; ++i) vector.set(i, random_u64(entropy));
  return vector;
}

inline RingVector copy_of(const RingVector& vector) {
  RingVector copy(vector.ring(), vector.size());
  for (std::uint64_t i = 0; i < vector.size(); ++i) copy.set(i, vector.get(i));
  return copy;
}

inline bool same(const RingVector& a, const RingVector& b) {
  if (a.ring() != b.ring() || a.size() != b.size()) return false;
  for (std::uint64_t i = 0; i < a.size(); ++i) {
    if (a.get(i) != b.get(i)) return false;
  }
  return true;
}

inline Bytes packed_of(const RingVector& vector) {
  Bytes packed(vector.ring().packed_size(vector.size()));
  pack(vector.ring(), vector.words(), packed).value();
  return packed;
}

// A stream whose key is that byte, 32 times.
inline MaskStream stream_of(std::uint8_t key, MaskSign sign) {
  return MaskStream::create(StreamKey::from(Bytes(32, key)).value(), sign).value();
}

// Word j of the stream's keystream.
inline std::uint64_t mask_word(const MaskStream& stream, WordWidth width, std::uint64_t j) {
  const auto word_of = [&]<class Word>(Word word) -> std::uint64_t {
    apply_masks({&stream, 1}, j, std::span(&word, 1)).value();
    return stream.sign() == MaskSign::add ? word : static_cast<Word>(-word);
  };
  return width == WordWidth::w16   ? word_of(std::uint16_t{0})
         : width == WordWidth::w32 ? word_of(std::uint32_t{0})
                                   : word_of(std::uint64_t{0});
}

inline VectorSchema flat_schema(std::uint64_t values) {
  return {.tensors = {{.name = "w", .shape = {values}}}};
}

}  // namespace blindsum
