#include "protocol/vector/packing.h"

#include <cassert>

#include "faults/faults.h"
#include "protocol/vector/kernels/packing_kernel.h"
#include "protocol/vector/vector_error.h"

namespace blindsum {

Result<void> pack(Ring ring, const ConstWordSpan& words, ByteSpan out) {
  assert(words.index() == static_cast<std::size_t>(ring.width()));
  if (out.size() != ring.packed_size(word_count(words))) return VectorError::wrong_length;
  detail::packing_kernel().pack(ring, words, out);
  return {};
}

Result<void> pack(Ring ring, const WordSpan& words, ByteSpan out) {
  return pack(ring, read_only(words), out);
}

Result<void> unpack_add(Ring ring, ByteView packed, const WordSpan& words) {
  assert(words.index() == static_cast<std::size_t>(ring.width()));
  BLINDSUM_CHECK(check_packed(ring, word_count(read_only(words)), packed));
  detail::packing_kernel().unpack_add(ring, packed, words);
  return {};
}

Result<void> check_packed(Ring ring, std::uint64_t length, ByteView packed) {
  if (packed.size() != ring.packed_size(length)) return VectorError::wrong_length;
  return packed.empty() ? Result<void>() : check_padding(ring, length, packed.back());
}

Result<void> check_padding(Ring ring, std::uint64_t length, std::uint8_t last_byte) {
  const std::uint64_t bits_in_last_byte = length * ring.bits() % 8;
  if (bits_in_last_byte != 0 && last_byte >> bits_in_last_byte != 0 &&
      !fault(Fault::upload_padding_taken)) {
    return VectorError::bad_padding;
  }
  return {};
}

}  // namespace blindsum
