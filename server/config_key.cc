#include "server/config_key.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "server/config_keys.h"

namespace blindsum {
namespace {

using Units = std::span<const std::pair<std::string_view, std::uint64_t>>;

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> kDurations{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> kSizes{
    {{"GiB", 1U << 30}, {"MiB", 1U << 20}, {"KiB", 1U << 10}, {"B", 1}}};

// In the largest unit of which it is a whole number.
std::string in_largest(Units units, std::uint64_t value) {
  for (const auto& [name, factor] : units) {
    if (value != 0 && value % factor == 0) return fmt::format("{}{}", value / factor, name);
  }
  return fmt::format("{}{}", value, units.back().first);
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  static const auto all = [] {
    std::vector<ConfigKey> keys(server_keys().begin(), server_keys().end());
    keys.insert(keys.end(), task_keys().begin(), task_keys().end());
    return keys;
  }();
  return all;
}

const ConfigKey* find_config_key(std::string_view section, std::string_view name) {
  const auto keys = config_keys();
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& key) {
    return key.section == section && key.name == name;
  });
  return found == keys.end() ? nullptr : &*found;
}

bool has_range(KeyKind kind) {
  return kind == KeyKind::whole || kind == KeyKind::wholes || kind == KeyKind::duration ||
         kind == KeyKind::size;
}

std::string in_unit(KeyKind kind, std::uint64_t value) {
  if (kind == KeyKind::duration) return in_largest(kDurations, value);
  if (kind == KeyKind::size) return in_largest(kSizes, value);
  return fmt::format("{}", value);
}

bool is_quoted(KeyKind kind) {
  return kind == KeyKind::text || kind == KeyKind::path || kind == KeyKind::duration ||
         kind == KeyKind::size || kind == KeyKind::fraction;
}

std::vector<ConfigStep> steps_to(const ConfigKey& key) {
  std::vector<ConfigStep> steps;
  for (std::size_t at = 0; at < key.section.size();) {
    const auto end = std::min(key.section.find('.', at), key.section.size());
    const auto name = key.section.substr(at, end - at);
    const auto* table = find_config_key(key.section.substr(0, at == 0 ? 0 : at - 1), name);
    steps.push_back({name, table != nullptr && table->kind == KeyKind::tables});
    at = end + 1;
  }
  steps.push_back({key.name});
  return steps;
}

std::string in_variable(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return upper;
}

std::string variable_of(const ConfigKey& key) {
  std::string name;
  for (const auto& step : steps_to(key)) {
    name += fmt::format("{}{}{}", name.empty() ? kVariablePrefix : "_", in_variable(step.name),
                        step.numbered ? "_<n>" : "");
  }
  return name;
}

std::string config_line(const ConfigKey& key) {
  if (key.otherwise.empty()) return fmt::format("{} = {}", key.name, key.example);
  const std::string_view quote = is_quoted(key.kind) ? "\"" : "";
  return fmt::format("{} = {}{}{}", key.name, quote, key.otherwise, quote);
}

}  // namespace blindsum
