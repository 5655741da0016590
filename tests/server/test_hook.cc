#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "server/hook.h"
#include "support/files.h"
#include "tests/server/temporary_folder.h"

namespace blindsum {
namespace {

HookCommand shell(const std::string& script, std::chrono::milliseconds limit) {
  return {{"sh", "-c", script}, {{"GREETING", "hello"}}, "/", limit};
}

HookResult run(const std::string& script,
               std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  return run_hook(shell(script, limit), {});
}

TEST_CASE("hook: environment, folder, output") {
  const TemporaryFolder folder;
  auto command = shell("echo $GREETING; pwd; echo oops >&2; cat", std::chrono::seconds(20));
  command.folder = folder.path();
  const auto result = run_hook(command, {});
  CHECK(result.end == HookEnd::succeeded);
  CHECK(result.output == "hello\n" + folder.path().string() + "\noops\n");
  CHECK(name_of(result.end) == "hook_succeeded");
}

TEST_CASE("hook: the last of a long output is kept") {
  const auto result = run("seq 1 100000");
  CHECK(result.output.size() <= 4096);
  CHECK(result.output.ends_with("99999\n100000\n"));
}

TEST_CASE("hook: none of our files and sockets is open in it") {
  const int open_here = ::open("/dev/null", O_RDONLY);
  REQUIRE(open_here > 2);
  const auto result = run("ls /proc/self/fd | wc -l");
  // Three, and the one that ls reads the folder with.
  CHECK(result.output == "4\n");
  ::close(open_here);
}

TEST_CASE("hook: each way to fail has its name") {
  CHECK(run("exit 3").end == HookEnd::failed);
  CHECK(run("exit 3").detail == "exit status 3");
  CHECK(name_of(HookEnd::failed) == "hook_failed");
  CHECK(run("kill -9 $$").end == HookEnd::killed);
  CHECK(run("kill -9 $$").detail == "signal 9");
  CHECK(name_of(HookEnd::killed) == "hook_killed");
  HookCommand none = shell("", std::chrono::seconds(1));
  none.arguments = {"/nowhere/at-all"};
  CHECK(run_hook(none, {}).end == HookEnd::not_started);
  CHECK(name_of(HookEnd::not_started) == "hook_not_started");
  HookCommand nowhere = shell("exit 0", std::chrono::seconds(1));
  nowhere.folder = "/nowhere/at-all";
  CHECK(run_hook(nowhere, {}).end == HookEnd::not_started);
}

TEST_CASE("hook: one that takes too long is ended, with its children") {
  const TemporaryFolder folder;
  const auto mark = (folder / "mark").string();
  const auto begun = std::chrono::steady_clock::now();
  const auto result =
      run("(sleep 3; touch " + mark + ") & sleep 60", std::chrono::milliseconds(200));
  CHECK(result.end == HookEnd::timed_out);
  CHECK(name_of(result.end) == "hook_timed_out");
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
  std::this_thread::sleep_for(std::chrono::milliseconds(3300));
  CHECK_FALSE(std::filesystem::exists(mark));
}

TEST_CASE("hook: one that does not listen to SIGTERM is killed") {
  const auto result =
      run("trap '' TERM; echo deaf; while :; do sleep 1; done", std::chrono::milliseconds(300));
  CHECK(result.end == HookEnd::timed_out);
  CHECK(result.output == "deaf\n");
}

TEST_CASE("hook: it can be cancelled") {
  std::stop_source stop;
  std::jthread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.request_stop();
  });
  const auto result = run_hook(shell("sleep 60", std::chrono::seconds(60)), stop.get_token());
  CHECK(result.end == HookEnd::cancelled);
  CHECK(name_of(result.end) == "hook_cancelled");
}

}  // namespace
}  // namespace blindsum
