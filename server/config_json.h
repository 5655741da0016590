// A task as JSON: the same keys as those of [[task]], with the same checks but that of its cohorts
// (cohort_check.h).
#pragma once

#include <string_view>
#include <vector>

#include "server/config.h"

namespace blindsum {

// Of use only if no problem was added. Keys that name programs or files (payload, on_result) are
// refused.
[[nodiscard]] TaskConfig read_json_task(std::string_view json,
                                        std::vector<ConfigProblem>& problems);

}  // namespace blindsum
