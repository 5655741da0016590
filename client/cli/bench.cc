// blindsum bench: runs blindsum-bench, which links the server, too, and is a program of its own.
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/report.h"
#include "support/descriptor.h"

namespace blindsum::cli {
namespace {

constexpr const char* kProgram = "blindsum-bench";

// Beside this program where both are installed; else where the build has it.
std::filesystem::path find_program(const std::filesystem::path& here) {
  for (const auto& candidate : {here / kProgram, here / "../tests/bench" / kProgram}) {
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

ExitCode bench(const std::vector<std::string>& arguments) {
  std::error_code unknown;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const auto here = self.parent_path();
  const auto program = find_program(here);
  if (program.empty()) {
    complain("bench: " + std::string(kProgram) + " is not beside " + here.string() +
             "; in a source tree `./run bench` builds and runs it");
    return kEnvironment;
  }
  std::vector<std::string> words{program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> raw;
  for (auto& word : words) raw.push_back(word.data());
  raw.push_back(nullptr);
  ::execv(program.c_str(), raw.data());
  return fail(program.string(), last_system_error());
}

}  // namespace

// Whatever stands behind it is the other program's, --help too.
void add_bench(CLI::App& app, ExitCode& code) {
  auto* command = app.add_subcommand(
      "bench", "How fast it is here, and how close to what this machine can do; --help says more");
  command->prefix_command();
  command->set_help_flag();
  command->callback([command, &code] { code = bench(command->remaining()); });
}

}  // namespace blindsum::cli
