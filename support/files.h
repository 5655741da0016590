// Files that survive a crash whole or not at all, and folders that belong to one process. Used by
// the server for results and by the client for keys, rosters and state.
//
// Errors of all: those of the operating system, besides the ones named.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

inline constexpr std::uint64_t kSmallFileBytes = std::uint64_t{1} << 20;

// The whole file. Errors: file_too_large above `most_bytes`, before they are read.
[[nodiscard]] Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t most_bytes);
[[nodiscard]] Result<std::string> read_text_file(const std::filesystem::path& path,
                                                 std::uint64_t most_bytes = kSmallFileBytes);

// Replaces the file, or makes it: a partial file beside it, fsync, rename, fsync of the folder.
// When it returns without an error the content survives a power cut; else the old file is intact.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path, ByteView bytes);
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path,
                                                 std::string_view text);

// As above, but never over a file that exists (errc::file_exists), and readable by nobody else
// (0600): for secrets. The caller wipes `bytes`.
[[nodiscard]] Result<void> write_private_file(const std::filesystem::path& path, ByteView bytes);

// Errors: not_private if others or its group may use it. But its group may read one of root's.
[[nodiscard]] Result<void> check_private(const std::filesystem::path& path);

// The folder and its parents, durable. It may exist.
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& path);
// Makes earlier writes, renames and removals inside the folder durable.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& path);
// fsync of a file that somebody else wrote.
[[nodiscard]] Result<void> sync_file(const std::filesystem::path& path);

// Holds a folder for this process until it is destroyed (or the process dies): flock on a file
// `lock` inside it, which stays behind.
class FolderLock {
 public:
  // Errors: folder_locked.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace blindsum
