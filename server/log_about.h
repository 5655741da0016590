// A log whose lines all are about the same round or session, and say so where the format has room
// for it. May be used from several threads at once.
#pragma once

#include <string>
#include <utility>

#include "server/log.h"

namespace blindsum {

class LogAbout final : public Log {
 public:
  // The log outlives it.
  LogAbout(Log& log, LogFields fields) : log_(log), fields_(std::move(fields)) {}
  void write(LogLevel level, std::string_view line) override {
    log_.write_about(level, line, fields_);
  }

 private:
  Log& log_;
  const LogFields fields_;
};

}  // namespace blindsum
