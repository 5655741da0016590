// A place for a store of rounds: a folder, a disk that can be made to fail, and facts to keep.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/store/sqlite_round_store.h"
#include "server/store/store_error.h"
#include "tests/server/temporary_folder.h"
#include "tests/server/world.h"

namespace blindsum {

// What is the matter with the disk, for the files of sums; the data base is on a good one.
struct DiskFaults {
  std::optional<StoreError> on_write;
  std::optional<StoreError> on_sync;
};

class StorePlace {
 public:
  std::filesystem::path folder() const { return folder_.path() / "state"; }
  // Again, if there was one: as after a crash.
  [[nodiscard]] Result<void> open();
  SqliteRoundStore& store() { return *store_; }
  std::unique_ptr<SqliteRoundStore> release() { return std::move(store_); }
  void close() { store_.reset(); }
  DiskFaults& faults() { return faults_; }
  std::vector<std::string> names() const;  // of sums, in order

  // An offer of this task and round; its session id is `id`.
  OfferedFact offered(const SessionId& id, const std::string& task, std::uint64_t round);
  static SessionId session(std::uint8_t first);
  static AddedFact added(std::uint32_t member);

 private:
  World world_{5};
  TemporaryFolder folder_;
  DiskFaults faults_;
  std::unique_ptr<SqliteRoundStore> store_;
};

}  // namespace blindsum
