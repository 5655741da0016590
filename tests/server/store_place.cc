#include "tests/server/store_place.h"

#include <algorithm>
#include <utility>

#include "protocol/wire/documents.h"

namespace blindsum {
namespace {

class FaultyFile final : public StoreFile {
 public:
  FaultyFile(std::unique_ptr<StoreFile> file, const DiskFaults& faults)
      : file_(std::move(file)), faults_(faults) {}
  // As a disk that is full does: some of it arrives.
  Result<void> write(std::uint64_t offset, ByteView bytes) override {
    if (!faults_.on_write) return file_->write(offset, bytes);
    BLINDSUM_CHECK(file_->write(offset, bytes.first(bytes.size() / 2)));
    return *faults_.on_write;
  }
  Result<std::size_t> read(std::uint64_t offset, ByteSpan out) override {
    return file_->read(offset, out);
  }
  Result<void> sync() override {
    if (faults_.on_sync) return *faults_.on_sync;
    return file_->sync();
  }

 private:
  std::unique_ptr<StoreFile> file_;
  const DiskFaults& faults_;
};

class FaultyFiles final : public StoreFiles {
 public:
  FaultyFiles(std::unique_ptr<StoreFiles> files, const DiskFaults& faults)
      : files_(std::move(files)), faults_(faults) {}
  Result<std::unique_ptr<StoreFile>> open(const std::string& name) override {
    BLINDSUM_TRY(file, files_->open(name));
    return std::unique_ptr<StoreFile>(std::make_unique<FaultyFile>(std::move(file), faults_));
  }
  Result<void> remove(const std::string& name) override { return files_->remove(name); }
  Result<void> sync_names() override {
    if (faults_.on_sync) return *faults_.on_sync;
    return files_->sync_names();
  }
  Result<std::vector<std::string>> names() override { return files_->names(); }
  std::filesystem::path database(const std::string& name) const override {
    return files_->database(name);
  }
  const char* sqlite_vfs() const override { return files_->sqlite_vfs(); }
  int sqlite_log_pages() const override { return files_->sqlite_log_pages(); }

 private:
  std::unique_ptr<StoreFiles> files_;
  const DiskFaults& faults_;
};

}  // namespace

Result<void> StorePlace::open() {
  store_.reset();
  BLINDSUM_TRY(files, open_store_folder(folder()));
  BLINDSUM_TRY(store,
               SqliteRoundStore::open(std::make_unique<FaultyFiles>(std::move(files), faults_)));
  store_ = std::move(store);
  return {};
}

std::vector<std::string> StorePlace::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    const auto name = entry.path().filename().string();
    if (name.size() > 60) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

OfferedFact StorePlace::offered(const SessionId& id, const std::string& task, std::uint64_t round) {
  auto parameters = task_parameters(world_.config(world_.configuration(5)).tasks.front());
  parameters.session_id = id;
  parameters.task = task;
  parameters.round = round;
  parameters.roster_epoch = 1;
  parameters.aggregator_key = world_.aggregator_key();
  return {sign_offer(parameters, world_.aggregator()).value(), {5, 7, 9}};
}

SessionId StorePlace::session(std::uint8_t first) {
  SessionId id;
  id.bytes[0] = first;
  return id;
}

AddedFact StorePlace::added(std::uint32_t member) {
  AddedFact fact;
  fact.member = member;
  fact.receipt.signature.bytes[0] = static_cast<std::uint8_t>(member);
  return fact;
}

}  // namespace blindsum
