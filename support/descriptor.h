// A file descriptor that closes itself, and the calls on it that must be repeated or checked.
#pragma once

#include <filesystem>
#include <utility>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int descriptor) : value_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  // flags as for open(2); O_CLOEXEC is added. Errors: the operating system's, as for all here.
  [[nodiscard]] static Result<Descriptor> open(const std::filesystem::path& path, int flags,
                                               unsigned mode = 0);
  int value() const { return value_; }
  [[nodiscard]] int release() { return std::exchange(value_, -1); }

  [[nodiscard]] Result<void> write_all(ByteView bytes) const;
  // Reads until `out` is full or the file ends; how many bytes came.
  [[nodiscard]] Result<std::size_t> read_some(ByteSpan out) const;
  [[nodiscard]] Result<void> sync() const;
  // Close errors can be write errors: whoever wrote calls this rather than the destructor.
  [[nodiscard]] Result<void> close();

 private:
  int value_ = -1;
};

// errno as an Error.
[[nodiscard]] Error last_system_error();

}  // namespace blindsum
