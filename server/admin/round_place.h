// Where the files of one round of one task are, for the pages that read them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "server/admin/api.h"
#include "server/result_files.h"

namespace blindsum {

// A round's JSON or record, with its proof.
inline constexpr std::uint64_t kMostDocument = std::uint64_t{16} << 20;

struct RoundPlace {
  std::string task;
  std::uint64_t round = 0;
  std::filesystem::path folder;  // the task's

  std::filesystem::path file(std::string_view extension) const {
    return round_file(folder, round, extension);
  }
};

// The folder of a task that there is. A name that is none of a task never becomes a path.
[[nodiscard]] std::optional<std::filesystem::path> results_of(const ApiContext& context,
                                                              std::string_view task);
// The round of the path's names. Nothing, with `problem` filled in, if there is none that is over.
[[nodiscard]] std::optional<RoundPlace> find_round(const ApiContext& context,
                                                   const AdminPages::Names& names,
                                                   AdminResponse& problem);

}  // namespace blindsum
