#include "server/config_document.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "server/config_key.h"

namespace blindsum {
namespace {

constexpr std::size_t kTextColumn = 38;
constexpr std::size_t kColumns = 100;

constexpr std::string_view kConfigHead =
    "# blindsumd: every key there is, with its default unless it says \"required\". What is\n"
    "# commented out is off. Paths are relative to this file.\n"
    "# `blindsumd --config FILE --check-config` says what is wrong and what would be right, and\n"
    "# starts nothing. docs/configuration.md says it all, and which variable of the environment\n"
    "# goes before each key.\n";

constexpr std::string_view kReferenceHead = R"(# Configuration of blindsumd

Made by `blindsumd --print-config-reference` from the table that the parser itself uses; a test compares them.

`blindsumd --config FILE` reads a TOML file. `--print-default-config` writes one with every key, `--check-config` says what is wrong, with file and line
(or the variable), a name for it and what would be right, and starts nothing. A key or table that means nothing is an error.

## Values

- **path**: relative to the file's folder.
- **duration**: a whole number with `ms`, `s`, `min`, `h` or `d`: `"5s"`.
- **size**: a whole number with `B`, `KiB`, `MiB` or `GiB`: `"64MiB"`.
- **fraction**: a number with `%` or `ppm`, at most all: `"5%"`, `"50000ppm"`.

## The environment

Every key has a variable, which goes before the file: `BLINDSUM_`, the table's name, the key's name, all in capitals.
`BLINDSUM_LIMITS_DRAIN=10s` is `drain` of `[limits]`. Lists of tables have numbers from 0 on: `BLINDSUM_TASK_0_N_MIN=8` is `n_min` of the first `[[task]]`; the
number after the last adds a table. Text, paths, durations, sizes and fractions are written without quotes, all else as in TOML: `true`, `8443`, `[12, 31]`, `{ kind = "count", bound = 9 }`.

With `_FILE` at its end a variable names a file that has the value, as Docker and Kubernetes hand out secrets: `BLINDSUM_AGGREGATOR_AUTHORITY_FILE=/run/secrets/authority`.
One end of line at the end of the file does not count.

A variable that begins with a table's name and belongs to no key is an error (not so `BLINDSUM_ADMIN_URL` and `BLINDSUM_ADMIN_CA`, which `blindsum admin` reads), as is one beside its `_FILE`. A file there has to be, which may be empty: `BLINDSUM_CONFIG` names it if `--config` does not.

## Secrets

The aggregator's key and the key of the certificate are files. Each has to be readable by its owner only; or belong to root and be readable, but not writable, by its group, of
which the process has to be a member (so Kubernetes mounts secrets for `fsGroup`).
)";

std::vector<const ConfigKey*> keys_of(std::string_view section) {
  std::vector<const ConfigKey*> keys;
  for (const auto& key : config_keys()) {
    if (key.section == section) keys.push_back(&key);
  }
  return keys;
}

// As in TOML, of the tables and lists of tables of the file: "[limits]", "[[task]]".
std::string heading(const ConfigKey& key) {
  return key.kind == KeyKind::tables ? fmt::format("[[{}]]", key.name)
                                     : fmt::format("[{}]", key.name);
}

std::string_view kind_name(KeyKind kind) {
  switch (kind) {
    case KeyKind::text:
      return "text";
    case KeyKind::path:
      return "path";
    case KeyKind::boolean:
      return "true or false";
    case KeyKind::whole:
      return "whole number";
    case KeyKind::number:
      return "number";
    case KeyKind::duration:
      return "duration";
    case KeyKind::size:
      return "size";
    case KeyKind::fraction:
      return "fraction";
    case KeyKind::texts:
      return "list of texts";
    case KeyKind::wholes:
      return "list of whole numbers";
    case KeyKind::table:
      return "table";
    case KeyKind::tables:
      return "list of tables";
  }
  return "";
}

// A comment of its own, over as many lines as it takes.
std::string comment(std::string_view text) {
  std::string lines;
  std::size_t column = kColumns;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const bool fits = column + 1 + end <= kColumns;
    lines += fits ? " " : lines.empty() ? "# " : "\n# ";
    column = (fits ? column + 1 : 2) + end;
    lines += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines + "\n";
}

std::string config_entry(const ConfigKey& key) {
  const bool off = key.otherwise.empty() && !key.required;
  auto line = fmt::format("{}{}", off ? "# " : "", config_line(key));
  const auto about = fmt::format("{}{}", key.required ? "required; " : "", key.text);
  if (line.size() + 2 > kTextColumn || kTextColumn + 2 + about.size() > kColumns) {
    return fmt::format("{}{}\n", comment(about), line);
  }
  line.resize(kTextColumn, ' ');
  return fmt::format("{}# {}\n", line, about);
}

std::string default_of(const ConfigKey& key) {
  if (key.required) return "required";
  if (key.otherwise.empty()) return "–";
  return fmt::format("`{}`", key.otherwise);
}

std::string range_of(const ConfigKey& key) {
  if (!has_range(key.kind)) return std::string(kind_name(key.kind));
  return fmt::format("{}, {} to {}", kind_name(key.kind), in_unit(key.kind, key.least),
                     in_unit(key.kind, key.most));
}

std::string reference_table(std::string_view section) {
  std::string text = "| key | default | takes | |\n|---|---|---|---|\n";
  for (const auto* key : keys_of(section)) {
    const auto example =
        key->example.empty() ? "" : fmt::format("; such as `{}`", config_line(*key));
    text += fmt::format("| `{}`<br>`{}` | {} | {} | {}{} |\n", key->name, variable_of(*key),
                        default_of(*key), range_of(*key), key->text, example);
  }
  return text;
}

}  // namespace

std::string default_config() {
  std::string text(kConfigHead);
  for (const auto* section : keys_of("")) {
    text += fmt::format("\n{}  # {}\n", heading(*section), section->text);
    for (const auto* key : keys_of(section->name)) {
      // What is in an inline table stands above it.
      for (const auto* inner : keys_of(fmt::format("{}.{}", section->name, key->name))) {
        text += comment(fmt::format("{}.{}: {}", key->name, inner->name, inner->text));
      }
      text += config_entry(*key);
    }
  }
  return text;
}

std::string config_reference() {
  std::string text(kReferenceHead);
  for (const auto* section : keys_of("")) {
    text +=
        fmt::format("\n## `{}`\n\n{}{}.{}\n\n{}", heading(*section),
                    static_cast<char>(std::toupper(section->text.front())), section->text.substr(1),
                    section->required ? " Required." : "", reference_table(section->name));
    for (const auto* key : keys_of(section->name)) {
      const auto inner = fmt::format("{}.{}", section->name, key->name);
      if (keys_of(inner).empty()) continue;
      text += fmt::format("\n### `{}` of `{}`\n\n{}", key->name, heading(*section),
                          reference_table(inner));
    }
  }
  return text;
}

}  // namespace blindsum
