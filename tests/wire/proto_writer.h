// Protobuf's encoding by hand, so that the tests can say what Appendix B says without the generated
// code, and things that generated code never says.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

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

inline Bytes appended(Bytes bytes, const Proto& extra) {
  put_bytes(bytes, extra.view());
  return bytes;
}

// The fields of a message as they lie in it, tag and all. Only what Proto writes.
inline std::vector<std::pair<std::uint64_t, ByteView>> fields_of(ByteView rest) {
  std::vector<std::pair<std::uint64_t, ByteView>> fields;
  while (!rest.empty()) {
    std::size_t size = 0;
    const auto varint = [&] {
      std::uint64_t value = 0;
      for (unsigned shift = 0;; shift += 7) {
        const std::uint8_t byte = rest[size++];
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80) return value;
      }
    };
    const std::uint64_t tag = varint();
    const std::uint64_t value = (tag & 7) == 1 ? 8 : varint();
    if ((tag & 7) != 0) size += value;
    fields.emplace_back(tag >> 3, rest.first(size));
    rest = rest.subspan(size);
  }
  return fields;
}

// `message` with what `extra` says in place of its own fields of those numbers.
inline Bytes replaced(ByteView message, const Proto& extra) {
  Bytes bytes;
  const auto said = fields_of(extra.view());
  for (const auto& [number, field] : fields_of(message)) {
    const auto same = [&](const auto& other) { return other.first == number; };
    if (std::none_of(said.begin(), said.end(), same)) put_bytes(bytes, field);
  }
  put_bytes(bytes, extra.view());
  return bytes;
}

// A frame of type 0 whose Envelope has that body.
inline Bytes envelope_frame(std::uint32_t body, const Proto& message) {
  Bytes frame{0};
  put_bytes(frame, Proto().message(body, message).view());
  return frame;
}

}  // namespace blindsum
