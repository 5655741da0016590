// What is hashed and signed, laid out by hand from SPEC.md: independent of Encoded.
#pragma once

#include <string>
#include <vector>

#include "crypto/bytes.h"

namespace blindsum {

inline Bytes u32_bytes(std::uint32_t value) {
  Bytes bytes;
  put_u32(bytes, value);
  return bytes;
}

inline Bytes as_bytes(ByteView view) {
  return {view.begin(), view.end()};
}

// [ENC-1]
inline Bytes enc(const std::string& label, const std::vector<Bytes>& fields) {
  const std::string whole = "blindsum/1/" + label;
  Bytes out;
  out.push_back(static_cast<std::uint8_t>(whole.size()));
  for (const char letter : whole) out.push_back(static_cast<std::uint8_t>(letter));
  for (const Bytes& field : fields) {
    put_u32(out, static_cast<std::uint32_t>(field.size()));
    put_bytes(out, field);
  }
  return out;
}

}  // namespace blindsum
