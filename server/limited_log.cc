#include "server/limited_log.h"

#include <chrono>
#include <utility>

namespace blindsum {

void LimitedLog::write_about(LogLevel level, std::string_view line, const LogFields& fields) {
  std::uint64_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
    if (second != second_) {
      second_ = second;
      written_ = 0;
      left_out = std::exchange(left_out_, 0);
    }
    if (written_ >= most_) {
      ++left_out_;
      return;
    }
    ++written_;
  }
  if (left_out > 0) log_.warning("{} lines about peers were left out", left_out);
  log_.write_about(level, line, fields);
}

}  // namespace blindsum
