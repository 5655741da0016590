// A task's table of the configuration. Used by config.cc.
#pragma once

#include "server/config.h"
#include "server/config_table.h"

namespace blindsum {

// Reports what is wrong into the table's problems, also when no cohort could run the task.
[[nodiscard]] TaskConfig read_task(ConfigTable& table);

}  // namespace blindsum
