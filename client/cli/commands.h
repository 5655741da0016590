// The commands of `blindsum`: each adds itself to the application, and when it has run leaves what
// the process ends with in `code`. Called by main() and by nobody else.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>

#include "client/cli/exit_code.h"

namespace blindsum::cli {

void add_keygen(CLI::App& app, ExitCode& code);
void add_roster(CLI::App& app, ExitCode& code);
void add_join(CLI::App& app, ExitCode& code);
void add_record(CLI::App& app, ExitCode& code);
void add_params(CLI::App& app, ExitCode& code);
void add_evidence(CLI::App& app, ExitCode& code);
void add_admin(CLI::App& app, ExitCode& code);
void add_bench(CLI::App& app, ExitCode& code);

// The end of a command's --help: an example, and the exit codes.
std::string footer(std::string_view example);

}  // namespace blindsum::cli
