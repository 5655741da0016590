#include "support/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace blindsum {

Error last_system_error() {
  return {errno, boost::system::system_category()};
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (value_ >= 0) ::close(value_);
    value_ = std::exchange(other.value_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() {
  // Nothing can be done about it here; whoever wrote has called close().
  if (value_ >= 0) ::close(value_);
}

Result<Descriptor> Descriptor::open(const std::filesystem::path& path, int flags, unsigned mode) {
  int opened = -1;
  do {
    opened = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (opened < 0 && errno == EINTR);
  if (opened < 0) return last_system_error();
  return Descriptor(opened);
}

Result<void> Descriptor::write_all(ByteView bytes) const {
  while (!bytes.empty()) {
    const auto written = ::write(value_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return last_system_error();
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::size_t> Descriptor::read_some(ByteSpan out) const {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const auto count = ::read(value_, out.data() + filled, out.size() - filled);
    if (count < 0) {
      if (errno == EINTR) continue;
      return last_system_error();
    }
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

Result<void> Descriptor::sync() const {
  if (::fsync(value_) != 0) return last_system_error();
  return {};
}

Result<void> Descriptor::close() {
  const int closing = release();
  // On Linux the descriptor is gone even after EINTR.
  if (::close(closing) != 0 && errno != EINTR) return last_system_error();
  return {};
}

}  // namespace blindsum
