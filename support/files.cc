#include "support/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "support/descriptor.h"
#include "support/error.h"

namespace blindsum {
namespace {

constexpr unsigned kPublicMode = 0644;
constexpr unsigned kPrivateMode = 0600;

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

std::filesystem::path partial_of(const std::filesystem::path& path) {
  return path.string() + ".partial";
}

Result<struct stat> status_of(const Descriptor& file) {
  struct stat status{};
  if (::fstat(file.value(), &status) != 0) return last_system_error();
  return status;
}

Result<void> write_and_sync(const std::filesystem::path& path, ByteView bytes, unsigned mode) {
  BLINDSUM_TRY(file, Descriptor::open(path, O_WRONLY | O_CREAT | O_TRUNC, mode));
  BLINDSUM_CHECK(file.write_all(bytes));
  BLINDSUM_CHECK(file.sync());
  return file.close();
}

Result<void> write_then(const std::filesystem::path& path, ByteView bytes, unsigned mode,
                        int (*publish)(const char*, const char*)) {
  const auto partial = partial_of(path);
  auto written = write_and_sync(partial, bytes, mode);
  if (written && publish(partial.c_str(), path.c_str()) != 0) written = last_system_error();
  // After a rename there is nothing left of that name; after link, or a failure, there is.
  ::unlink(partial.c_str());
  BLINDSUM_CHECK(written);
  return sync_folder(folder_of(path));
}

ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t most_bytes) {
  BLINDSUM_TRY(file, Descriptor::open(path, O_RDONLY));
  BLINDSUM_TRY(status, status_of(file));
  if (S_ISDIR(status.st_mode)) return Error(EISDIR, boost::system::system_category());
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > most_bytes) return SupportError::file_too_large;
  // One byte more shows a file that grew meanwhile; a pipe says size 0 and is read by doubling.
  Bytes bytes(static_cast<std::size_t>(size) + 1);
  std::size_t filled = 0;
  while (true) {
    BLINDSUM_TRY(count, file.read_some(ByteSpan(bytes).subspan(filled)));
    filled += count;
    if (filled > most_bytes) return SupportError::file_too_large;
    if (filled < bytes.size()) break;
    bytes.resize(bytes.size() * 2);
  }
  bytes.resize(filled);
  return bytes;
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::uint64_t most_bytes) {
  BLINDSUM_TRY(bytes, read_file(path, most_bytes));
  return std::string(bytes.begin(), bytes.end());
}

Result<void> write_file_atomically(const std::filesystem::path& path, ByteView bytes) {
  return write_then(path, bytes, kPublicMode, ::rename);
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  return write_file_atomically(path, bytes_of(text));
}

Result<void> write_private_file(const std::filesystem::path& path, ByteView bytes) {
  // A leftover of an earlier crash may have other permissions; open() would keep them.
  ::unlink(partial_of(path).c_str());
  return write_then(path, bytes, kPrivateMode, ::link);
}

Result<void> check_private(const std::filesystem::path& path) {
  BLINDSUM_TRY(file, Descriptor::open(path, O_RDONLY));
  BLINDSUM_TRY(status, status_of(file));
  // PostgreSQL's rule: who mounts secrets for a group (fsGroup of Kubernetes) leaves them root's.
  const bool for_a_group = status.st_uid == 0 && ::geteuid() != 0;
  const ::mode_t refused = for_a_group ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((status.st_mode & refused) != 0) return SupportError::not_private;
  return {};
}

Result<void> make_folder(const std::filesystem::path& path) {
  if (path.empty() || ::access(path.c_str(), F_OK) == 0) return {};
  const auto parent = folder_of(path);
  if (parent != path) BLINDSUM_CHECK(make_folder(parent));
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return last_system_error();
  return sync_folder(parent);
}

Result<void> sync_folder(const std::filesystem::path& path) {
  BLINDSUM_TRY(folder, Descriptor::open(path, O_RDONLY | O_DIRECTORY));
  return folder.sync();
}

Result<void> sync_file(const std::filesystem::path& path) {
  BLINDSUM_TRY(file, Descriptor::open(path, O_RDONLY));
  return file.sync();
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  BLINDSUM_TRY(file, Descriptor::open(folder / "lock", O_RDWR | O_CREAT, kPrivateMode));
  if (::flock(file.value(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return SupportError::folder_locked;
    return last_system_error();
  }
  return FolderLock(file.release());
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace blindsum
