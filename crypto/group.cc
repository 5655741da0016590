#include "crypto/group.h"

#include <sodium.h>

#include <algorithm>

#include "faults/faults.h"

namespace blindsum {

namespace {

static_assert(scalar_bytes == crypto_core_ristretto255_SCALARBYTES);
static_assert(point_bytes == crypto_core_ristretto255_BYTES);

// l = 2^252 + 27742317777372353535851937790883648493, little-endian.
constexpr std::array<std::uint8_t, scalar_bytes> group_order = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10};

}  // namespace

Result<void> check_canonical_scalar(ByteView bytes) {
  if (bytes.size() != scalar_bytes) return CryptoError::bad_length;
  // x - l borrows out of the last byte exactly if x < l. No branch depends on x before the answer
  // is complete.
  unsigned borrow = 0;
  unsigned any_bit = 0;
  for (std::size_t i = 0; i < scalar_bytes; ++i) {
    const unsigned difference = unsigned{bytes[i]} - unsigned{group_order[i]} - borrow;
    borrow = (difference >> 8) & 1U;
    any_bit |= bytes[i];
  }
  const unsigned is_zero = ((any_bit - 1U) >> 8) & 1U;
  if ((borrow & (is_zero ^ 1U)) == 0) return CryptoError::bad_scalar;
  return {};
}

Result<Point> Point::parse(ByteView bytes) {
  if (bytes.size() != point_bytes) return CryptoError::bad_length;
  // The identity's encoding is all zeros, and libsodium holds it to be valid.
  if (sodium_is_zero(bytes.data(), bytes.size()) == 1 && !fault(Fault::identity_point)) {
    return CryptoError::identity_point;
  }
  // libsodium 1.0.18 ignores the highest bit: a second encoding of every point, and of the
  // identity.
  if ((bytes.back() & 0x80) != 0 && !fault(Fault::second_encoding)) return CryptoError::bad_point;
  if (crypto_core_ristretto255_is_valid_point(bytes.data()) != 1) return CryptoError::bad_point;
  Encoding encoding{};
  std::copy(bytes.begin(), bytes.end(), encoding.begin());
  return Point(encoding);
}

Result<Point> Point::base_times(ByteView scalar) {
  Encoding encoding{};
  if (crypto_scalarmult_ristretto255_base(encoding.data(), scalar.data()) != 0) {
    return CryptoError::identity_point;
  }
  return Point(encoding);
}

namespace detail {

Result<void> draw_scalar(Entropy& entropy, ByteSpan out) {
  // 512 uniform bits mod l are within 2^-259 of uniform.
  Scratch<crypto_core_ristretto255_NONREDUCEDSCALARBYTES> wide;
  BLINDSUM_CHECK(entropy.fill(wide.bytes));
  crypto_core_ristretto255_scalar_reduce(out.data(), wide.data());
  return {};
}

Result<SharedPoint> multiply(ByteView scalar, const Point& point) {
  return SharedPoint::produce(Reveal::multiply_point, [&](ByteSpan out) -> Result<void> {
    if (crypto_scalarmult_ristretto255(out.data(), scalar.data(), point.view().data()) != 0) {
      if (fault(Fault::identity_point)) {
        out[0] = 1;  // what anybody knows
        return {};
      }
      return CryptoError::identity_point;
    }
    return {};
  });
}

}  // namespace detail

}  // namespace blindsum
