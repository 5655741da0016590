// Protobuf's encoding by hand, so that the tests can say what Appendix B says without the generated
// code, and things that generated code never says.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "crypto/bytes.h"

namespace blindsum {

inline ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

class Proto {
 public:
  // Fields in the order of the calls; those of the default value are left out, as proto3 does.
  Proto& number(std::uint32_t field, std::uint64_t value) {
    return value == 0 ? *this : raw_number(field, value);
  }
  Proto& bytes(std::uint32_t field, ByteView value) {
    return value.empty() ? *this : message(field, value);
  }
  Proto& text(std::uint32_t field, std::string_view value) { return bytes(field, view_of(value)); }
  Proto& float64(std::uint32_t field, double value) {
    varint(field << 3 | 1);
    put_u64(bytes_, std::bit_cast<std::uint64_t>(value));
    return *this;
  }
  // Also if they are of the default value.
  Proto& raw_number(std::uint32_t field, std::uint64_t value) {
    varint(std::uint64_t{field} << 3);
    return varint(value);
  }
  Proto& message(std::uint32_t field, ByteView value) {
    varint(std::uint64_t{field} << 3 | 2);
    varint(value.size());
    put_bytes(bytes_, value);
    return *this;
  }
  Proto& message(std::uint32_t field, const Proto& value) { return message(field, value.bytes_); }
  Proto& varint(std::uint64_t value) {
    for (; value > 0x7F; value >>= 7) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
    bytes_.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  Proto& append(ByteView raw) {
    put_bytes(bytes_, raw);
    return *this;
  }

  const Bytes& view() const { return bytes_; }

 private:
  Bytes bytes_;
};

// A frame of type 0 whose Envelope has that body.
inline Bytes envelope_frame(std::uint32_t body, const Proto& message) {
  Bytes frame{0};
  put_bytes(frame, Proto().message(body, message).view());
  return frame;
}

}  // namespace blindsum
