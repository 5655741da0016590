// The header of a .npy file: magic, version, and a Python dictionary literal with type, order and
// shape. Only what NumPy itself writes is read. Used by npy.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

struct NpyHeader {
  std::string type;  // "<f8"
  std::vector<std::uint64_t> shape;
  std::size_t body_offset = 0;
};

// Errors of all: bad_npy.
[[nodiscard]] Result<NpyHeader> parse_npy_header(ByteView file);
// The product of the dimensions, below 2^60.
[[nodiscard]] Result<std::uint64_t> npy_count(const std::vector<std::uint64_t>& shape);

// Everything up to the first value; padded so that values start at a multiple of 64.
[[nodiscard]] Bytes npy_header_bytes(std::string_view type,
                                     const std::vector<std::uint64_t>& shape);

}  // namespace blindsum
