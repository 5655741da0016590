// The log of the program: spdlog, to standard error, with time and level.
#pragma once

#include <memory>

#include "server/log.h"

namespace blindsum {

// Lines below `least` are not written.
[[nodiscard]] std::unique_ptr<Log> make_stderr_log(LogLevel least);

}  // namespace blindsum
