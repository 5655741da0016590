// Whether a program can be started at all: asked before anything is connected.
#pragma once

#include <string>

#include "crypto/result.h"

namespace blindsum::cli {

// A path if there is a slash in it, else looked for in PATH. Errors: no_such_file_or_directory,
// permission_denied if it is there and not executable, is_a_directory; the operating system's.
[[nodiscard]] Result<void> check_program(const std::string& program);

}  // namespace blindsum::cli
