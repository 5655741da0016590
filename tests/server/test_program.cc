// The program itself: its arguments, exit codes and signals.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdlib>

#include "server/hook.h"
#include "support/files.h"
#include "tests/server/world.h"

namespace blindsum {
namespace {

// Output and exit code of a shell script in which $B is the program: meson test says where it is.
std::string run(const World& world, const std::string& script) {
  const char* program = std::getenv("BLINDSUMD");
  REQUIRE_MESSAGE(program != nullptr, "BLINDSUMD has to be the path of the program");
  const HookCommand command{{"sh", "-c", script + "\necho \"exit $?\""},
                            {{"B", program}},
                            world.path(""),
                            std::chrono::seconds(60)};
  return run_hook(command, {}).output;
}

bool holds(const std::string& output, std::string_view text) {
  CAPTURE(output);
  const bool found = output.find(text) != std::string::npos;
  CHECK(found);
  return found;
}

TEST_CASE("blindsumd: help shows an example, version is one line") {
  const World world(5);
  const auto help = run(world, "$B --help");
  CHECK(holds(help, "[[task]]"));
  CHECK(holds(help, "--check-config"));
  CHECK(run(world, "$B --version").starts_with("blindsumd 0."));
  const auto bare = run(world, "$B");
  CHECK(holds(bare, "--config is required"));
  CHECK(holds(bare, "exit 2"));
  CHECK(holds(run(world, "$B --help"), "exit 0"));
}

TEST_CASE("blindsumd: a file beyond the limit on files is an error, and does not kill it") {
  const World world(5);
  static_cast<void>(world.config(world.configuration(5)));
  // The thread sanitizer's runtime writes a file before the program begins.
  if (run(world, "ulimit -f 0; $B --version").find("exit 0") == std::string::npos) return;
  const auto output = run(world, "ulimit -f 0; $B --config blindsumd.toml --port-file port");
  CHECK(holds(output, "results/.state: disk_full"));
  CHECK(holds(output, "exit 1"));
}

TEST_CASE("blindsumd: --check-config says what is wrong, and ends with 2") {
  const World world(5);
  static_cast<void>(world.config(world.configuration(5)));
  const auto good = run(world, "$B --config blindsumd.toml --check-config");
  CHECK(holds(good, "blindsumd.toml: fine, 1 task, 5 members in the roster\nexit 0"));
  REQUIRE(write_file_atomically(world.path("bad.toml"),
                                world.configuration(5, "spead = 1\nrounds = \"x\""))
              .has_value());
  const auto bad = run(world, "$B --config bad.toml");
  CHECK(holds(bad, "unknown_key: 'spead'"));
  CHECK(holds(bad, "wrong_type: 'rounds'"));
  CHECK(holds(bad, "2 problems"));
  CHECK(holds(bad, "exit 2"));
  const auto unreadable = run(world, "chmod 644 aggregator.key; $B --config blindsumd.toml");
  CHECK(holds(unreadable, "bad_key_file"));
  CHECK(holds(unreadable, "exit 2"));
}

TEST_CASE("blindsumd: the configuration that it prints, and where else one may come from") {
  const World world(5);
  static_cast<void>(world.config(world.configuration(5)));
  CHECK(holds(run(world, "$B --print-default-config | head -20"), "\n[aggregator]"));
  CHECK(holds(run(world, "$B --print-config-reference | head -1"), "# Configuration of blindsumd"));
  CHECK(holds(run(world, "$B --print-default-config >/dev/full"), "exit 1"));
  CHECK(holds(run(world, "BLINDSUM_CONFIG=blindsumd.toml $B --check-config"), "exit 0"));
  const auto wrong =
      run(world, "BLINDSUM_LIMITS_DRAIN=5 $B --config blindsumd.toml --check-config");
  CHECK(holds(wrong, "environment BLINDSUM_LIMITS_DRAIN: missing_unit: 'drain'"));
  CHECK(holds(wrong, "exit 2"));
}

TEST_CASE("blindsumd: a mask kernel that is none, or not this processor's, ends it with 2") {
  const World world(5);
  static_cast<void>(world.config(world.configuration(5)));
  const auto unknown = run(world, "BLINDSUM_KERNEL=quick $B --config blindsumd.toml");
  CHECK(holds(unknown, "blindsumd: unknown_kernel: BLINDSUM_KERNEL=quick; this processor has "));
  CHECK(holds(unknown, "exit 2"));
#if defined(__aarch64__)
  const auto other = run(world, "BLINDSUM_KERNEL=aesni $B --config blindsumd.toml");
#else
  const auto other = run(world, "BLINDSUM_KERNEL=armv8 $B --config blindsumd.toml");
#endif
  CHECK(holds(other, "unsupported_kernel"));
  CHECK(holds(other, "exit 2"));
  const auto portable =
      run(world, "BLINDSUM_KERNEL=openssl $B --config blindsumd.toml --check-config");
  CHECK(holds(portable, "exit 0"));
}

// Free a moment ago.
std::uint16_t unused_port() {
  boost::asio::io_context io;
  const boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0},
                                                false);
  return acceptor.local_endpoint().port();
}

