// usage: ct_secrets --list | ct_secrets CASE
// --list prints a line a case: its name, then "leaks" if memcheck has to report it. A case runs
// under valgrind only: tests/ct/run_ct.py starts it.
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "crypto/init.h"
#include "tests/ct/marks.h"

namespace {

std::vector<blindsum::ct::Case> all_cases() {
  std::vector<blindsum::ct::Case> all;
  for (const auto& some : {blindsum::ct::scalar_cases(), blindsum::ct::sealing_cases(),
                           blindsum::ct::mask_cases(), blindsum::ct::leaky_cases()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

int fail(const char* why) {
  std::fprintf(stderr, "ct_secrets: %s\n", why);
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return fail("usage: ct_secrets --list | ct_secrets CASE");
  const std::string_view wanted = argv[1];
  const auto cases = all_cases();
  if (wanted == "--list") {
    for (const auto& one : cases) std::printf("%s %s\n", one.name, one.leaks ? "leaks" : "");
    return EXIT_SUCCESS;
  }
  const auto started = blindsum::init_crypto();
  if (started.has_error()) return fail(blindsum::explain_init(started.error()).c_str());
  if (RUNNING_ON_VALGRIND == 0) return fail("not under valgrind, where it shows nothing");
  for (const auto& one : cases) {
    if (wanted != one.name) continue;
    return one.run() ? EXIT_SUCCESS : fail("the case did not do what it should");
  }
  return fail("no such case");
}
