// Arrays of numbers as .npy files (NumPy's format, versions 1 and 2), little-endian and row-major.
// The server publishes results in it, `blindsum join --input` reads updates from it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"
#include "support/descriptor.h"

namespace blindsum {

struct NpyArray {
  std::vector<std::uint64_t> shape;  // empty = a scalar
  // Floats of 4 or 8 bytes become doubles; integers of 1, 2, 4 or 8 bytes and booleans int64.
  std::variant<std::vector<double>, std::vector<std::int64_t>> values;
};

// A new file, fsynced; its folder is not (see sync_folder). The shape's product is values.size().
// Errors: the operating system's; bad_npy if shape and values differ.
template <class T>  // double or std::int64_t
[[nodiscard]] Result<void> write_npy(const std::filesystem::path& path,
                                     const std::vector<std::uint64_t>& shape,
                                     std::span<const T> values);

// The same bit by bit, for arrays that nobody holds as a whole.
class NpyWriter {
 public:
  // `T` is double or std::int64_t. Errors: the operating system's; bad_npy for a shape that no
  // array can have.
  template <class T>
  [[nodiscard]] static Result<NpyWriter> create(const std::filesystem::path& path,
                                                const std::vector<std::uint64_t>& shape);
  // The next values, of the type that it was made for (asserted). Errors: the operating system's;
  // bad_npy if they are more than the shape holds.
  template <class T>
  [[nodiscard]] Result<void> append(std::span<const T> values);
  // fsync; nothing is to be appended then. Errors: the operating system's; bad_npy if values are
  // missing.
  [[nodiscard]] Result<void> finish();

 private:
  NpyWriter(Descriptor file, std::uint64_t values, bool floats)
      : file_(std::move(file)), missing_(values), floats_(floats) {}
  Descriptor file_;
  std::uint64_t missing_;
  bool floats_;
};

// Errors: the operating system's; file_too_large; bad_npy (not the format, column-major,
// big-endian, a type that is no number, uint64 above int64, a size that is not the shape's).
[[nodiscard]] Result<NpyArray> read_npy(const std::filesystem::path& path,
                                        std::uint64_t most_bytes = std::uint64_t{1} << 33);
// The same, of a file's bytes.
[[nodiscard]] Result<NpyArray> parse_npy(ByteView file);

}  // namespace blindsum
