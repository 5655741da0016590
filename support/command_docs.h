// Documents made from a program's own options: its man page, and completions for shells. So they
// cannot say anything else than --help does. Used by the main() of blindsum and blindsumd.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace blindsum {

enum class Shell { bash, zsh, fish };

// roff, for man(7). The program and its commands on one page. `section`: 1 for commands, 8 for
// daemons.
[[nodiscard]] std::string man_page(const CLI::App& app, const std::string& version, int section);
// A script for the shell to read. Commands, their commands, and options; else files.
[[nodiscard]] std::string completion(const CLI::App& app, Shell shell);

// --print-completion SHELL, and --print-man which --help does not show. They print and end.
void add_document_options(CLI::App& app, const std::string& version, int section);

}  // namespace blindsum
