// What some tests need of the machine. They are suites of their own: where one of them cannot run
// none can, and the program ends with 77, which meson shows as skipped. To be called first.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace blindsum::e2e {

inline void needs(bool is_there, const char* what) {
  if (is_there) return;
  std::printf("skipped: %s\n", what);
  std::fflush(stdout);
  std::_Exit(77);
}

inline void needs_root() {
  needs(::geteuid() == 0, "not root");
}

}  // namespace blindsum::e2e
