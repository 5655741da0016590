#include "tests/sim/disk/sim_files.h"

#include <algorithm>
#include <utility>

#include "server/store/store_error.h"

namespace blindsum::sim {
namespace {

Result<void> named(DiskStatus status) {
  switch (status) {
    case DiskStatus::ok:
      return {};
    case DiskStatus::full:
      return StoreError::disk_full;
    case DiskStatus::sync_failed:
      return StoreError::sync_failed;
    case DiskStatus::stopped:
    case DiskStatus::missing:
      break;
  }
  return StoreError::disk_failed;
}

class SimStoreFile final : public StoreFile {
 public:
  SimStoreFile(SimDisk& disk, SimDisk::FileRef file) : disk_(disk), file_(std::move(file)) {}

  Result<void> write(std::uint64_t offset, ByteView bytes) override {
    return named(disk_.write(file_, offset, bytes));
  }
  Result<std::size_t> read(std::uint64_t offset, ByteSpan out) override {
    const Bytes& content = file_->now;
    if (offset >= content.size()) return std::size_t{0};
    const std::size_t size = std::min<std::size_t>(out.size(), content.size() - offset);
    std::copy_n(content.begin() + static_cast<std::ptrdiff_t>(offset), size, out.begin());
    return size;
  }
  Result<void> sync() override { return named(disk_.sync(file_)); }

 private:
  SimDisk& disk_;
  SimDisk::FileRef file_;
};

class SimFiles final : public StoreFiles {
 public:
  SimFiles(SimDisk& disk, const SimVfs& vfs) : disk_(disk), vfs_(vfs) {}

  Result<std::unique_ptr<StoreFile>> open(const std::string& name) override {
    SimDisk::FileRef file;
    BLINDSUM_CHECK(named(disk_.open(name, true, file)));
    return std::unique_ptr<StoreFile>(std::make_unique<SimStoreFile>(disk_, std::move(file)));
  }
  Result<void> remove(const std::string& name) override {
    const DiskStatus status = disk_.remove(name);
    return named(status == DiskStatus::missing ? DiskStatus::ok : status);
  }
  Result<void> sync_names() override { return named(disk_.sync_names()); }
  Result<std::vector<std::string>> names() override { return disk_.names(); }
  std::filesystem::path database(const std::string& name) const override { return name; }
  const char* sqlite_vfs() const override { return vfs_.name(); }
  int sqlite_log_pages() const override { return vfs_.pages_to_checkpoint(); }

 private:
  SimDisk& disk_;
  const SimVfs& vfs_;
};

}  // namespace

std::unique_ptr<StoreFiles> files_on(SimDisk& disk, const SimVfs& vfs) {
  return std::make_unique<SimFiles>(disk, vfs);
}

}  // namespace blindsum::sim
