#include "server/config_table.h"

#include <fmt/core.h>
#include <toml++/toml.h>

#include <set>
#include <utility>

#include "server/nearest.h"
#include "support/error.h"
#include "support/units.h"

namespace blindsum {

struct ConfigTable::Impl {
  std::shared_ptr<const toml::table> root;  // keeps `table` alive
  const toml::table* table;
  std::string name;  // "[listen]", for people
  std::string file;
  std::vector<ConfigProblem>* problems;
  std::set<std::string, std::less<>> asked;
  std::vector<ConfigProblem> swallowed;

  const toml::node* find(std::string_view key) {
    asked.emplace(key);
    return table->get(key);
  }
  const toml::node* require(std::string_view key) {
    const auto* node = find(key);
    if (node == nullptr) {
      report(ConfigError::missing_key, *table, fmt::format("{} needs '{}'", name, key));
    }
    return node;
  }
  void report(ConfigError error, const toml::node& at, std::string text) {
    problems->push_back(
        {error, fmt::format("{}:{}", file, at.source().begin.line), std::move(text)});
  }
  void wrong_type(std::string_view key, const toml::node& node, std::string_view due) {
    report(ConfigError::wrong_type, node, fmt::format("'{}' has to be {}", key, due));
  }
  Impl inside(const toml::table& inner, std::string inner_name) const {
    return {root, &inner, std::move(inner_name), file, problems, {}, {}};
  }

  template <class Value, class Parse>
  std::optional<Value> with_unit(std::string_view key, const toml::node& node, UnitKind kind,
                                 Parse parse);
  std::optional<std::uint64_t> whole(std::string_view key, const toml::node& node,
                                     std::uint64_t least, std::uint64_t most);
};

// Text with a unit; a bare number is the usual mistake, so it gets the hint, too.
template <class Value, class Parse>
std::optional<Value> ConfigTable::Impl::with_unit(std::string_view key, const toml::node& node,
                                                  UnitKind kind, Parse parse) {
  const auto text = node.value_exact<std::string>();
  if (!text) {
    const auto error = node.is_number() ? ConfigError::missing_unit : ConfigError::wrong_type;
    report(error, node, fmt::format("'{}': {}", key, hint(kind)));
    return std::nullopt;
  }
  const auto value = parse(*text);
  if (value) return static_cast<Value>(*value);
  auto error = ConfigError::bad_value;
  if (value.error() == SupportError::missing_unit) error = ConfigError::missing_unit;
  if (value.error() == SupportError::wrong_unit) error = ConfigError::wrong_unit;
  if (value.error() == SupportError::number_out_of_range) error = ConfigError::out_of_range;
  report(error, node, fmt::format("'{}' = \"{}\": {}", key, *text, hint(kind)));
  return std::nullopt;
}

std::optional<std::uint64_t> ConfigTable::Impl::whole(std::string_view key, const toml::node& node,
                                                      std::uint64_t least, std::uint64_t most) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value) {
    wrong_type(key, node, "a whole number");
    return std::nullopt;
  }
  if (*value < 0 || static_cast<std::uint64_t>(*value) < least ||
      static_cast<std::uint64_t>(*value) > most) {
    report(ConfigError::out_of_range, node,
           fmt::format("'{}' = {} has to be {} to {}", key, *value, least, most));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(*value);
}

