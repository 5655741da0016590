// What the tests of crypto/ share.
#pragma once

#include <doctest/doctest.h>

#include <new>
#include <string_view>
#include <utility>

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

// Volatile, because to read what a destructor left is nothing the language lets a compiler count
// on.
inline bool all_zero(const unsigned char* bytes, std::size_t size) {
  const volatile unsigned char* seen = bytes;
  for (std::size_t i = 0; i < size; ++i) {
    if (seen[i] != 0) return false;
  }
  return true;
}

// Where something lives and dies, for a look at what it leaves.
template <class T>
struct Storage {
  alignas(T) unsigned char bytes[sizeof(T)] = {};

  T* put(T value) { return new (bytes) T(std::move(value)); }
};

}  // namespace blindsum
