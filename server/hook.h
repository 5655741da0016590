// Runs an operator's program (on_result) as a child process: own process group, no descriptors of
// ours, standard input from /dev/null, its output into our log, a time limit.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace blindsum {

struct HookCommand {
  std::vector<std::string> arguments;  // program first; looked up in PATH if it has no slash
  std::vector<std::pair<std::string, std::string>> environment;  // besides our own
  std::filesystem::path folder;                                  // to run it in
  std::chrono::milliseconds limit{0};
};

enum class HookEnd {
  succeeded,    // exit status 0
  not_started,  // no such program, or no permission
  failed,       // another exit status
  killed,       // by a signal that we did not send
  timed_out,    // and was ended
  cancelled,    // the server goes down; it was ended
};
// The name that the log shows: "hook_timed_out".
[[nodiscard]] std::string_view name_of(HookEnd end);

struct HookResult {
  HookEnd end = HookEnd::not_started;
  std::string detail;  // "exit status 3", "signal 11", "No such file or directory"
  std::string output;  // the last 4 KiB of what it wrote
};

// Blocks until the program has ended. `cancelled` ends it early.
[[nodiscard]] HookResult run_hook(const HookCommand& command, const std::stop_token& cancelled);

}  // namespace blindsum
