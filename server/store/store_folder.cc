#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "server/store/store_error.h"
#include "server/store/store_files.h"
#include "support/descriptor.h"
#include "support/files.h"

namespace blindsum {
namespace {

constexpr unsigned kMode = 0600;
constexpr unsigned kFolderMode = 0700;

Error named(const Error& error) {
  if (error.category() != boost::system::system_category()) return StoreError::disk_failed;
  switch (error.value()) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return StoreError::disk_full;
    case EROFS:
    case EACCES:
    case EPERM:
      return StoreError::disk_read_only;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return StoreError::too_few_resources;  // nothing was written: it passes
    default:
      return StoreError::disk_failed;
  }
}

class FolderFile final : public StoreFile {
 public:
  explicit FolderFile(Descriptor file) : file_(std::move(file)) {}

  Result<void> write(std::uint64_t offset, ByteView bytes) override {
    while (!bytes.empty()) {
      const auto count =
          ::pwrite(file_.value(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return named(last_system_error());
      if (count == 0) return StoreError::disk_full;
      offset += static_cast<std::uint64_t>(count);
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }
  Result<std::size_t> read(std::uint64_t offset, ByteSpan out) override {
    std::size_t filled = 0;
    while (filled < out.size()) {
      const auto count = ::pread(file_.value(), out.data() + filled, out.size() - filled,
                                 static_cast<off_t>(offset + filled));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return named(last_system_error());
      if (count == 0) break;
      filled += static_cast<std::size_t>(count);
    }
    return filled;
  }
  Result<void> sync() override {
    // Data and size; the time of the change need not be right.
    if (::fdatasync(file_.value()) != 0) return StoreError::sync_failed;
    return {};
  }

 private:
  Descriptor file_;
};

class Folder final : public StoreFiles {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}

  Result<std::unique_ptr<StoreFile>> open(const std::string& name) override {
    auto file = Descriptor::open(path_ / name, O_RDWR | O_CREAT, kMode);
    if (!file) return named(file.error());
    return std::unique_ptr<StoreFile>(std::make_unique<FolderFile>(*std::move(file)));
  }
  Result<void> remove(const std::string& name) override {
    if (::unlink((path_ / name).c_str()) != 0 && errno != ENOENT) return named(last_system_error());
    return {};
  }
  Result<void> sync_names() override {
    const auto folder = Descriptor::open(path_, O_RDONLY | O_DIRECTORY);
    if (!folder) return named(folder.error());
    if (!folder->sync()) return StoreError::sync_failed;
    return {};
  }
  Result<std::vector<std::string>> names() override {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(path_, error), end; !error && it != end;
         it.increment(error)) {
      names.push_back(it->path().filename().string());
    }
    if (error) return named(Error(error.value(), boost::system::system_category()));
    return names;
  }
  std::filesystem::path database(const std::string& name) const override { return path_ / name; }
  const char* sqlite_vfs() const override { return nullptr; }
  int sqlite_log_pages() const override { return 1000; }  // 4 MB

 private:
  std::filesystem::path path_;
};

}  // namespace

Result<std::unique_ptr<StoreFiles>> open_store_folder(const std::filesystem::path& folder) {
  const auto made = make_folder(folder);
  if (!made) return named(made.error());
  if (::chmod(folder.c_str(), kFolderMode) != 0) return named(last_system_error());
  return std::unique_ptr<StoreFiles>(std::make_unique<Folder>(folder));
}

}  // namespace blindsum
