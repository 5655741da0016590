#include <type_traits>

#include "tests/crypto/support.h"

namespace blindsum {

TEST_CASE("hexadecimal goes there and back") {
  const Bytes bytes = {0x00, 0x0f, 0xa5, 0xff};
  CHECK(to_hex(bytes) == "000fa5ff");
  CHECK(from_hex("000fA5fF").value() == bytes);
  CHECK(to_hex({}).empty());
  CHECK(from_hex("").value().empty());
}

TEST_CASE("text that is not hexadecimal is bad_hex") {
  for (const char* text : {"0", "000", "0g", "g0", "00 11", "00:11", " 00", "00 ", "0x00", "\n"}) {
    CAPTURE(text);
    CHECK(from_hex(text).error() == CryptoError::bad_hex);
  }
  CHECK(from_hex(std::string_view("00\0", 3)).error() == CryptoError::bad_hex);
  CHECK(from_hex(std::string_view("00\0\0", 4)).error() == CryptoError::bad_hex);
}

TEST_CASE("[ENC-2] integers are little-endian") {
  Bytes bytes;
  put_u16(bytes, 0x0102);
  put_u32(bytes, 0x03040506);
  put_u64(bytes, 0x0708090a0b0c0d0e);
  put_bytes(bytes, Bytes{0xaa, 0xbb});
  CHECK(to_hex(bytes) == "0201060504030e0d0c0b0a090807aabb");

  const ByteView view = bytes;
  CHECK(get_u16(view.first<2>()) == 0x0102);
  CHECK(get_u32(view.subspan<2, 4>()) == 0x03040506);
  CHECK(get_u64(view.subspan<6, 8>()) == 0x0708090a0b0c0d0e);
}

TEST_CASE("integers with every bit set survive") {
  Bytes bytes;
  put_u16(bytes, 0xffff);
  put_u32(bytes, 0xffffffff);
  put_u64(bytes, 0xffffffffffffffff);
  const ByteView view = bytes;
  CHECK(get_u16(view.first<2>()) == 0xffff);
  CHECK(get_u32(view.subspan<2, 4>()) == 0xffffffff);
  CHECK(get_u64(view.subspan<6, 8>()) == 0xffffffffffffffff);
}

TEST_CASE("a public value takes exactly its length, and orders by its bytes") {
  static_assert(!std::is_convertible_v<Hash, VerifyKey>);
  static_assert(!std::is_assignable_v<Hash&, VerifyKey>);

  const Hash low = Hash::from(counting(1, 32)).value();
  const Hash high = Hash::from(counting(2, 32)).value();
  CHECK(low == Hash::from(low.view()).value());
  CHECK(low != high);
  CHECK(low < high);
  CHECK(Hash{}.view().size() == Hash::size_bytes);
  for (const std::size_t size : {0U, 31U, 33U, 64U}) {
    CHECK(Hash::from(Bytes(size)).error() == CryptoError::bad_length);
  }
  CHECK(Signature::from(Bytes(63)).error() == CryptoError::bad_length);
}

}  // namespace blindsum
