// Every key of the configuration: what it takes, its default, its range, what it is for. One table
// of them, from which all else is made: what the parser accepts (config_table), the names of the
// environment's variables (config_environment), `blindsumd --print-default-config`, and
// docs/configuration.md (config_document). A key that is not in it cannot be read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace blindsum {

enum class KeyKind {
  text,
  path,      // relative to the file's folder
  boolean,   // true or false
  whole,     // a whole number
  number,    // with or without a point
  duration,  // "5s"; `least` and `most` are milliseconds
  size,      // "64MiB"; `least` and `most` are bytes
  fraction,  // "5%"; 0 to 100 %
  texts,     // ["a", "b"]
  wholes,    // [57, 2]; `least` and `most` of each
  table,     // [name], or { … }
  tables,    // [[name]], or [{ … }, { … }]
};

struct ConfigKey {
  std::string_view section;  // "": the file itself; "limits", "task", "task.codec"
  std::string_view name;
  KeyKind kind = KeyKind::text;
  bool required = false;
  std::string_view otherwise = "";  // the default, text without quotes; empty: none
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::string_view example = "";  // as TOML, of a key without a default
  std::string_view text = "";     // what it is for
};

// Sections together, the file's own keys (which are the sections) first.
[[nodiscard]] std::span<const ConfigKey> config_keys();
// Null if there is none.
[[nodiscard]] const ConfigKey* find_config_key(std::string_view section, std::string_view name);

[[nodiscard]] bool has_range(KeyKind kind);
// "100ms", "8KiB", "65535".
[[nodiscard]] std::string in_unit(KeyKind kind, std::uint64_t value);
// Text, paths and all that has a unit are in quotes in TOML.
[[nodiscard]] bool is_quoted(KeyKind kind);
// How one gets from the file to a key's table and to the key; lists of tables have a number each.
struct ConfigStep {
  std::string_view name;
  bool numbered = false;
};
[[nodiscard]] std::vector<ConfigStep> steps_to(const ConfigKey& key);
// A part of a variable's name: upper case.
[[nodiscard]] std::string in_variable(std::string_view name);
// "BLINDSUM_TASK_<n>_CODEC_KIND".
[[nodiscard]] std::string variable_of(const ConfigKey& key);
inline constexpr std::string_view kVariablePrefix = "BLINDSUM_";

// `port = 8443`: with the default, or else the example.
[[nodiscard]] std::string config_line(const ConfigKey& key);

}  // namespace blindsum
