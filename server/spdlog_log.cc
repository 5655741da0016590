#include "server/spdlog_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

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

class SpdlogLog final : public Log {
 public:
  explicit SpdlogLog(LogLevel least)
      : logger_("blindsumd", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_level(spdlog_level(least));
    logger_.set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
    logger_.flush_on(spdlog::level::debug);
  }

  void write(LogLevel level, std::string_view line) override {
    logger_.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  }

 private:
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(LogLevel least) {
  return std::make_unique<SpdlogLog>(least);
}

}  // namespace blindsum
