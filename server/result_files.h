// The arrays of a completed round, in a folder of their own. Used by results.cc.
#pragma once

#include <filesystem>

#include "server/round_report.h"

namespace blindsum {

// Makes the folder whole or not at all: under another name first, then renamed. An older folder of
// that name, which has no record, goes. Errors: the operating system's; wrong_shape if the values
// are not those of the schema.
[[nodiscard]] Result<void> write_result_folder(const std::filesystem::path& folder,
                                               const RoundReport& report);
// Whole or half made, if there is one. Errors: the operating system's.
[[nodiscard]] Result<void> remove_result_folder(const std::filesystem::path& folder);

}  // namespace blindsum
