#include "client/cli/result_folder.h"

#include <cstdio>
#include <variant>

#include "support/files.h"
#include "support/npy.h"

namespace blindsum::cli {

Result<std::string> keep_result(const std::string& folder, const RoundResult& result) {
  if (folder.empty() || result.record_file.empty()) return std::string();
  BLINDSUM_CHECK(make_folder(folder));
  char name[40];
  std::snprintf(name, sizeof(name), "round-%06llu", static_cast<unsigned long long>(result.round));
  const std::filesystem::path stem = std::filesystem::path(folder) / name;
  if (result.aggregate) {
    const auto written = std::visit(
        [&](const auto& values) {
          return write_npy(stem.string() + ".npy", {values.size()},
                           std::span(std::as_const(values)));
        },
        result.aggregate->values);
    BLINDSUM_CHECK(written);
  }
  const std::string record = stem.string() + ".record";
  BLINDSUM_CHECK(write_file_atomically(record, result.record_file));
  return record;
}

}  // namespace blindsum::cli
