// A disk in memory that does what disks may do: of what was not synced, a crash leaves any part, in
// any order, and torn; a name that was made or removed is durable only when its folder is synced; a
// failing fsync has lost what it was for, and the next one says that all is well. The store of
// rounds is put on it as it is (sim_files.h, sim_vfs.h).
//
// It can be told to stop at an operation: that one is under way, none after it does anything. What
// has stopped is started again by lose_power() or end_process().
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "tests/sim/random.h"

namespace blindsum::sim {

enum class DiskStatus { ok, stopped, full, sync_failed, missing };

// What is left of all that was not synced when the power goes.
enum class Survival : std::uint8_t {
  nothing,
  everything,  // and the operation under way is done
  last_torn,   // all but the last, which is cut anywhere
  newest,      // the last one, and none before it
  some,        // whole writes, by chance
  sectors      // single sectors of writes, by chance
};
inline constexpr std::uint32_t kSurvivals = 6;
inline constexpr std::size_t kSectorBytes = 512;

class SimDisk {
 public:
  struct Change {  // `bytes` at `offset`, or the new size
    std::uint64_t offset = 0;
    Bytes bytes;
    std::optional<std::uint64_t> size = std::nullopt;
  };
  struct File {
    Bytes now;      // what programs see
    Bytes durable;  // and what was synced
    std::vector<Change> unsynced;
  };
  using FileRef = std::shared_ptr<File>;

  explicit SimDisk(Random random) : random_(random) {}

  // Operations. Null, with `missing`, if it is not there and is not to be made.
  DiskStatus open(const std::string& name, bool may_create, FileRef& file);
  DiskStatus remove(const std::string& name);
  DiskStatus write(const FileRef& file, std::uint64_t offset, ByteView bytes);
  DiskStatus truncate(const FileRef& file, std::uint64_t size);
  DiskStatus sync(const FileRef& file);
  DiskStatus sync_names();
  bool exists(const std::string& name) const { return names_.contains(name); }
  std::vector<std::string> names() const;

  // Stops inside the operation after so many more.
  void stop_within(std::uint64_t operations) { stops_within_ = operations; }
  // After so many operations, and until heal(), nothing can grow; after so many syncs, one fails.
  void fill_within(std::uint64_t operations) { full_within_ = operations; }
  void fail_sync_within(std::uint64_t syncs) { sync_fails_within_ = syncs; }
  void heal();
  void stop();  // now, inside nothing
  bool is_stopped() const { return is_stopped_; }
  bool has_failed_sync() const { return sync_failed_; }
  bool is_faulty() const { return is_full_ || full_within_ || sync_fails_within_ || sync_failed_; }

  // The machine comes back: with what survives of what was not synced; or at once with all of it,
  // since only the process was killed, within a write or not.
  void lose_power(Survival survival);
  void end_process();
  // A byte of this file is another one from now on.
  void spoil(const std::string& name);

  std::uint64_t operations() const { return operations_; }
  std::uint64_t torn() const { return torn_; }        // writes of which a part survived
  std::uint64_t dropped() const { return dropped_; }  // of which nothing did

 private:
  struct NameChange {
    std::string name;
    FileRef file;  // null: removed
  };
  using Names = std::map<std::string, FileRef>;

  bool begins_stopped();
  bool sync_fails();
  DiskStatus change(const FileRef& file, Change change);
  void change_name(NameChange change);
  void survive(File& file, Survival survival);
  std::vector<Change> left_of(const Change& change, bool is_last, Survival survival);
  static void apply(Bytes& content, const Change& change);
  static void apply(Names& names, const NameChange& change);

  Random random_;
  Names names_;
  Names durable_names_;
  std::vector<NameChange> unsynced_names_;

  std::uint64_t operations_ = 0;
  std::optional<std::uint64_t> stops_within_, full_within_, sync_fails_within_;
  bool is_stopped_ = false, is_full_ = false, sync_failed_ = false;
  FileRef interrupted_;  // its last change is under way
  bool name_interrupted_ = false;
  std::uint64_t torn_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace blindsum::sim
