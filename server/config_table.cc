#include "server/config_table.h"

#include <fmt/core.h>
#include <toml++/toml.h>

#include <cassert>
#include <charconv>
#include <set>
#include <utility>

#include "server/config_environment.h"
#include "server/config_key.h"
#include "server/nearest.h"
#include "support/error.h"
#include "support/units.h"

namespace blindsum {
namespace {

UnitKind unit_of(KeyKind kind) {
  if (kind == KeyKind::duration) return UnitKind::duration;
  return kind == KeyKind::size ? UnitKind::size : UnitKind::fraction;
}

Result<std::uint64_t> parse_unit(UnitKind kind, std::string_view text) {
  if (kind == UnitKind::size) return parse_size_bytes(text);
  if (kind == UnitKind::fraction) {
    BLINDSUM_TRY(ppm, parse_fraction_ppm(text));
    return std::uint64_t{ppm};
  }
  BLINDSUM_TRY(time, parse_duration(text));
  return static_cast<std::uint64_t>(time.count());
}

// The table's own text: a test reads every default.
std::uint64_t parse_default(const ConfigKey& key) {
  if (key.kind != KeyKind::whole) return parse_unit(unit_of(key.kind), key.otherwise).value();
  std::uint64_t value = 0;
  const auto* const end = key.otherwise.data() + key.otherwise.size();
  const auto read = std::from_chars(key.otherwise.data(), end, value);
  assert(read.ptr == end);
  static_cast<void>(read);
  return value;
}

}  // namespace

struct ConfigTable::Impl {
  std::shared_ptr<const toml::table> root;  // keeps `table` alive
  const toml::table* table;
  std::string section;  // of config_key.h
  std::string name;     // "[listen]", for people
  std::string file;
  std::filesystem::path folder;
  std::vector<ConfigProblem>* problems;
  std::set<std::string, std::less<>> asked;
  std::vector<ConfigProblem> swallowed;

  const ConfigKey& known(std::string_view key) const {
    const auto* found = find_config_key(section, key);
    assert(found != nullptr);
    return *found;
  }
  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return table->get(key);
  }
  // Reports it if it has to be there and is not.
  const toml::node* look(const ConfigKey& key) {
    const auto* node = find(key.name);
    if (node != nullptr || !key.required) return node;
    const bool shown = !key.example.empty();
    report(ConfigError::missing_key, *table,
           fmt::format("{} needs '{}'{}{}", name, key.name, shown ? ", such as " : "",
                       shown ? config_line(key) : ""));
    return nullptr;
  }
  void report(ConfigError error, const toml::node& at, std::string text) {
    problems->push_back({error, place_of(at, file), std::move(text)});
  }
  void wrong_type(const ConfigKey& key, const toml::node& node, std::string_view due) {
    report(ConfigError::wrong_type, node, fmt::format("'{}' has to be {}", key.name, due));
  }
  Impl inside(const toml::table& inner, std::string_view key, std::string inner_name) const {
    return {root,
            &inner,
            section.empty() ? std::string(key) : fmt::format("{}.{}", section, key),
            std::move(inner_name),
            file,
            folder,
            problems,
            {},
            {}};
  }

  std::optional<std::uint64_t> in_range(const ConfigKey& key, const toml::node& node,
                                        std::uint64_t value, std::string_view shown);
  std::optional<std::uint64_t> whole(const ConfigKey& key, const toml::node& node);
  std::optional<std::uint64_t> with_unit(const ConfigKey& key, const toml::node& node);
  template <class Value>
  void read(std::string_view name, Value& value, std::string_view due);
};

std::optional<std::uint64_t> ConfigTable::Impl::in_range(const ConfigKey& key,
                                                         const toml::node& node,
                                                         std::uint64_t value,
                                                         std::string_view shown) {
  if (!has_range(key.kind) || (value >= key.least && value <= key.most)) return value;
  report(ConfigError::out_of_range, node,
         fmt::format("'{}' = {} has to be {} to {}", key.name, shown, in_unit(key.kind, key.least),
                     in_unit(key.kind, key.most)));
  return std::nullopt;
}

