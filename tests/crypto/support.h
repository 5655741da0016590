// What the tests of crypto/ share.
#pragma once

#include <doctest/doctest.h>

#include <string_view>

#include "crypto/bytes.h"
#include "crypto/group.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {

// From a literal of the test's own, which is right.
inline Bytes hex(std::string_view text) {
  return from_hex(text).value();
}

// The bytes first, first + 1, …
inline Bytes counting(std::uint8_t first, std::size_t count) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
  return bytes;
}

// Scalar bytes of a small number.
inline Bytes scalar_bytes_of(std::uint64_t value) {
  Bytes bytes;
  put_u64(bytes, value);
  bytes.resize(scalar_bytes);
  return bytes;
}

template <class Tag, std::size_t N>
Bytes revealed(const Secret<Tag, N>& secret) {
  const ByteView bytes = secret.reveal(Reveal::test);
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace blindsum
