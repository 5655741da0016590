// Arrays of numbers as .npy files (NumPy's format, versions 1 and 2), little-endian and row-major.
// The server publishes results in it, `blindsum join --input` reads updates from it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

struct NpyArray {
  std::vector<std::uint64_t> shape;  // empty = a scalar
  // Floats of 4 or 8 bytes become doubles; integers of 1, 2, 4 or 8 bytes and booleans int64.
  std::variant<std::vector<double>, std::vector<std::int64_t>> values;
};

// A new file, fsynced; its folder is not (see sync_folder). The shape's product is values.size().
// Errors: the operating system's; bad_npy if shape and values differ.
[[nodiscard]] Result<void> write_npy(const std::filesystem::path& path,
                                     const std::vector<std::uint64_t>& shape,
                                     std::span<const double> values);
[[nodiscard]] Result<void> write_npy(const std::filesystem::path& path,
                                     const std::vector<std::uint64_t>& shape,
                                     std::span<const std::int64_t> values);

// Errors: the operating system's; file_too_large; bad_npy (not the format, column-major,
// big-endian, a type that is no number, uint64 above int64, a size that is not the shape's).
[[nodiscard]] Result<NpyArray> read_npy(const std::filesystem::path& path,
                                        std::uint64_t most_bytes = std::uint64_t{1} << 33);
// The same, of a file's bytes.
[[nodiscard]] Result<NpyArray> parse_npy(ByteView file);

}  // namespace blindsum
