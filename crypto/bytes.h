// Bytes and public values of a fixed size. Nothing here is secret (crypto/secret.h is).
//
// Integers on the wire and in every hash are little-endian.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/error.h"
#include "crypto/result.h"

namespace blindsum {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using ByteSpan = std::span<std::uint8_t>;

// A public value of N bytes. The tag keeps a hash from being passed where a signature is wanted.
template <class Tag, std::size_t N>
struct Opaque {
  static constexpr std::size_t size_bytes = N;

  std::array<std::uint8_t, N> bytes{};

  // Errors: bad_length.
  [[nodiscard]] static Result<Opaque> from(ByteView view) {
    if (view.size() != N) return CryptoError::bad_length;
    Opaque value;
    std::copy(view.begin(), view.end(), value.bytes.begin());
    return value;
  }

  ByteView view() const { return bytes; }

  auto operator<=>(const Opaque&) const = default;
};

using Hash = Opaque<struct HashTag, 32>;            // SHA-256
using Signature = Opaque<struct SignatureTag, 64>;  // Ed25519
using VerifyKey = Opaque<struct VerifyKeyTag, 32>;  // Ed25519 public key

// Lower-case hexadecimal, two digits a byte.
std::string to_hex(ByteView bytes);

// Digits of either case, nothing between them. Errors: bad_hex.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

namespace detail {

template <std::unsigned_integral T>
void put_little_endian(Bytes& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

template <std::unsigned_integral T>
T get_little_endian(std::span<const std::uint8_t, sizeof(T)> in) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>(value | static_cast<T>(static_cast<T>(in[i]) << (8 * i)));
  }
  return value;
}

}  // namespace detail

// Append to `out`.
inline void put_u16(Bytes& out, std::uint16_t value) {
  detail::put_little_endian(out, value);
}
inline void put_u32(Bytes& out, std::uint32_t value) {
  detail::put_little_endian(out, value);
}
inline void put_u64(Bytes& out, std::uint64_t value) {
  detail::put_little_endian(out, value);
}
inline void put_bytes(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// The caller has checked the length; the span's extent says so: get_u32(view.subspan<4, 4>()).
inline std::uint16_t get_u16(std::span<const std::uint8_t, 2> in) {
  return detail::get_little_endian<std::uint16_t>(in);
}
inline std::uint32_t get_u32(std::span<const std::uint8_t, 4> in) {
  return detail::get_little_endian<std::uint32_t>(in);
}
inline std::uint64_t get_u64(std::span<const std::uint8_t, 8> in) {
  return detail::get_little_endian<std::uint64_t>(in);
}

}  // namespace blindsum
