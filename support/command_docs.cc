#include "support/command_docs.h"

#include <map>

#include "support/command_tree.h"

namespace blindsum {
namespace {

// A line that begins with a point or an apostrophe would be a request of roff's.
std::string roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    const bool starts = escaped.empty() || escaped.back() == '\n';
    if (starts && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// Without the program's own name before it, which man pages have of themselves.
std::string summary(const Command& program) {
  const auto prefix = program.path + ": ";
  return program.text.starts_with(prefix) ? program.text.substr(prefix.size()) : program.text;
}

std::string upper(std::string text) {
  for (auto& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string option_entry(const CommandOption& option) {
  std::string names;
  for (const auto& name : option.names) {
    names += (names.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  }
  if (!option.value.empty()) names += " \\fI" + roff(option.value) + "\\fR";
  auto text = roff(option.text);
  if (option.required) text += " (required)";
  if (!option.otherwise.empty()) text += " (default: " + roff(option.otherwise) + ")";
  return ".TP\n" + names + "\n" + text + "\n";
}

std::string preformatted(const std::string& text) {
  return text.empty() ? "" : ".PP\n.nf\n" + roff(text) + "\n.fi\n";
}

// The command's text below its heading.
std::string body(const Command& command) {
  std::string page = ".PP\n" + roff(command.text) + "\n";
  std::string group;
  for (const auto& option : command.options) {
    if (option.group != group) {
      group = option.group;
      page += ".PP\n\\fI" + roff(group) + "\\fR\n";
    }
    page += option_entry(option);
  }
  return page + preformatted(command.footer);
}

}  // namespace

std::string man_page(const CLI::App& app, const std::string& version, int section) {
  const auto commands = command_tree(app);
  const auto& program = commands.front();
  auto page = ".TH " + upper(program.path) + " " + std::to_string(section) + " \"\" \"" +
              roff(version) + "\"\n.SH NAME\n" + program.path + " \\- " + roff(summary(program)) +
              "\n.SH SYNOPSIS\n";
  for (const auto& command : commands) {
    if (!command.inner.empty() && &command != &program) continue;
    page += ".B " + roff(command.path) + "\n[\\fIoptions\\fR]\n.br\n";
  }
  page += ".SH DESCRIPTION\n" + body(program);
  if (commands.size() > 1) page += ".SH COMMANDS\n";
  for (std::size_t i = 1; i < commands.size(); ++i) {
    page += ".SS " + roff(commands[i].path) + "\n" + body(commands[i]);
  }
  return page;
}

void add_document_options(CLI::App& app, const std::string& version, int section) {
  const std::map<std::string, Shell> shells{
      {"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}};
  // Like --version: before anybody asks for what is missing.
  app.add_option_function<std::string>(
         "--print-completion",
         [&app, shells](const std::string& name) {
           throw CLI::CallForVersion(completion(app, shells.at(name)), 0);
         },
         "print what completes this program's options in bash, zsh or fish, and end")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL")
      ->configurable(false);
  app.add_flag_callback("--print-man",
                        [&app, version, section] {
                          throw CLI::CallForVersion(man_page(app, version, section), 0);
                        })
      ->group("")
      ->configurable(false);
}

}  // namespace blindsum
