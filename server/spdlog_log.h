// The log on standard error: lines for people, or JSON, one object a line, with the names of the
// Elastic Common Schema.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/config.h"
#include "server/log.h"

namespace blindsum {

class ProcessLog : public Log {
 public:
  // From any thread: what is below it is left out from now on.
  virtual void set_level(LogLevel least) = 0;
  virtual LogLevel level() const = 0;
};

[[nodiscard]] std::unique_ptr<ProcessLog> make_stderr_log(const LogConfig& config);
[[nodiscard]] std::string_view name_of(LogLevel level);
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view name);

// One line, without its end.
[[nodiscard]] std::string json_line(std::string_view timestamp, LogLevel level,
                                    std::string_view line, const LogFields& fields);
// "2025-11-26T14:05:09.123Z", of now.
[[nodiscard]] std::string utc_timestamp();

}  // namespace blindsum
