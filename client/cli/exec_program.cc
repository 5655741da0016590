#include "client/cli/exec_program.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "client/cli/npy_update.h"
#include "client/cli/report.h"
#include "support/error.h"
#include "support/files.h"

namespace blindsum::cli {
namespace {

constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::seconds kPatience{5};  // between SIGTERM and SIGKILL
constexpr std::uint64_t kMostWeightBytes = 64;

std::vector<char*> as_pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  // const_cast: posix_spawn takes char* and does not write.
  for (const auto& one : strings) pointers.push_back(const_cast<char*>(one.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> inherited_environment() {
  std::vector<std::string> variables;
  for (char** one = environ; *one != nullptr; ++one) {
    if (std::strncmp(*one, "BLINDSUM_", 9) != 0) variables.emplace_back(*one);
  }
  return variables;
}

// In a process group of its own, so that all it starts can be ended with it; with no signal blocked
// or ignored that we block or ignore; and with nothing of ours open: on our connection it could say
// things in our name.
struct SpawnSettings {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  int error = 0;

  SpawnSettings() {
    sigset_t none;
    sigemptyset(&none);
    sigset_t ignored;
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    constexpr int kFlags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    for (const int code : {
             posix_spawn_file_actions_init(&actions),
             posix_spawnattr_init(&attributes),
             posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1),
             posix_spawnattr_setflags(&attributes, kFlags),
             posix_spawnattr_setpgroup(&attributes, 0),
             posix_spawnattr_setsigmask(&attributes, &none),
             posix_spawnattr_setsigdefault(&attributes, &ignored),
         }) {
      if (error == 0) error = code;
    }
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
};

Result<pid_t> spawn(const std::vector<std::string>& command,
                    const std::vector<std::string>& environment) {
  const SpawnSettings settings;
  auto arguments = as_pointers(command);
  auto variables = as_pointers(environment);
  pid_t child = 0;
  int code = settings.error;
  if (code == 0) {
    code = posix_spawnp(&child, command.front().c_str(), &settings.actions, &settings.attributes,
                        arguments.data(), variables.data());
  }
  if (code != 0) return Error(code, boost::system::system_category());
  return child;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
  return "ended with code " + std::to_string(WEXITSTATUS(status));
}

// 1 if there is no file. Errors: bad_number; the operating system's.
Result<std::uint64_t> read_weight(const std::filesystem::path& file) {
  std::error_code ignored;  // then reading says why
  if (!std::filesystem::exists(file, ignored)) return std::uint64_t{1};
  BLINDSUM_TRY(text, read_text_file(file, kMostWeightBytes));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  std::uint64_t weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (error != std::errc{} || end != text.data() + text.size()) return SupportError::bad_number;
  return weight;
}

}  // namespace

ExecProgram::ExecProgram(std::vector<std::string> command, std::filesystem::path folder)
    : command_(std::move(command)), folder_(std::move(folder)) {}

std::optional<Update> ExecProgram::run(const RoundOffer& offer, ByteView payload) {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);  // also what a crash left behind
  if (!error) std::filesystem::create_directories(folder_, error);
  if (!error) {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    complain(folder_.string() + ": " + error.message());
    return std::nullopt;
  }
  auto update = run_in(folder_, offer, payload);
  std::filesystem::remove_all(folder_, error);  // raw values must not stay
  return update;
}

std::optional<Update> ExecProgram::run_in(const std::filesystem::path& folder,
                                          const RoundOffer& offer, ByteView payload) {
  const auto payload_file = folder / "payload";
  const auto update_file = folder / "update.npy";
  const auto weight_file = folder / "weight";
  const auto written = write_file_atomically(payload_file, payload);
  if (!written) {
    fail(payload_file.string(), written.error());
    return std::nullopt;
  }
  auto environment = inherited_environment();
  environment.push_back("BLINDSUM_TASK=" + offer.task);
  environment.push_back("BLINDSUM_ROUND=" + std::to_string(offer.round));
  environment.push_back("BLINDSUM_PAYLOAD=" + payload_file.string());
  environment.push_back("BLINDSUM_UPDATE=" + update_file.string());
  environment.push_back("BLINDSUM_WEIGHT=" + weight_file.string());
  if (!run_child(environment)) return std::nullopt;
  const auto weight = read_weight(weight_file);
  if (!weight) {
    fail("BLINDSUM_WEIGHT", weight.error());
    return std::nullopt;
  }
  auto update = read_update(update_file, offer, *weight);
  if (!update) {
    fail("BLINDSUM_UPDATE", update.error());
    complain("the task takes " + describe_schema(offer));
    return std::nullopt;
  }
  return *std::move(update);
}

bool ExecProgram::run_child(const std::vector<std::string>& environment) {
  if (stopped_) return false;
  const auto child = spawn(command_, environment);
  if (!child) {
    fail(command_.front(), child.error());
    return false;
  }
  int status = 0;
  std::optional<std::chrono::steady_clock::time_point> asked;
  while (true) {
    const pid_t ended = ::waitpid(*child, &status, WNOHANG);
    if (ended == *child) break;
    if (ended < 0) {
      complain(command_.front() + ": lost sight of it");
      return false;
    }
    const auto now = std::chrono::steady_clock::now();
    if (stopped_ && !asked) {
      asked = now;
      ::kill(-*child, SIGTERM);
    } else if (asked && now - *asked > kPatience) {
      ::kill(-*child, SIGKILL);
    }
    std::this_thread::sleep_for(kLook);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  complain(command_.front() + ": " + how_it_ended(status) + "; no update for this round");
  return false;
}

}  // namespace blindsum::cli
