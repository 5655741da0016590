// A simulated disk as the store of rounds sees one: its own files, and SQLite's on the same disk.
#pragma once

#include <memory>

#include "server/store/store_files.h"
#include "tests/sim/disk/sim_vfs.h"

namespace blindsum::sim {

// The disk, and SQLite's way to it, outlive the files.
[[nodiscard]] std::unique_ptr<StoreFiles> files_on(SimDisk& disk, const SimVfs& vfs);

}  // namespace blindsum::sim
