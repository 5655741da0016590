// The files of SqliteRoundStore: what it does with a disk, and nothing else does, goes through
// this. So a test, or the simulator, can put a disk under it that is full, tears what was not
// synced, or lies.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

class StoreFile {
 public:
  virtual ~StoreFile() = default;
  // Over what is there; the file grows as needed. Durable only after sync().
  virtual Result<void> write(std::uint64_t offset, ByteView bytes) = 0;
  // Until `out` is full or the file ends; how many bytes came.
  virtual Result<std::size_t> read(std::uint64_t offset, ByteSpan out) = 0;
  virtual Result<void> sync() = 0;
};

// One folder. Errors of all: StoreError; sync_failed of the two syncs whatever made the fsync fail.
class StoreFiles {
 public:
  virtual ~StoreFiles() = default;
  // Makes it if it is not there; that is durable only after sync_names().
  virtual Result<std::unique_ptr<StoreFile>> open(const std::string& name) = 0;
  virtual Result<void> remove(const std::string& name) = 0;  // it may be gone already
  virtual Result<void> sync_names() = 0;
  virtual Result<std::vector<std::string>> names() = 0;

  // Where SQLite keeps a file of that name, and which of its file systems it uses (null: its own).
  virtual std::filesystem::path database(const std::string& name) const = 0;
  virtual const char* sqlite_vfs() const = 0;
  // How long its log grows before it goes into the data base, in pages.
  virtual int sqlite_log_pages() const = 0;
};

// A folder of the operating system's. Made if it is not there.
[[nodiscard]] Result<std::unique_ptr<StoreFiles>> open_store_folder(
    const std::filesystem::path& folder);

}  // namespace blindsum