ConfigTable::ConfigTable(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

std::optional<ConfigTable> ConfigTable::parse(std::string_view toml,
                                              const std::filesystem::path& file,
                                              std::vector<ConfigProblem>& problems) {
  try {
    auto root = std::make_shared<const toml::table>(toml::parse(toml, file.string()));
    const auto* table = root.get();
    return ConfigTable(std::make_shared<Impl>(
        Impl{std::move(root), table, "the file", file.string(), &problems, {}, {}}));
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

std::optional<std::string> ConfigTable::text(std::string_view key) {
  const auto* node = impl_->find(key);
  if (node == nullptr) return std::nullopt;
  auto value = node->value_exact<std::string>();
  if (!value) impl_->wrong_type(key, *node, "text in quotes");
  return value;
}

std::string ConfigTable::required_text(std::string_view key) {
  if (impl_->require(key) == nullptr) return {};
  return text(key).value_or("");
}

bool ConfigTable::boolean(std::string_view key, bool otherwise) {
  const auto* node = impl_->find(key);
  if (node == nullptr) return otherwise;
  const auto value = node->value_exact<bool>();
  if (!value) impl_->wrong_type(key, *node, "true or false");
  return value.value_or(otherwise);
}

std::uint64_t ConfigTable::whole(std::string_view key, std::uint64_t least, std::uint64_t most,
                                 std::optional<std::uint64_t> otherwise) {
  const auto* node = otherwise ? impl_->find(key) : impl_->require(key);
  if (node == nullptr) return otherwise.value_or(least);
  return impl_->whole(key, *node, least, most).value_or(least);
}

double ConfigTable::number(std::string_view key) {
  const auto* node = impl_->require(key);
  if (node == nullptr) return 0;
  const auto value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value) impl_->wrong_type(key, *node, "a number");
  return value.value_or(0);
}

std::chrono::milliseconds ConfigTable::duration(
    std::string_view key, std::chrono::milliseconds least, std::chrono::milliseconds most,
    std::optional<std::chrono::milliseconds> otherwise) {
  const auto* node = otherwise ? impl_->find(key) : impl_->require(key);
  if (node == nullptr) return otherwise.value_or(least);
  const auto value =
      impl_->with_unit<std::chrono::milliseconds>(key, *node, UnitKind::duration, parse_duration);
  if (!value) return least;
  if (*value < least || *value > most) {
    impl_->report(ConfigError::out_of_range, *node,
                  fmt::format("'{}' has to be {} ms to {} ms", key, least.count(), most.count()));
  }
  return *value;
}

std::uint64_t ConfigTable::size_bytes(std::string_view key, std::uint64_t least, std::uint64_t most,
                                      std::uint64_t otherwise) {
  const auto* node = impl_->find(key);
  if (node == nullptr) return otherwise;
  const auto value = impl_->with_unit<std::uint64_t>(key, *node, UnitKind::size, parse_size_bytes);
  if (value && (*value < least || *value > most)) {
    impl_->report(ConfigError::out_of_range, *node,
                  fmt::format("'{}' has to be {} to {} bytes", key, least, most));
  }
  return value.value_or(otherwise);
}

std::uint32_t ConfigTable::fraction_ppm(std::string_view key,
                                        std::optional<std::uint32_t> otherwise) {
  const auto* node = otherwise ? impl_->find(key) : impl_->require(key);
  if (node == nullptr) return otherwise.value_or(0);
  return impl_->with_unit<std::uint32_t>(key, *node, UnitKind::fraction, parse_fraction_ppm)
      .value_or(0);
}

std::vector<std::string> ConfigTable::texts(std::string_view key) {
  std::vector<std::string> values;
  const auto* node = impl_->find(key);
  if (node == nullptr) return values;
  const auto* array = node->as_array();
  if (array == nullptr) {
    impl_->wrong_type(key, *node, "a list of texts, such as [\"./next-model\", \"--fast\"]");
    return values;
  }
  for (const auto& item : *array) {
    const auto value = item.value_exact<std::string>();
    if (!value) impl_->wrong_type(key, item, "a list of texts");
    values.push_back(value.value_or(""));
  }
  return values;
}

std::vector<std::uint64_t> ConfigTable::wholes(std::string_view key, std::uint64_t least,
                                               std::uint64_t most) {
  std::vector<std::uint64_t> values;
  const auto* node = impl_->require(key);
  if (node == nullptr) return values;
  const auto* array = node->as_array();
  if (array == nullptr) {
    impl_->wrong_type(key, *node, "a list of whole numbers, such as [64, 10]");
    return values;
  }
  for (const auto& item : *array) {
    values.push_back(impl_->whole(key, item, least, most).value_or(least));
  }
  return values;
}

ConfigTable ConfigTable::table(std::string_view key, bool required) {
  static const toml::table empty;
  const auto* node = required ? impl_->require(key) : impl_->find(key);
  const toml::table* inner = node == nullptr ? nullptr : node->as_table();
  if (node != nullptr && inner == nullptr) impl_->wrong_type(key, *node, "a table");
  // What an empty stand-in lacks is not reported again, key by key.
  if (inner == nullptr) {
    auto stand_in = std::make_shared<Impl>(impl_->inside(empty, fmt::format("[{}]", key)));
    if (required || node != nullptr) stand_in->problems = &stand_in->swallowed;
    return ConfigTable(std::move(stand_in));
  }
  return ConfigTable(std::make_shared<Impl>(impl_->inside(*inner, fmt::format("[{}]", key))));
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view key) {
  std::vector<ConfigTable> found;
  const auto* node = impl_->require(key);
  if (node == nullptr) return found;
  const auto* array = node->as_array();
  if (array == nullptr) {
    impl_->wrong_type(key, *node, "a list of tables");
    return found;
  }
  for (const auto& item : *array) {
    if (const auto* inner = item.as_table()) {
      found.push_back(
          ConfigTable(std::make_shared<Impl>(impl_->inside(*inner, fmt::format("[[{}]]", key)))));
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
    impl_->problems->push_back(
        {ConfigError::unknown_key, fmt::format("{}:{}", impl_->file, key.source().begin.line),
         fmt::format("'{}' is no key of {}{}", name, impl_->name,
                     meant ? fmt::format("; did you mean '{}'?", *meant) : "")});
  }
}

}  // namespace blindsum
