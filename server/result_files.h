// Where the files of rounds are in a task's folder of results; and the arrays of a completed round,
// in a folder of their own. Used by results.cc, and by the operator's port, which reads them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "server/round_report.h"

namespace blindsum {

// "round-000012.record"; the folder, if there is no extension.
[[nodiscard]] std::filesystem::path round_file(const std::filesystem::path& folder,
                                               std::uint64_t round, std::string_view extension);
struct RoundFile {
  std::uint64_t round = 0;
  std::string_view extension;  // of the name that was parsed; empty for the folder
};
[[nodiscard]] std::optional<RoundFile> parse_round_file(std::string_view name);

// Makes the folder whole or not at all: under another name first, then renamed. An older folder of
// that name, which has no record, goes. Errors: the operating system's; wrong_shape if the values
// are not those of the schema.
[[nodiscard]] Result<void> write_result_folder(const std::filesystem::path& folder,
                                               const RoundReport& report);
// Whole or half made, if there is one. Errors: the operating system's.
[[nodiscard]] Result<void> remove_result_folder(const std::filesystem::path& folder);

}  // namespace blindsum
