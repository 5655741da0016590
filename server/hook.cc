#include "server/hook.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>

#include "support/descriptor.h"

extern char** environ;

namespace blindsum {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLook{50};
constexpr std::chrono::milliseconds kEndingLook{5};
// Between asking it to end and ending it.
constexpr std::chrono::milliseconds kGrace{2000};
constexpr std::size_t kOutputBytes = 4096;
constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kPipeBytes = std::size_t{64} << 10;

std::string error_text(int error) {
  return std::error_code(error, std::system_category()).message();
}

std::vector<std::string> environment_of(const HookCommand& command) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    const bool replaced =
        std::any_of(command.environment.begin(), command.environment.end(),
                    [&](const auto& own) { return text.starts_with(own.first + "="); });
    if (!replaced) variables.emplace_back(text);
  }
  for (const auto& [name, value] : command.environment) variables.push_back(name + "=" + value);
  return variables;
}

// For exec: pointers into the strings, and a null at the end.
std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (auto& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct SpawnSettings {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  int error = 0;

  SpawnSettings(const HookCommand& command, int output) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    const auto folder = command.folder.empty() ? std::string(".") : command.folder.string();
    const std::array results{
        posix_spawn_file_actions_init(&actions), posix_spawnattr_init(&attributes),
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO),
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO),
        // Sockets of sessions and files of keys are not the program's business.
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1),
        posix_spawn_file_actions_addchdir_np(&actions, folder.c_str()),
        posix_spawnattr_setpgroup(&attributes, 0),
        // We block the signals that end us; the program must not inherit that.
        posix_spawnattr_setsigmask(&attributes, &none),
        posix_spawnattr_setsigdefault(&attributes, &all),
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)};
    for (const int result : results) {
      if (result != 0) error = result;
    }
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

struct Child {
  pid_t id = -1;
  Descriptor output;  // what it writes
};

// The errno of what failed, or nothing.
std::optional<int> start(const HookCommand& command, Child& child) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
  child.output = Descriptor(ends[0]);
  const Descriptor write_end(ends[1]);
  const SpawnSettings settings(command, write_end.value());
  if (settings.error != 0) return settings.error;
  auto arguments = command.arguments;
  auto variables = environment_of(command);
  const int error =
      ::posix_spawnp(&child.id, arguments.front().c_str(), &settings.actions, &settings.attributes,
                     pointers_to(arguments).data(), pointers_to(variables).data());
  if (error != 0) return error;
  return std::nullopt;
}

// Waits a moment for output, and keeps the last of it. Whether there was any.
bool read_output(const Child& child, std::chrono::milliseconds wait, std::string& kept) {
  pollfd watched{child.output.value(), POLLIN, 0};
  if (::poll(&watched, 1, static_cast<int>(wait.count())) <= 0) return false;
  std::array<char, kReadBytes> buffer{};
  const auto count = ::read(child.output.value(), buffer.data(), buffer.size());
  if (count <= 0) {
    // It has closed its output: mostly because it ends, but it may go on for long.
    std::this_thread::sleep_for(std::min(wait, kEndingLook));
    return false;
  }
  kept.append(buffer.data(), static_cast<std::size_t>(count));
  if (kept.size() > kOutputBytes) kept.erase(0, kept.size() - kOutputBytes);
  return true;
}

// Its status once it has ended.
std::optional<int> status_of(const Child& child) {
  int status = 0;
  const auto ended = ::waitpid(child.id, &status, WNOHANG);
  if (ended == child.id) return status;
  return std::nullopt;
}

HookResult result_of(int status, std::string output) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return {HookEnd::succeeded, "exit status 0", std::move(output)};
  }
  if (WIFEXITED(status)) {
    return {HookEnd::failed, "exit status " + std::to_string(WEXITSTATUS(status)),
            std::move(output)};
  }
  return {HookEnd::killed, "signal " + std::to_string(WTERMSIG(status)), std::move(output)};
}

// Ends the program and what it started.
void end(const Child& child, std::string& output) {
  ::kill(-child.id, SIGTERM);
  const auto until = Clock::now() + kGrace;
  while (Clock::now() < until) {
    read_output(child, kLook, output);
    if (status_of(child)) {
      ::kill(-child.id, SIGKILL);  // children that stayed behind
      return;
    }
  }
  ::kill(-child.id, SIGKILL);
  int status = 0;
  while (::waitpid(child.id, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

std::string_view name_of(HookEnd end) {
  switch (end) {
    case HookEnd::succeeded:
      return "hook_succeeded";
    case HookEnd::not_started:
      return "hook_not_started";
    case HookEnd::failed:
      return "hook_failed";
    case HookEnd::killed:
      return "hook_killed";
    case HookEnd::timed_out:
      return "hook_timed_out";
    case HookEnd::cancelled:
      return "hook_cancelled";
  }
  return "unknown";
}

HookResult run_hook(const HookCommand& command, const std::stop_token& cancelled) {
  Child child;
  if (const auto error = start(command, child)) {
    return {HookEnd::not_started, error_text(*error), ""};
  }
  std::string output;
  const auto until = Clock::now() + command.limit;
  while (true) {
    read_output(child, kLook, output);
    if (const auto status = status_of(child)) {
      // What a full pipe holds, and no more: what it left running may go on writing.
      for (std::size_t read = 0; read < kPipeBytes; read += kReadBytes) {
        if (!read_output(child, std::chrono::milliseconds{0}, output)) break;
      }
      return result_of(*status, std::move(output));
    }
    const bool late = Clock::now() >= until;
    if (!late && !cancelled.stop_requested()) continue;
    end(child, output);
    const auto how = late ? HookEnd::timed_out : HookEnd::cancelled;
    return {how, "after " + std::to_string(command.limit.count()) + " ms at most",
            std::move(output)};
  }
}

}  // namespace blindsum
