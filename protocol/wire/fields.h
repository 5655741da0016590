// Inside wire/ only: from the strings in which Protobuf keeps bytes to values of a size, and back.
// Lengths are checked here, and nowhere again [WIRE-3].
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "protocol/round/limits.h"
#include "protocol/round/reason.h"

namespace blindsum::detail {

inline ByteView view_of(std::string_view field) {
  return {reinterpret_cast<const std::uint8_t*>(field.data()), field.size()};
}

inline Bytes bytes_of(std::string_view field) {
  const ByteView view = view_of(field);
  return Bytes(view.begin(), view.end());
}

inline std::string field_of(ByteView bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// A Hash, a Signature, a SessionId, … Errors: wrong_length.
template <class Fixed>
Result<Fixed> fixed(std::string_view field) {
  if (field.size() != Fixed::size_bytes) return Reason::wrong_length;
  return Fixed::from(view_of(field));
}

// How many entries of a size a concatenation holds. Errors: wrong_length if it is none, or of more
// entries than a cohort has members.
inline Result<std::size_t> count_entries(std::string_view field, std::size_t entry_bytes) {
  if (field.size() % entry_bytes != 0 || field.size() / entry_bytes > kMaxCohort) {
    return Reason::wrong_length;
  }
  return field.size() / entry_bytes;
}

// Errors: bad_bitmap. Whether it is right for its cohort is the machine's to see; here it is
// bounded.
inline Result<Bytes> bitmap_of(std::string_view field) {
  if (field.size() > (kMaxCohort + 7) / 8) return Reason::bad_bitmap;
  return bytes_of(field);
}

// Reads one value after another from bytes whose length has been checked.
class FieldReader {
 public:
  explicit FieldReader(ByteView rest) : rest_(rest) {}

  std::uint8_t u8() { return take(1).front(); }
  std::uint32_t u32() { return get_u32(take(4).first<4>()); }
  ByteView take(std::size_t size) {
    assert(size <= rest_.size());
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  template <class Fixed>
  Fixed fixed() {
    Fixed value;
    copy_to(value.bytes);
    return value;
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> value{};
    copy_to(value);
    return value;
  }
  std::size_t left() const { return rest_.size(); }

 private:
  template <std::size_t N>
  void copy_to(std::array<std::uint8_t, N>& out) {
    const ByteView bytes = take(N);
    std::copy(bytes.begin(), bytes.end(), out.begin());
  }

  ByteView rest_;
};

}  // namespace blindsum::detail
