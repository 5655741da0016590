// What the process gives up: root, capabilities, core files, being read by others.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>

#include "tests/e2e/harness/outcome.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("process");

// A line of /proc/PID/FILE, without its blanks.
std::string line_of(Child& process, const std::string& file, const std::string& begin) {
  const auto text = read_text("/proc/" + std::to_string(process.id()) + "/" + file);
  const auto place = text.find(begin);
  if (place == std::string::npos) return "no " + begin;
  std::string line;
  for (const char one : text.substr(place, text.find('\n', place) - place)) {
    if (one != ' ' && one != '\t') line += one;
  }
  return line;
}

constexpr const char* kNoCapabilities = "CapEff:\t0000000000000000\n";

bool is_free(int port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  ::sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // reinterpret_cast: as the sockets interface wants it.
  const bool is_free =
      ::bind(listener, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) == 0;
  ::close(listener);
  return is_free;
}

TEST_CASE("no core files, no new privileges, and nobody else reads its memory") {
  Scene scene(TaskSpec{});
  scene.start();
  auto& server = scene.server();
  CHECK(line_of(server, "limits", "Max core file size").starts_with("Maxcorefilesize00"));
  CHECK(line_of(server, "status", "NoNewPrivs:") == "NoNewPrivs:1");
  CHECK(scene.stop() == 0);
}

// The folder, and all in it, becomes this user's.
void give_away(const std::filesystem::path& folder, uid_t user, gid_t group) {
  REQUIRE(::chown(folder.c_str(), user, group) == 0);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    REQUIRE(::chown(entry.path().c_str(), user, group) == 0);
  }
}

TEST_CASE("started as root: refused, unless it is told whom to become") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: not root");
    return;
  }
  Scene scene(TaskSpec{});
  scene.edit_configuration("allow_root = true", "");
  const auto refused =
      run_command({blindsumd_program(), "--config", "blindsumd.toml"}, scene.folder());
  CHECK(refused.status == 2);
  CHECK(refused.output.find("root_refused: started as root") != std::string::npos);
  scene.edit_configuration("[process]", "[process]\nuser = \"no-such-user\"");
  const auto unknown =
      run_command({blindsumd_program(), "--config", "blindsumd.toml"}, scene.folder());
  CHECK(unknown.status == 2);
  CHECK(unknown.output.find("unknown_user") != std::string::npos);
}

TEST_CASE("started as root, it becomes another, without capabilities; rounds and the hook work") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: not root");
    return;
  }
  TaskSpec task;
  task.more =
      "on_result = [\"sh\", \"-c\", \"id -u > hook.id; grep CapEff /proc/self/status >> "
      "hook.id\"]";
  Scene scene(task);
  scene.edit_configuration("allow_root = true", "user = \"nobody\"\ngroup = \"nogroup\"");
  constexpr uid_t kNobody = 65'534;
  give_away(scene.folder(), kNobody, kNobody);
  scene.start();
  auto& server = scene.server();
  CHECK(line_of(server, "status", "Uid:") == "Uid:65534655346553465534");
  CHECK(line_of(server, "status", "Gid:") == "Gid:65534655346553465534");
  CHECK(line_of(server, "status", "Groups:").find("0") == std::string::npos);
  for (const auto* set : {"CapPrm:", "CapEff:", "CapInh:", "CapAmb:"}) {
    CHECK(line_of(server, "status", set) == std::string(set) + "0000000000000000");
  }
  struct stat owner{};
  REQUIRE(::stat(("/proc/" + std::to_string(server.id()) + "/mem").c_str(), &owner) == 0);
  CHECK(owner.st_uid == 0);  // and not its own user's: it cannot be read even by that
  CHECK(scene.logs("runs as user 65534, group 65534"));
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(count_up(i, 4));
    members.emplace_back(std::move(options));
  }
  CHECK(Outcome(scene, 1).completed());
  CHECK(wait_until([&] {
    return read_text(scene.path("hook.id")) == std::string("65534\n") + kNoCapabilities;
  }));
  CHECK(scene.stop() == 0);
}

TEST_CASE("it may stay root, and has no capability all the same; rounds and the hook work") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: not root");
    return;
  }
  TaskSpec task;
  task.more = "on_result = [\"sh\", \"-c\", \"grep CapEff /proc/self/status > hook.caps\"]";
  Scene scene(task);
  scene.start();
  auto& server = scene.server();
  CHECK(line_of(server, "status", "Uid:") == "Uid:0000");
  for (const auto* set : {"CapPrm:", "CapEff:", "CapInh:", "CapAmb:"}) {
    CHECK(line_of(server, "status", set) == std::string(set) + "0000000000000000");
  }
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(count_up(i, 4));
    members.emplace_back(std::move(options));
  }
  CHECK(Outcome(scene, 1).completed());
  CHECK(wait_until([&] { return read_text(scene.path("hook.caps")) == kNoCapabilities; }));
  CHECK(scene.stop() == 0);
}

TEST_CASE("root with a low port keeps the capability to listen on it, and no other") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: not root");
    return;
  }
  Scene scene(TaskSpec{});
  constexpr int kLowPorts[] = {987, 986, 985};  // of which one is free
  int port = 0;
  for (const int wanted : kLowPorts) {
    if (port == 0 && is_free(wanted)) port = wanted;
  }
  if (port == 0) {
    MESSAGE("skipped: no low port is free");
    return;
  }
  scene.edit_configuration("port = 0", "port = " + std::to_string(port));
  scene.start();
  CHECK(scene.port() == port);
  CHECK(line_of(scene.server(), "status", "CapEff:") == "CapEff:0000000000000400");
  CHECK(line_of(scene.server(), "status", "CapPrm:") == "CapPrm:0000000000000400");
  CHECK(scene.stop() == 0);
}

TEST_CASE("little memory may be locked: it says so, and serves") {
  Scene scene(TaskSpec{});
  const auto done =
      run_command({"sh", "-c",
                   "ulimit -l 0; " + blindsumd_program() +
                       " --config blindsumd.toml --port-file port & sleep 2; kill $!; wait $!"},
                  scene.folder());
  // Whoever may lock without a limit is not bound by one.
  if (done.output.find("memory_not_locked: keys may be swapped out") == std::string::npos) {
    CHECK(::geteuid() == 0);
  }
  CHECK(done.output.find("listens on") != std::string::npos);
  CHECK(done.status == 0);
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