constexpr std::string_view kStarted =
    "$B --config blindsumd.toml --port-file port & P=$!\n"
    "while ! test -s port; do sleep 0.05; done\n";

TEST_CASE("blindsumd: --health and --ready ask the one that runs") {
  const World world(5);
  static_cast<void>(world.config(world.configuration(5)));
  const auto port = std::to_string(unused_port());
  const auto output =
      run(world, fmt::format("export BLINDSUM_ADMIN_PORT={}\n{}"
                             "$B --config blindsumd.toml --health && echo healthy\n"
                             "$B --config blindsumd.toml --ready && echo ready\n"
                             "printf '\\n[[task]]\\nname = 7\\n' >> blindsumd.toml\n"
                             "$B --config blindsumd.toml --check-config\n"
                             "$B --config blindsumd.toml --health && echo yet so\n"
                             "kill -TERM $P; wait $P\n"
                             "$B --config blindsumd.toml --health",
                             port, kStarted));
  CHECK(holds(output, "\nhealthy\n"));
  CHECK(holds(output, "200 {\"ready\":true,\"reasons\":[]}\nready\n"));
  CHECK(holds(output, "wrong_type"));  // what is written for the next start
  CHECK(holds(output, "\nyet so\n"));
  CHECK(holds(output, "refused"));
  CHECK(holds(output, "exit 1"));
  static_cast<void>(world.config(world.configuration(5)));
  CHECK(holds(run(world, "$B --config blindsumd.toml --health"), "[admin] has no port"));
}

TEST_CASE("blindsumd: SIGTERM drains and ends with 0") {
  const World world(5);
  static_cast<void>(world.config(world.configuration(5)));
  const auto output = run(world, fmt::format("{}cat port; kill -TERM $P; wait $P", kStarted));
  CHECK(holds(output, "listens on 127.0.0.1 port "));
  CHECK(holds(output, "draining"));
  CHECK(holds(output, "exit 0"));
}

TEST_CASE("blindsumd: a second signal ends it at once, with 1") {
  const World world(5);
  static_cast<void>(world.config(world.configuration(5, "", "close_time = \"50s\"")));
  // A connection that says nothing more after its handshake holds up the end of the drain.
  const auto output =
      run(world,
          fmt::format("{}sleep 5 | openssl s_client -connect 127.0.0.1:$(cat port) >hold 2>&1 &\n"
                      "while ! grep -q TLSv1.3 hold; do sleep 0.05; done\n"
                      "kill -INT $P; sleep 0.3; kill -INT $P; wait $P",
                      kStarted));
  CHECK(holds(output, "ended at once"));
  CHECK(holds(output, "exit 1"));
}

}  // namespace
}  // namespace blindsum
