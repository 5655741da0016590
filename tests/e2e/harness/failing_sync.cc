// To be loaded before the C library: fsync and fdatasync of what lies in a folder `.state` fail
// while the file that FAILING_SYNC names is there.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

int sync_or_fail(long call, int descriptor) {
  const char* const trigger = std::getenv("FAILING_SYNC");
  char link[64];
  char path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t size = ::readlink(link, path, sizeof path - 1);
  path[size < 0 ? 0 : size] = '\0';
  const bool fails = trigger != nullptr && ::access(trigger, F_OK) == 0;
  if (fails && std::strstr(path, "/.state") != nullptr) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(call, descriptor));
}

}  // namespace

extern "C" int fsync(int descriptor) {
  return sync_or_fail(SYS_fsync, descriptor);
}

extern "C" int fdatasync(int descriptor) {
  return sync_or_fail(SYS_fdatasync, descriptor);
}
