#include "server/spdlog_log.h"

#include <fmt/chrono.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <atomic>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <utility>

namespace blindsum {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

constexpr std::array kLevels{std::pair{LogLevel::debug, std::string_view("debug")},
                             std::pair{LogLevel::info, std::string_view("info")},
                             std::pair{LogLevel::warning, std::string_view("warning")},
                             std::pair{LogLevel::error, std::string_view("error")}};

class SpdlogLog final : public ProcessLog {
 public:
  explicit SpdlogLog(const LogConfig& config)
      : format_(config.format),
        level_(config.level),
        logger_("blindsumd", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_level(spdlog_level(config.level));
    const bool json = format_ == LogFormat::json;
    logger_.set_pattern(json ? "%v" : "%Y-%m-%d %H:%M:%S.%e %l %v");
    logger_.flush_on(spdlog::level::debug);
  }

  void write(LogLevel level, std::string_view line) override { write_about(level, line, {}); }
  void write_about(LogLevel level, std::string_view line, const LogFields& fields) override {
    if (!logger_.should_log(spdlog_level(level))) return;
    if (format_ == LogFormat::human) return put(level, line);
    put(level, json_line(utc_timestamp(), level, line, fields));
  }

  void set_level(LogLevel least) override {
    level_ = least;
    logger_.set_level(spdlog_level(least));
  }
  LogLevel level() const override { return level_; }

 private:
  void put(LogLevel level, std::string_view line) {
    logger_.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  }

  const LogFormat format_;
  std::atomic<LogLevel> level_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<ProcessLog> make_stderr_log(const LogConfig& config) {
  return std::make_unique<SpdlogLog>(config);
}

std::string_view name_of(LogLevel level) {
  for (const auto& [known, name] : kLevels) {
    if (known == level) return name;
  }
  return "unknown";
}

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (const auto& [level, known] : kLevels) {
    if (known == name) return level;
  }
  return std::nullopt;
}

std::string json_line(std::string_view timestamp, LogLevel level, std::string_view line,
                      const LogFields& fields) {
  boost::json::object object{{"@timestamp", boost::json::string(timestamp)},
                             {"log.level", boost::json::string(name_of(level))},
                             {"message", boost::json::string(line)}};
  if (!fields.round.empty()) object["blindsum.round"] = fields.round;
  if (!fields.session_id.empty()) object["blindsum.session_id"] = fields.session_id;
  if (fields.session != 0) object["blindsum.session"] = fields.session;
  return boost::json::serialize(object);
}

std::string utc_timestamp() {
  const auto now = std::chrono::system_clock::now();
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(now - second).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(second)), ms);
}

}  // namespace blindsum
