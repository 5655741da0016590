// A program's commands and options as plain data, read from CLI11. Used by command_docs and
// completion.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace blindsum {

struct CommandOption {
  std::vector<std::string> names;  // "-h", "--help"; or the name of an argument
  std::string value;               // "FILE"; empty of a flag
  std::string text;
  std::string otherwise;  // the default
  std::string group;
  bool required = false;
  bool positional = false;
};

struct Command {
  std::string path;  // "blindsum roster add"
  std::string text;
  std::string footer;
  std::vector<CommandOption> options;
  std::vector<CommandOption> above;  // of the commands around it, which may stand after it as well
  std::vector<std::string> inner;    // names of its commands
};

// The program first, then each command before those inside it.
[[nodiscard]] std::vector<Command> command_tree(const CLI::App& app);

}  // namespace blindsum
