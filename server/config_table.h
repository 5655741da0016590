// One table of the configuration, read key by key. What a key takes, its range and its default are
// in the table of config_key.h. Every getter notes what is wrong, with the line or the variable of
// the environment, so that one run finds all problems. When all were asked for, refuse_unknown()
// reports the keys that nobody asked for. toml++ is in config_table*.cc and config_environment.*.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.h"

namespace blindsum {

class ConfigTable {
 public:
  // The whole file, with what the environment says instead. No table if it is not TOML. `section`:
  // whose keys it has, if it is not a whole configuration.
  static std::optional<ConfigTable> parse(std::string_view toml, const std::filesystem::path& file,
                                          const Environment& environment,
                                          std::vector<ConfigProblem>& problems,
                                          std::string section = "");

  bool has(std::string_view key) const;

  // Into `value`: what is there, or else the key's default. Left alone if there is neither, or
  // what is there is wrong. The type has to suit the key's kind; durations also go into integers,
  // as milliseconds, fractions as millionths.
  void read(std::string_view key, std::string& value);
  void read(std::string_view key, std::filesystem::path& value);  // from the file's folder on
  void read(std::string_view key, bool& value);
  void read(std::string_view key, double& value);
  void read(std::string_view key, std::chrono::milliseconds& value);
  void read(std::string_view key, std::vector<std::string>& value);
  void read(std::string_view key, std::vector<std::uint64_t>& value);
  template <std::unsigned_integral Number>
  void read(std::string_view key, Number& value) {
    if (const auto found = amount(key)) value = static_cast<Number>(*found);
  }
  template <std::unsigned_integral Number>
  void read(std::string_view key, std::optional<Number>& value) {
    if (const auto found = amount(key)) value = static_cast<Number>(*found);
  }

  // A table inside; an empty one if it is missing.
  ConfigTable table(std::string_view key);
  // [[key]], or an array of inline tables.
  std::vector<ConfigTable> tables(std::string_view key);

  // With the line of the key, or of the table if it has no such key.
  void report(ConfigError error, std::string_view key, std::string text);
  void refuse_unknown();
  // Of the whole file, so far.
  std::size_t problems() const;

 private:
  struct Impl;
  explicit ConfigTable(std::shared_ptr<Impl> impl);
  // Of a whole number, a duration, a size or a fraction.
  std::optional<std::uint64_t> amount(std::string_view key);
  std::shared_ptr<Impl> impl_;
};

}  // namespace blindsum
