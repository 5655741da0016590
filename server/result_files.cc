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

Result<void> remove_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (error) return Error(error.value(), boost::system::system_category());
  return {};
}

Result<void> fill(const std::filesystem::path& folder, const RoundReport& report) {
  BLINDSUM_CHECK(write_file_atomically(folder / "sum.packed", report.packed_sum));
  if (!report.aggregate) return {};
  return std::visit(
      [&](const auto& values) {
        return write_arrays(folder, report.record.offer.parameters.schema, values);
      },
      report.aggregate->values);
}

}  // namespace

Result<void> write_result_folder(const std::filesystem::path& folder, const RoundReport& report) {
  const std::filesystem::path partial = folder.string() + ".partial";
  BLINDSUM_CHECK(remove_folder(partial));
  BLINDSUM_CHECK(remove_folder(folder));
  BLINDSUM_CHECK(make_folder(partial));
  BLINDSUM_CHECK(fill(partial, report));
  BLINDSUM_CHECK(sync_folder(partial));
  if (std::rename(partial.c_str(), folder.c_str()) != 0) return last_system_error();
  return sync_folder(folder.parent_path());
}

}  // namespace blindsum
