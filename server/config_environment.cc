#include "server/config_environment.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <compare>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

#include "server/config_key.h"
#include "server/nearest.h"
#include "support/files.h"

namespace blindsum {
namespace {

constexpr std::string_view kFileSuffix = "_FILE";
constexpr const char* kPlace = "environment ";
// Of `blindsum admin`, which is used beside this program, from the same shell.
constexpr std::string_view kOfOthers[] = {"BLINDSUM_ADMIN_URL", "BLINDSUM_ADMIN_CA"};

// One step down: a key, and which of its tables if it is a list of them.
struct Step {
  std::string key;
  std::optional<std::size_t> number;
  friend auto operator<=>(const Step&, const Step&) = default;
};

struct Setting {
  std::vector<Step> path;
  const ConfigKey* key;
  std::string variable;
  std::string value;
};

bool take(std::string_view& from, std::string_view what) {
  if (!from.starts_with(what)) return false;
  from.remove_prefix(what.size());
  return true;
}

// The number itself, and no other way to write it.
std::optional<std::size_t> take_number(std::string_view& from) {
  std::size_t number = 0;
  const auto read = std::from_chars(from.data(), from.data() + from.size(), number);
  const auto digits = static_cast<std::size_t>(read.ptr - from.data());
  if (read.ec != std::errc{} || (digits > 1 && from.front() == '0')) return std::nullopt;
  from.remove_prefix(digits);
  return number;
}

bool is_of_others(std::string_view variable) {
  return std::find(std::begin(kOfOthers), std::end(kOfOthers), variable) != std::end(kOfOthers);
}

// The way to the key, if the variable is the key's.
std::optional<std::vector<Step>> match(const ConfigKey& key, std::string_view variable) {
  if (!take(variable, kVariablePrefix)) return std::nullopt;
  std::vector<Step> path;
  for (const auto& step : steps_to(key)) {
    if (!path.empty() && !take(variable, "_")) return std::nullopt;
    if (!take(variable, in_variable(step.name))) return std::nullopt;
    Step taken{std::string(step.name), std::nullopt};
    if (step.numbered) {
      if (!take(variable, "_")) return std::nullopt;
      taken.number = take_number(variable);
      if (!taken.number) return std::nullopt;
    }
    path.push_back(std::move(taken));
  }
  if (!variable.empty()) return std::nullopt;
  return path;
}

std::optional<Setting> setting_of(std::string_view variable) {
  for (const auto& key : config_keys()) {
    if (key.section.empty()) continue;  // whole sections: BLINDSUM_TASK is the hook's
    auto path = match(key, variable);
    if (path) return Setting{*std::move(path), &key, std::string(variable), ""};
  }
  return std::nullopt;
}

// Whether it looks like one of ours, so that a misspelt one is not left out unseen.
bool claims_section(std::string_view variable) {
  return std::ranges::any_of(config_keys(), [&](const ConfigKey& key) {
    return key.section.empty() &&
           variable.starts_with(fmt::format("{}{}_", kVariablePrefix, in_variable(key.name)));
  });
}

// Numbers in names of variables that might have been meant: the first one that was written.
std::string meant_instead(std::string_view variable) {
  const auto digit = variable.find_first_of("0123456789");
  const auto end = std::min(variable.find_first_not_of("0123456789", digit), variable.size());
  const auto number = digit == std::string_view::npos ? "0" : variable.substr(digit, end - digit);
  std::vector<std::string> names;
  for (const auto& key : config_keys()) {
    if (key.section.empty()) continue;
    auto name = variable_of(key);
    for (auto at = name.find("<n>"); at != std::string::npos; at = name.find("<n>")) {
      name.replace(at, 3, number);
    }
    names.push_back(std::move(name));
  }
  const auto found = nearest(variable, names);
  return found ? fmt::format("; did you mean {}?", *found) : "";
}

class Reader {
 public:
  Reader(const Environment& environment, std::vector<ConfigProblem>& problems)
      : environment_(environment), problems_(problems) {}

  // Tables before what is in them, the first of a list before the second.
  std::vector<Setting> settings() {
    std::vector<Setting> found;
    for (const auto& [variable, value] : environment_) {
      if (!variable.starts_with(kVariablePrefix)) continue;
      if (auto setting = setting_of(variable)) {
        setting->value = value;
        found.push_back(*std::move(setting));
      } else if (auto file = file_setting(variable, value)) {
        found.push_back(*std::move(file));
      }
    }
    std::ranges::sort(found, {}, &Setting::path);
    return found;
  }

