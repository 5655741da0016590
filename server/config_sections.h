// Tables of the configuration that have a file of their own. Used by config.cc.
#pragma once

#include "server/config.h"
#include "server/config_table.h"

namespace blindsum {

// All report what is wrong into the table's problems. Whether cohorts can run the task is another
// question: cohort_check.h.
[[nodiscard]] TaskConfig read_task(ConfigTable& table);

// The operator's port, and who may use it.
[[nodiscard]] AdminConfig read_admin(ConfigTable table);
[[nodiscard]] LogConfig read_log(ConfigTable table);
// What is to be kept of who did what.
[[nodiscard]] AuditConfig read_audit(ConfigTable table);

}  // namespace blindsum
