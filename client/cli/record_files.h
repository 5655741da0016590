// Which records `blindsum record verify` is to look at.
#pragma once

#include <string>
#include <vector>

#include "crypto/result.h"

namespace blindsum::cli {

struct RecordFiles {
  std::vector<std::string> files;  // oldest first
  bool is_whole_chain = false;     // all that there are of a task: they begin with its first round
};

// Files stay as they were given. A single folder stands for all `*.record` in it, in the order of
// their rounds. Errors: the operating system's; no_such_file_or_directory if it has none.
[[nodiscard]] Result<RecordFiles> find_record_files(const std::vector<std::string>& given);

}  // namespace blindsum::cli
