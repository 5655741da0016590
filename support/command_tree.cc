#include "support/command_tree.h"

#include <filesystem>
#include <utility>

namespace blindsum {
namespace {

std::string one_line(std::string text) {
  for (auto& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

CommandOption read_option(const CLI::Option& option) {
  CommandOption read;
  for (const auto& name : option.get_snames()) read.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) read.names.push_back("--" + name);
  read.positional = read.names.empty();
  if (read.positional) read.names.push_back(option.get_name());
  if (option.get_items_expected_max() > 0 && !read.positional) read.value = option.get_type_name();
  read.text = one_line(option.get_description());
  read.otherwise = option.get_default_str();
  read.group = option.get_group();
  read.required = option.get_required();
  return read;
}

// But those that every command has of its own.
std::vector<CommandOption> read_above(const CLI::App& app) {
  std::vector<CommandOption> above;
  for (const auto* at = &app; at->get_fallthrough() && at->get_parent() != nullptr;) {
    at = at->get_parent();
    for (const auto* option : at->get_options()) {
      const bool own = option == at->get_help_ptr() || option->get_group().empty();
      if (!own) above.push_back(read_option(*option));
    }
  }
  return above;
}

void read_command(const CLI::App& app, const std::string& path, std::vector<Command>& commands) {
  Command command{path, one_line(app.get_description()), app.get_footer(), {}, read_above(app), {}};
  for (const auto* option : app.get_options()) {
    if (!option->get_group().empty()) command.options.push_back(read_option(*option));
  }
  std::vector<const CLI::App*> shown;
  for (const auto* inner : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!inner->get_group().empty()) shown.push_back(inner);
  }
  for (const auto* inner : shown) command.inner.push_back(inner->get_name());
  commands.push_back(std::move(command));
  for (const auto* inner : shown) {
    read_command(*inner, path + " " + inner->get_name(), commands);
  }
}

}  // namespace

std::vector<Command> command_tree(const CLI::App& app) {
  std::vector<Command> commands;
  // CLI11 takes the name from the command line: the program's path.
  read_command(app, std::filesystem::path(app.get_name()).filename().string(), commands);
  return commands;
}

}  // namespace blindsum
