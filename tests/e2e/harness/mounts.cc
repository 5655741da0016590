#include "tests/e2e/harness/mounts.h"

#include <sched.h>
#include <sys/mount.h>

#include <stdexcept>

namespace blindsum::e2e {

bool can_mount() {
  static const bool made = ::unshare(CLONE_NEWNS) == 0 &&
                           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return made;
}

Mount::Mount(const std::filesystem::path& folder) : folder_(folder) {
  std::filesystem::create_directories(folder);
}

void Mount::remove() {
  if (is_there_) ::umount2(folder_.c_str(), MNT_DETACH);
  is_there_ = false;
}

SmallDisk::SmallDisk(const std::filesystem::path& folder) : Mount(folder) {
  is_there_ =
      can_mount() && ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "mode=0700,size=400k") == 0;
  if (!is_there_) throw std::runtime_error("no small disk");
}

void SmallDisk::grow() {
  if (::mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT, "size=40m") != 0) {
    throw std::runtime_error("the disk does not grow");
  }
}

// A mount of its own, since nobody may make one read-only in which files are open for writing.
ReadOnly::ReadOnly(const std::filesystem::path& folder) : Mount(folder) {
  is_there_ =
      can_mount() && ::mount(folder.c_str(), folder.c_str(), nullptr, MS_BIND, nullptr) == 0;
  if (!is_there_) throw std::runtime_error("no mount over the folder");
  constexpr unsigned long kFlags = MS_BIND | MS_REMOUNT | MS_RDONLY;
  if (::mount(nullptr, folder.c_str(), nullptr, kFlags, nullptr) != 0) {
    throw std::runtime_error("the folder stays writable");
  }
}

}  // namespace blindsum::e2e
