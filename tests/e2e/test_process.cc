// What the process gives up: root, capabilities, core files, being read by others.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>

#include "support/sanitizer.h"
#include "tests/e2e/harness/needs.h"
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

constexpr uid_t kNobody = 65'534;
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

TEST_CASE("no core files, and no new privileges") {
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

uid_t owner_of_memory(const Child& process) {
  struct stat owner{};
  REQUIRE(::stat(("/proc/" + std::to_string(process.id()) + "/mem").c_str(), &owner) == 0);
  return owner.st_uid;
}

// All that it reads and writes, and the program, in the scene's folder and this user's.
void move_in(Scene& scene, uid_t user) {
  const auto& keys = Keys::instance();
  for (const auto* name : {"server.crt", "server.key", "aggregator.key", "roster.bsr"}) {
    std::filesystem::copy_file(keys.path(name), scene.path(name));
    scene.edit_configuration(keys.path(name).string(), scene.path(name).string());
  }
  std::filesystem::copy_file(blindsumd_program(), scene.path("blindsumd"));
  give_away(scene.folder(), user, user);
}

// A sanitizer reads its own process, which the product would not let it.
TEST_CASE("an ordinary user starts it: not even that user reads its memory" *
          doctest::skip(kSanitized)) {
  Scene scene(TaskSpec{});
  std::vector<std::string> before;
  if (::geteuid() == 0) {
    move_in(scene, kNobody);
    before = {"sh", "-c",
              "shift; exec setpriv --reuid 65534 --regid 65534 --clear-groups ./blindsumd \"$@\"",
              "sh"};
  }
  scene.start(before);
  CHECK(line_of(scene.server(), "status", "Uid:") != "Uid:0000");
  CHECK(owner_of_memory(scene.server()) == 0);
  CHECK(scene.stop() == 0);
}

TEST_CASE("little memory may be locked: it says so, and serves") {
  Scene scene(TaskSpec{});
  scene.start({"sh", "-c", R"(ulimit -l 0; exec "$0" "$@")"});
  CHECK(scene.logs("listens on"));
  // Whoever may lock without a limit is not bound by one.
  const std::string said = "memory_not_locked: keys may be swapped out";
  if (scene.log().find(said) == std::string::npos) CHECK(::geteuid() == 0);
  CHECK(scene.stop() == 0);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("root");

TEST_CASE("started as root: refused, unless it is told whom to become") {
  needs_root();
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
  needs_root();
  TaskSpec task;
  task.more =
      "on_result = [\"sh\", \"-c\", \"id -u > hook.id; grep CapEff /proc/self/status >> "
      "hook.id\"]";
  Scene scene(task);
  scene.edit_configuration("allow_root = true", "user = \"nobody\"\ngroup = \"nogroup\"");
  give_away(scene.folder(), kNobody, kNobody);
  scene.start();
  auto& server = scene.server();
  CHECK(line_of(server, "status", "Uid:") == "Uid:65534655346553465534");
  CHECK(line_of(server, "status", "Gid:") == "Gid:65534655346553465534");
  CHECK(line_of(server, "status", "Groups:").find("0") == std::string::npos);
  for (const auto* set : {"CapPrm:", "CapEff:", "CapInh:", "CapAmb:"}) {
    CHECK(line_of(server, "status", set) == std::string(set) + "0000000000000000");
  }
  CHECK(owner_of_memory(server) == 0);  // and not its own user's: it cannot be read even by that
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
  needs_root();
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
  needs_root();
  Scene scene(TaskSpec{});
  int port = 1'023;
  while (port > 0 && !is_free(port)) --port;
  REQUIRE(port > 0);
  scene.edit_configuration("port = 0", "port = " + std::to_string(port));
  scene.start();
  CHECK(scene.port() == port);
  CHECK(line_of(scene.server(), "status", "CapEff:") == "CapEff:0000000000000400");
  CHECK(line_of(scene.server(), "status", "CapPrm:") == "CapPrm:0000000000000400");
  CHECK(scene.stop() == 0);
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
