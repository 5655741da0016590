// Completions: each shell's script finds the command that is being written from the words before
// the cursor, and offers that command's options and commands; else files.
#include "support/command_docs.h"
#include "support/command_tree.h"

namespace blindsum {
namespace {

// The function's name: letters of the program's.
std::string function_of(const Command& program) {
  return "_" + program.path;
}

// In single quotes, as all three shells read them.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

std::string escape_colons(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string text_of(const std::vector<Command>& commands, const std::string& path) {
  for (const auto& command : commands) {
    if (command.path == path) return command.text;
  }
  return "";
}

// `case "$path $word" in …`: one step down.
std::string steps(const std::vector<Command>& commands) {
  std::string lines;
  for (const auto& command : commands) {
    for (const auto& inner : command.inner) {
      const auto path = command.path + " " + inner;
      lines += "      " + quoted(path) + ") path=" + quoted(path) + " ;;\n";
    }
  }
  return lines;
}

// What may stand after it.
std::vector<CommandOption> options_of(const Command& command) {
  auto options = command.options;
  options.insert(options.end(), command.above.begin(), command.above.end());
  std::erase_if(options, [](const CommandOption& option) { return option.positional; });
  return options;
}

std::string words_of(const Command& command) {
  std::string words;
  for (const auto& inner : command.inner) words += (words.empty() ? "" : " ") + inner;
  for (const auto& option : options_of(command)) {
    for (const auto& name : option.names) words += (words.empty() ? "" : " ") + name;
  }
  return words;
}

std::string bash(const std::vector<Command>& commands) {
  const auto& program = commands.front();
  std::string script = "# bash completion for " + program.path + "\n" + function_of(program) +
                       "() {\n  local current=${COMP_WORDS[COMP_CWORD]} path=" + program.path +
                       " word words=''\n  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                       "    case \"$path $word\" in\n" +
                       steps(commands) + "    esac\n  done\n  case $path in\n";
  for (const auto& command : commands) {
    script += "    " + quoted(command.path) + ") words=" + quoted(words_of(command)) + " ;;\n";
  }
  return script +
         "  esac\n  COMPREPLY=()\n  while IFS= read -r word; do\n    COMPREPLY+=(\"$word\")\n"
         "  done < <(compgen -W \"$words\" -- \"$current\")\n}\ncomplete -o default -F " +
         function_of(program) + " " + program.path + "\n";
}

std::string zsh(const std::vector<Command>& commands) {
  const auto& program = commands.front();
  std::string script = "#compdef " + program.path + "\n# zsh completion for " + program.path +
                       "\n" + function_of(program) + "() {\n  local path_=" + program.path +
                       " word\n  local -a offers\n  for word in ${words[2,CURRENT-1]}; do\n"
                       "    case \"$path_ $word\" in\n";
  auto walk = steps(commands);
  for (auto at = walk.find(" path="); at != std::string::npos; at = walk.find(" path=", at + 7)) {
    walk.replace(at, 6, " path_=");  // `path` is the shell's own
  }
  script += walk + "    esac\n  done\n  case $path_ in\n";
  for (const auto& command : commands) {
    script += "    " + quoted(command.path) + ") offers=(\n";
    for (const auto& inner : command.inner) {
      script += "      " +
                quoted(inner + ":" + escape_colons(text_of(commands, command.path + " " + inner))) +
                "\n";
    }
    for (const auto& option : options_of(command)) {
      script += "      " + quoted(option.names.back() + ":" + escape_colons(option.text)) + "\n";
    }
    script += "    ) ;;\n";
  }
  // Either read by a shell's start, or loaded by its name when it is wanted first.
  const auto name = function_of(program);
  return script + "  esac\n  _describe " + quoted(program.path) + " offers || _files\n}\nif [[ \"" +
         "${funcstack[1]}\" = " + name + " ]]; then\n  " + name + " \"$@\"\nelse\n  compdef " +
         name + " " + program.path + "\nfi\n";
}

std::string fish(const std::vector<Command>& commands) {
  const auto& program = commands.front();
  const auto where = "__" + program.path + "_path";
  std::string script = "# fish completion for " + program.path + "\nfunction " + where +
                       "\n  set -l path " + program.path +
                       "\n  for word in (commandline -opc)[2..-1]\n    switch \"$path $word\"\n";
  for (const auto& command : commands) {
    for (const auto& inner : command.inner) {
      const auto path = quoted(command.path + " " + inner);
      script += "      case " + path + "\n        set path " + path + "\n";
    }
  }
  script += "    end\n  end\n  echo $path\nend\n";
  for (const auto& command : commands) {
    const auto line = "complete -c " + program.path + " -n " +
                      quoted("test (" + where + ") = \"" + command.path + "\"");
    for (const auto& inner : command.inner) {
      script += line + " -f -a " + inner + " -d " +
                quoted(text_of(commands, command.path + " " + inner)) + "\n";
    }
    for (const auto& option : options_of(command)) {
      script += line;
      for (const auto& name : option.names) {
        script += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      script += (option.value.empty() ? "" : " -r") + (" -d " + quoted(option.text)) + "\n";
    }
  }
  return script;
}

}  // namespace

std::string completion(const CLI::App& app, Shell shell) {
  const auto commands = command_tree(app);
  if (shell == Shell::bash) return bash(commands);
  return shell == Shell::zsh ? zsh(commands) : fish(commands);
}

}  // namespace blindsum
