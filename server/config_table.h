// One table of the configuration file, read key by key. Every getter notes what is wrong, with the
// line, and then gives the default, so that one run finds all problems. When all were asked for,
// refuse_unknown() reports the keys that nobody asked for. toml++ is in config_table.cc only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.h"

namespace blindsum {

class ConfigTable {
 public:
  // The whole file. No table if it is not TOML.
  static std::optional<ConfigTable> parse(std::string_view toml, const std::filesystem::path& file,
                                          std::vector<ConfigProblem>& problems);

  bool has(std::string_view key) const;

  std::optional<std::string> text(std::string_view key);
  std::string required_text(std::string_view key);
  bool boolean(std::string_view key, bool otherwise);
  std::uint64_t whole(std::string_view key, std::uint64_t least, std::uint64_t most,
                      std::optional<std::uint64_t> otherwise);
  double number(std::string_view key);  // required
  std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds least,
                                     std::chrono::milliseconds most,
                                     std::optional<std::chrono::milliseconds> otherwise);
  std::uint64_t size_bytes(std::string_view key, std::uint64_t least, std::uint64_t most,
                           std::uint64_t otherwise);
  std::uint32_t fraction_ppm(std::string_view key, std::optional<std::uint32_t> otherwise);
  std::vector<std::string> texts(std::string_view key);
  std::vector<std::uint64_t> wholes(std::string_view key, std::uint64_t least, std::uint64_t most);

  // A table inside; an empty one if it is missing.
  ConfigTable table(std::string_view key, bool required);
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
  std::shared_ptr<Impl> impl_;
};

}  // namespace blindsum
