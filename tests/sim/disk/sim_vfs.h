// A simulated disk as SQLite sees one: registered as a file system of its own, under a name that
// nobody else has. It syncs the folder of a new log as SQLite's own does, and promises no more.
#pragma once

#include <sqlite3.h>

#include <string>

#include "tests/sim/disk/sim_disk.h"

namespace blindsum::sim {

class SimVfs {
 public:
  // A log goes into the data base when it has that many pages, not 1000: so that it does in a
  // small round.
  SimVfs(SimDisk& disk, int pages_to_checkpoint);
  ~SimVfs();
  SimVfs(const SimVfs&) = delete;
  SimVfs& operator=(const SimVfs&) = delete;

  const char* name() const { return name_.c_str(); }
  SimDisk& disk() const { return disk_; }
  int pages_to_checkpoint() const { return pages_to_checkpoint_; }

 private:
  SimDisk& disk_;
  const int pages_to_checkpoint_;
  const std::string name_;
  sqlite3_vfs vfs_{};
};

}  // namespace blindsum::sim