 private:
  void report(ConfigError error, const std::string& variable, std::string text) {
    problems_.push_back({error, kPlace + variable, std::move(text)});
  }

  std::optional<Setting> file_setting(const std::string& variable, const std::string& file) {
    std::optional<Setting> setting;
    std::string_view name = variable;
    if (name.ends_with(kFileSuffix)) {
      name.remove_suffix(kFileSuffix.size());
      setting = setting_of(name);
    }
    if (!setting) {
      if (claims_section(variable) && !is_of_others(variable)) {
        report(ConfigError::unknown_key, variable,
               fmt::format("no key has this variable{}", meant_instead(variable)));
      }
      return std::nullopt;
    }
    if (environment_.contains(name)) {
      report(ConfigError::conflicting_keys, variable,
             fmt::format("{} is set as well: give one", name));
      return std::nullopt;
    }
    auto text = read_text_file(file);
    if (!text) {
      report(ConfigError::unreadable_file, variable,
             fmt::format("{}: {}", file, text.error().message()));
      return std::nullopt;
    }
    if (text->ends_with('\n')) text->pop_back();
    setting->variable = variable;
    setting->value = *std::move(text);
    return setting;
  }

  const Environment& environment_;
  std::vector<ConfigProblem>& problems_;
};

// toml++ keeps a place with what it parses, and with nothing else.
std::optional<toml::table> parse_value(const std::string& toml, const std::string& variable) {
  try {
    auto parsed = toml::parse("v = " + toml, variable);
    if (parsed.size() == 1 && parsed.contains("v")) return parsed;
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

toml::table value_of(const Setting& setting) {
  if (!is_quoted(setting.key->kind)) {
    if (auto value = parse_value(setting.value, setting.variable)) return *std::move(value);
  }
  // Text; or no TOML, of which whoever reads the key says what would be right.
  std::ostringstream quoted;
  quoted << toml::value<std::string>(setting.value);
  return parse_value(quoted.str(), setting.variable).value_or(toml::table{});
}

template <class Place>
void move_into(toml::table value, Place place) {
  if (auto* node = value.get("v")) std::move(*node).visit(place);
}

// The table that a step leads to, made if it is missing. Null if something else is there, which
// whoever reads it reports, or the list is shorter.
toml::table* step_into(toml::table& table, const Step& step, const std::string& variable) {
  if (!table.contains(step.key)) {
    auto made = parse_value(step.number ? "[]" : "{}", variable);
    move_into(*std::move(made),
              [&](auto&& node) { table.insert(step.key, std::forward<decltype(node)>(node)); });
  }
  auto* node = table.get(step.key);
  if (!step.number) return node->as_table();
  auto* list = node->as_array();
  if (list == nullptr) return nullptr;
  if (*step.number == list->size()) {
    move_into(*parse_value("{}", variable),
              [&](auto&& made) { list->push_back(std::forward<decltype(made)>(made)); });
  }
  auto* inner = list->get(*step.number);
  return inner == nullptr ? nullptr : inner->as_table();
}

}  // namespace

void apply_environment(toml::table& root, const Environment& environment,
                       std::vector<ConfigProblem>& problems) {
  for (const auto& setting : Reader(environment, problems).settings()) {
    auto* table = &root;
    for (std::size_t i = 0; table != nullptr && i + 1 < setting.path.size(); ++i) {
      const auto& step = setting.path[i];
      auto* inner = step_into(*table, step, setting.variable);
      const auto* list = table->get_as<toml::array>(step.key);
      if (inner == nullptr && step.number && list != nullptr && *step.number > list->size()) {
        problems.push_back({ConfigError::out_of_range, kPlace + setting.variable,
                            fmt::format("there are {} tables '{}', so the next is number {}",
                                        list->size(), step.key, list->size())});
      }
      table = inner;
    }
    if (table == nullptr) continue;
    move_into(value_of(setting), [&](auto&& node) {
      table->insert_or_assign(setting.path.back().key, std::forward<decltype(node)>(node));
    });
  }
}

std::string place_of(const toml::node& node, const std::string& file) {
  const auto& source = node.source();
  if (source.path && *source.path != file) return kPlace + *source.path;
  return fmt::format("{}:{}", file, source.begin.line);
}

}  // namespace blindsum
