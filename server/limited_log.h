// A log for what peers cause: passes at most so many lines a second, and says how many it left out,
// so that nobody can fill the disk or hide in the noise.
#pragma once

#include <cstdint>
#include <mutex>

#include "server/clock.h"
#include "server/log.h"

namespace blindsum {

// May be used from several threads at once.
class LimitedLog final : public Log {
 public:
  LimitedLog(Log& log, const Clock& clock, std::uint32_t lines_per_second)
      : log_(log), clock_(clock), most_(lines_per_second) {}
  void write(LogLevel level, std::string_view line) override { write_about(level, line, {}); }
  void write_about(LogLevel level, std::string_view line, const LogFields& fields) override;

 private:
  Log& log_;
  const Clock& clock_;
  const std::uint32_t most_;
  std::mutex mutex_;
  Instant second_{0};
  std::uint32_t written_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace blindsum
