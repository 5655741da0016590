// blindsumd without descriptors: it says so, waits instead of spinning, and serves again.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

#include "support/sanitizer.h"
#include "tests/e2e/harness/child.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/server/world.h"

namespace blindsum {
namespace {

// A sanitizer that looks at types opens a pipe to see what is memory, and takes it for none where
// there is no descriptor left.
TEST_CASE("descriptors: too few are a warning, none is a pause, and then others are served" *
          doctest::skip(BLINDSUM_ADDRESS_SANITIZED)) {
  const char* program = std::getenv("BLINDSUMD");
  REQUIRE_MESSAGE(program != nullptr, "BLINDSUMD has to be the path of the program");
  const World world(5);
  static_cast<void>(world.config(world.configuration(5)));
  e2e::Child daemon({"/bin/sh", "-c",
                     "ulimit -n 40; exec \"$0\" --config blindsumd.toml --port-file port", program},
                    world.path(""), world.path("log"));
  std::uint16_t port = 0;
  REQUIRE(e2e::wait_until([&] {
    std::ifstream file(world.path("port"));
    return static_cast<bool>(file >> port);
  }));
  CHECK(daemon.says("this process may open 40 files only"));
  std::vector<std::unique_ptr<e2e::RawClient>> many;
  for (int i = 0; i < 60; ++i) many.push_back(std::make_unique<e2e::RawClient>(port));
  CHECK(daemon.says("accepting connections: Too many open files"));
  many.clear();
  e2e::RawClient one(port);
  CHECK(one.start_tls());
  CHECK(one.upgrade());
  CHECK(daemon.count("accepting connections") < 50);
}

}  // namespace
}  // namespace blindsum
