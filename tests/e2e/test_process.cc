// What the process gives up: root, capabilities, core files, being read by others.
#include <doctest/doctest.h>
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
  CHECK(wait_until(
      [&] { return read_text(scene.path("hook.id")) == "65534\nCapEff:\t0000000000000000\n"; }));
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
