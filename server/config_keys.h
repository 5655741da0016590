// The table of config_key.h in two files: the server's sections, and a task's.
#pragma once

#include <span>

#include "server/config_key.h"

namespace blindsum {

[[nodiscard]] std::span<const ConfigKey> server_keys();
[[nodiscard]] std::span<const ConfigKey> task_keys();

}  // namespace blindsum
