#include "tests/sim/disk/sim_vfs.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace blindsum::sim {
namespace {

constexpr int kMostNameBytes = 200;

// SQLite gives the memory, and knows the first member.
struct Handle {
  sqlite3_file base{};
  const SimVfs* vfs = nullptr;
  SimDisk::FileRef file;
  bool is_new_log = false;  // its folder is synced with it, once
};

Handle& handle_of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}
const SimVfs& vfs_of(sqlite3_vfs* vfs) {
  return *static_cast<const SimVfs*>(vfs->pAppData);
}

int code_of(DiskStatus status, int otherwise) {
  if (status == DiskStatus::ok) return SQLITE_OK;
  return status == DiskStatus::full ? SQLITE_FULL : otherwise;
}

int close_file(sqlite3_file* file) {
  handle_of(file).~Handle();
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  const Bytes& content = handle_of(file).file->now;
  const auto wanted = static_cast<std::size_t>(size);
  const auto first = static_cast<std::size_t>(offset);
  const std::size_t there =
      first < content.size() ? std::min(wanted, content.size() - first) : std::size_t{0};
  std::memset(out, 0, wanted);
  if (there > 0) std::memcpy(out, content.data() + first, there);
  return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  Handle& handle = handle_of(file);
  const ByteView view(static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size));
  return code_of(handle.vfs->disk().write(handle.file, static_cast<std::uint64_t>(offset), view),
                 SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  Handle& handle = handle_of(file);
  return code_of(handle.vfs->disk().truncate(handle.file, static_cast<std::uint64_t>(size)),
                 SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int) {
  Handle& handle = handle_of(file);
  const DiskStatus status = handle.vfs->disk().sync(handle.file);
  if (status != DiskStatus::ok || !handle.is_new_log) return code_of(status, SQLITE_IOERR_FSYNC);
  handle.is_new_log = false;
  return code_of(handle.vfs->disk().sync_names(), SQLITE_IOERR_DIR_FSYNC);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(handle_of(file).file->now.size());
  return SQLITE_OK;
}

// One process has the folder.
int lock_file(sqlite3_file*, int) {
  return SQLITE_OK;
}
int is_reserved(sqlite3_file*, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file*) {
  return 4096;
}
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

// Version 1: no shared memory, which a data base that is locked for good does not need.
constexpr sqlite3_io_methods kMethods{.iVersion = 1,
                                      .xClose = close_file,
                                      .xRead = read_file,
                                      .xWrite = write_file,
                                      .xTruncate = truncate_file,
                                      .xSync = sync_file,
                                      .xFileSize = file_size,
                                      .xLock = lock_file,
                                      .xUnlock = lock_file,
                                      .xCheckReservedLock = is_reserved,
                                      .xFileControl = control_file,
                                      .xSectorSize = sector_size,
                                      .xDeviceCharacteristics = characteristics,
                                      .xShmMap = nullptr,
                                      .xShmLock = nullptr,
                                      .xShmBarrier = nullptr,
                                      .xShmUnmap = nullptr,
                                      .xFetch = nullptr,
                                      .xUnfetch = nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  const SimVfs& sim = vfs_of(vfs);
  SimDisk::FileRef content;
  constexpr int logs = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL | SQLITE_OPEN_SUPER_JOURNAL;
  bool is_new_log = false;
  if (name == nullptr) {
    content = std::make_shared<SimDisk::File>();  // temporary: on no disk
  } else {
    is_new_log = (flags & logs) != 0 && !sim.disk().exists(name);
    const DiskStatus status = sim.disk().open(name, (flags & SQLITE_OPEN_CREATE) != 0, content);
    if (status != DiskStatus::ok) return code_of(status, SQLITE_CANTOPEN);
  }
  Handle* const handle = new (file) Handle;
  handle->vfs = &sim;
  handle->file = std::move(content);
  handle->is_new_log = is_new_log;
  handle->base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int syncs_names) {
  SimDisk& disk = vfs_of(vfs).disk();
  const DiskStatus status = disk.remove(name);
  if (status == DiskStatus::missing) return SQLITE_IOERR_DELETE_NOENT;
  if (status != DiskStatus::ok || syncs_names == 0) return code_of(status, SQLITE_IOERR_DELETE);
  return code_of(disk.sync_names(), SQLITE_IOERR_DIR_FSYNC);
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* result) {
  *result = vfs_of(vfs).disk().exists(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  return std::snprintf(out, static_cast<std::size_t>(size), "%s", name) < size ? SQLITE_OK
                                                                               : SQLITE_CANTOPEN;
}

int draw(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 7, static_cast<std::size_t>(size));
  return size;
}
int sleep_for(sqlite3_vfs*, int microseconds) {
  return microseconds;
}
int current_time(sqlite3_vfs*, double* now) {
  *now = 0;
  return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

std::string unique_name() {
  static std::uint64_t made = 0;  // a run has one thread
  return "simulated-" + std::to_string(++made);
}

}  // namespace

SimVfs::SimVfs(SimDisk& disk, int pages_to_checkpoint)
    : disk_(disk), pages_to_checkpoint_(pages_to_checkpoint), name_(unique_name()) {
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(Handle);
  vfs_.mxPathname = kMostNameBytes;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = open_file;
  vfs_.xDelete = delete_file;
  vfs_.xAccess = access_file;
  vfs_.xFullPathname = full_name;
  vfs_.xRandomness = draw;
  vfs_.xSleep = sleep_for;
  vfs_.xCurrentTime = current_time;
  vfs_.xGetLastError = last_error;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) std::abort();
}

SimVfs::~SimVfs() {
  sqlite3_vfs_unregister(&vfs_);
}

}  // namespace blindsum::sim
