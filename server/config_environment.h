// The environment over the configuration file: BLINDSUM_LIMITS_DRAIN=10s for `drain` of [limits],
// BLINDSUM_TASK_0_N_MIN=8 for the first [[task]]. A variable with _FILE at its end names a file
// that has the value, as Docker and Kubernetes hand secrets over. Used by config_table only; it
// has toml++ in it.
//
// Text, paths and what has a unit are as they are, without quotes; all else is TOML: 8443, true,
// [57, 2], { kind = "count", bound = 9 }.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <vector>

#include "server/config.h"

namespace blindsum {

// Puts them into the tables, which it makes where they are missing. Reports variables that begin
// like a section's and mean nothing, and files that cannot be read.
void apply_environment(toml::table& root, const Environment& environment,
                       std::vector<ConfigProblem>& problems);

// "blindsumd.toml:12", or "environment BLINDSUM_LISTEN_PORT".
[[nodiscard]] std::string place_of(const toml::node& node, const std::string& file);

}  // namespace blindsum
