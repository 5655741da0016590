// A libFuzzer program of one target.
#include <cstdio>
#include <cstdlib>

#include "crypto/init.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const auto started = blindsum::init_crypto();
  if (started.has_error()) {
    std::fprintf(stderr, "%s\n", blindsum::explain_init(started.error()).c_str());
    std::exit(1);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const blindsum::fuzz::Target target = blindsum::fuzz::targets().front();
  target.run({data, size});
  return 0;
}