std::optional<std::uint64_t> ConfigTable::Impl::whole(const ConfigKey& key,
                                                      const toml::node& node) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value) {
    wrong_type(key, node, fmt::format("a whole number, such as {}", config_line(key)));
    return std::nullopt;
  }
  // A negative one is beyond every range.
  return in_range(key, node, static_cast<std::uint64_t>(*value), fmt::format("{}", *value));
}

// Text with a unit; a bare number is the usual mistake, so it gets the hint, too.
std::optional<std::uint64_t> ConfigTable::Impl::with_unit(const ConfigKey& key,
                                                          const toml::node& node) {
  const auto kind = unit_of(key.kind);
  const auto text = node.value_exact<std::string>();
  if (!text) {
    const auto error = node.is_number() ? ConfigError::missing_unit : ConfigError::wrong_type;
    report(error, node, fmt::format("'{}': {}", key.name, hint(kind)));
    return std::nullopt;
  }
  const auto value = parse_unit(kind, *text);
  const auto shown = fmt::format("\"{}\"", *text);
  if (value) return in_range(key, node, *value, shown);
  auto error = ConfigError::bad_value;
  if (value.error() == SupportError::missing_unit) error = ConfigError::missing_unit;
  if (value.error() == SupportError::wrong_unit) error = ConfigError::wrong_unit;
  if (value.error() == SupportError::number_out_of_range) error = ConfigError::out_of_range;
  report(error, node, fmt::format("'{}' = {}: {}", key.name, shown, hint(kind)));
  return std::nullopt;
}

template <class Value>
void ConfigTable::Impl::read(std::string_view key_name, Value& value, std::string_view due) {
  const auto& key = known(key_name);
  const auto* node = look(key);
  if (node == nullptr) return;
  if (auto found = node->value_exact<Value>()) {
    value = *std::move(found);
  } else {
    wrong_type(key, *node, due);
  }
}

