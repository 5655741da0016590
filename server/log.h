// The log: one line a happening, for people. Injected, so that tests can read it. May be used from
// any thread.
//
// Lines name the task and round, the session and the member, and every failure by its reason's
// name. Never a secret, never a masked value, never a peer's bytes as they are: see
// printable() of protocol/round/text.h.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace blindsum {

enum class LogLevel { debug, info, warning, error };

// What a line is about, for logs that machines read; empty or 0 where it is about none.
struct LogFields {
  std::string round = {};       // "spam-filter/12"
  std::string session_id = {};  // the round's, hexadecimal
  std::uint64_t session = 0;    // a member's connection
};

class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view line) = 0;
  virtual void write_about(LogLevel level, std::string_view line, const LogFields&) {
    write(level, line);
  }

  template <class... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) {
    write(LogLevel::debug, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) {
    write(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) {
    write(LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) {
    write(LogLevel::error, fmt::format(format, std::forward<Args>(args)...));
  }
};

}  // namespace blindsum
