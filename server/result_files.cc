#include "server/result_files.h"

#include <cerrno>
#include <cstdio>
#include <span>
#include <system_error>

#include "support/descriptor.h"
#include "support/files.h"
#include "support/npy.h"

namespace blindsum {
namespace {

template <class Value>
Result<void> write_arrays(const std::filesystem::path& folder, const VectorSchema& schema,
                          const std::vector<Value>& values) {
  std::span<const Value> rest(values);
  for (const auto& tensor : schema.tensors) {
    std::uint64_t count = 1;
    for (const auto dimension : tensor.shape) count *= dimension;
    if (count > rest.size()) return Reason::wrong_shape;
    BLINDSUM_CHECK(write_npy(folder / (tensor.name + ".npy"), tensor.shape, rest.first(count)));
    rest = rest.subspan(count);
  }
  if (!rest.empty()) return Reason::wrong_shape;
  return write_npy(folder / "flat.npy", {values.size()}, std::span<const Value>(values));
}

std::filesystem::path partial_of(const std::filesystem::path& folder) {
  return folder.string() + ".partial";
}

Result<void> remove_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) return Error(error.value(), boost::system::system_category());
  return {};
}

Result<void> write_aggregate(const std::filesystem::path& folder, const RoundReport& report) {
  if (!report.aggregate) return {};
  return std::visit(
      [&](const auto& values) {
        return write_arrays(folder, report.record.offer.parameters.schema, values);
      },
      report.aggregate->values);
}

Result<void> fill(const std::filesystem::path& folder, const RoundReport& report) {
  BLINDSUM_CHECK(make_folder(folder));
  BLINDSUM_CHECK(write_file_atomically(folder / "sum.packed", report.packed_sum));
  BLINDSUM_CHECK(write_aggregate(folder, report));
  return sync_folder(folder);
}

}  // namespace

Result<void> write_result_folder(const std::filesystem::path& folder, const RoundReport& report) {
  const auto partial = partial_of(folder);
  BLINDSUM_CHECK(remove_result_folder(folder));
  auto written = fill(partial, report);
  if (written && std::rename(partial.c_str(), folder.c_str()) != 0) written = last_system_error();
  if (!written) {
    // On a full disk others need the room.
    const auto removed = remove_folder(partial);
    return removed ? written.error() : removed.error();
  }
  return sync_folder(folder.parent_path());
}

Result<void> remove_result_folder(const std::filesystem::path& folder) {
  BLINDSUM_CHECK(remove_folder(partial_of(folder)));
  return remove_folder(folder);
}

}  // namespace blindsum