ConfigTable::ConfigTable(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

std::optional<ConfigTable> ConfigTable::parse(std::string_view toml,
                                              const std::filesystem::path& file,
                                              const Environment& environment,
                                              std::vector<ConfigProblem>& problems,
                                              std::string section) {
  try {
    auto root = std::make_shared<toml::table>(toml::parse(toml, file.string()));
    apply_environment(*root, environment, problems);
    const auto* table = root.get();
    auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    return ConfigTable(std::make_shared<Impl>(Impl{std::move(root),
                                                   table,
                                                   std::move(section),
                                                   "the file",
                                                   file.string(),
                                                   std::move(folder),
                                                   &problems,
                                                   {},
                                                   {}}));
  } catch (const toml::parse_error& error) {
    problems.push_back({ConfigError::bad_toml,
                        fmt::format("{}:{}", file.string(), error.source().begin.line),
                        std::string(error.description())});
    return std::nullopt;
  }
}

bool ConfigTable::has(std::string_view key) const {
  return impl_->find(key) != nullptr;
}

void ConfigTable::read(std::string_view key, std::string& value) {
  value = impl_->known(key).otherwise;
  impl_->read(key, value, "text in quotes");
}

void ConfigTable::read(std::string_view key, std::filesystem::path& value) {
  std::string text;
  read(key, text);
  if (!text.empty()) value = impl_->folder / text;
}

void ConfigTable::read(std::string_view key, bool& value) {
  value = impl_->known(key).otherwise == "true";
  impl_->read(key, value, "true or false");
}

void ConfigTable::read(std::string_view name, double& value) {
  const auto& key = impl_->known(name);
  const auto* node = impl_->look(key);
  if (node == nullptr) return;
  const auto found = node->is_number() ? node->value<double>() : std::nullopt;
  if (!found) impl_->wrong_type(key, *node, fmt::format("a number, such as {}", config_line(key)));
  value = found.value_or(value);
}

void ConfigTable::read(std::string_view key, std::chrono::milliseconds& value) {
  if (const auto found = amount(key))
    value = std::chrono::milliseconds(static_cast<std::int64_t>(*found));
}

std::optional<std::uint64_t> ConfigTable::amount(std::string_view name) {
  const auto& key = impl_->known(name);
  const auto* node = impl_->look(key);
  if (node != nullptr) {
    return key.kind == KeyKind::whole ? impl_->whole(key, *node) : impl_->with_unit(key, *node);
  }
  if (key.otherwise.empty()) return std::nullopt;
  return parse_default(key);
}

void ConfigTable::read(std::string_view name, std::vector<std::string>& value) {
  const auto& key = impl_->known(name);
  const auto* node = impl_->look(key);
  if (node == nullptr) return;
  const auto due = fmt::format("a list of texts, such as {}", config_line(key));
  const auto* array = node->as_array();
  if (array == nullptr) return impl_->wrong_type(key, *node, due);
  for (const auto& item : *array) {
    const auto found = item.value_exact<std::string>();
    if (!found) impl_->wrong_type(key, item, due);
    value.push_back(found.value_or(""));
  }
}

void ConfigTable::read(std::string_view name, std::vector<std::uint64_t>& value) {
  const auto& key = impl_->known(name);
  const auto* node = impl_->look(key);
  if (node == nullptr) return;
  const auto* array = node->as_array();
  if (array == nullptr) {
    return impl_->wrong_type(key, *node,
                             fmt::format("a list of whole numbers, such as {}", config_line(key)));
  }
  for (const auto& item : *array) value.push_back(impl_->whole(key, item).value_or(key.least));
}

ConfigTable ConfigTable::table(std::string_view name) {
  static const toml::table empty;
  const auto& key = impl_->known(name);
  const auto* node = impl_->look(key);
  const toml::table* inner = node == nullptr ? nullptr : node->as_table();
  if (node != nullptr && inner == nullptr) impl_->wrong_type(key, *node, "a table");
  auto made = std::make_shared<Impl>(
      impl_->inside(inner == nullptr ? empty : *inner, name, fmt::format("[{}]", name)));
  // What an empty stand-in lacks is not reported again, key by key.
  if (inner == nullptr && (key.required || node != nullptr)) made->problems = &made->swallowed;
  return ConfigTable(std::move(made));
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view name) {
  std::vector<ConfigTable> found;
  const auto& key = impl_->known(name);
  const auto* node = impl_->look(key);
  if (node == nullptr) return found;
  const auto* array = node->as_array();
  if (array == nullptr) {
    impl_->wrong_type(key, *node, "a list of tables");
    return found;
  }
  for (const auto& item : *array) {
    if (const auto* inner = item.as_table()) {
      found.push_back(ConfigTable(
          std::make_shared<Impl>(impl_->inside(*inner, name, fmt::format("[[{}]]", name)))));
    } else {
      impl_->wrong_type(key, item, "a list of tables");
    }
  }
  return found;
}

void ConfigTable::report(ConfigError error, std::string_view key, std::string text) {
  const auto* node = impl_->find(key);
  impl_->report(error, node == nullptr ? *impl_->table : *node, std::move(text));
}

std::size_t ConfigTable::problems() const {
  return impl_->problems->size();
}

void ConfigTable::refuse_unknown() {
  const std::vector<std::string> known(impl_->asked.begin(), impl_->asked.end());
  for (const auto& [key, node] : *impl_->table) {
    const std::string name(key.str());
    if (impl_->asked.contains(name)) continue;
    const auto meant = nearest(name, known);
    auto where = place_of(node, impl_->file);
    // Of a key's own line, as its value may begin further down.
    if (where.starts_with(impl_->file)) {
      where = fmt::format("{}:{}", impl_->file, key.source().begin.line);
    }
    impl_->problems->push_back(
        {ConfigError::unknown_key, std::move(where),
         fmt::format("'{}' is no key of {}{}", name, impl_->name,
                     meant ? fmt::format("; did you mean '{}'?", *meant) : "")});
  }
}

}  // namespace blindsum
