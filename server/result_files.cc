#include "server/result_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <span>
#include <system_error>
#include <utility>

#include "support/descriptor.h"
#include "support/files.h"
#include "support/npy.h"

namespace blindsum {
namespace {

constexpr std::string_view kPrefix = "round-";

// Values that are decoded and written at a time.
constexpr std::uint64_t kValuesAtOnce = 1 << 15;

// Values first .. first+count.
template <class Value>
Result<void> write_array(const std::filesystem::path& path, const std::vector<std::uint64_t>& shape,
                         const SumReader& sum, std::uint64_t first, std::uint64_t count) {
  BLINDSUM_TRY(writer, NpyWriter::create<Value>(path, shape));
  std::vector<Value> values(std::min(count, kValuesAtOnce));
  for (std::uint64_t done = 0; done < count; done += values.size()) {
    values.resize(std::min(count - done, kValuesAtOnce));
    sum.read(first + done, std::span<Value>(values));
    BLINDSUM_CHECK(writer.append(std::span<const Value>(values)));
  }
  return writer.finish();
}

template <class Value>
Result<void> write_arrays(const std::filesystem::path& folder, const VectorSchema& schema,
                          const SumReader& sum) {
  std::uint64_t first = 0;
  for (const auto& tensor : schema.tensors) {
    std::uint64_t count = 1;
    for (const auto dimension : tensor.shape) count *= dimension;
    if (count > sum.size() - first) return Reason::wrong_shape;
    BLINDSUM_CHECK(
        write_array<Value>(folder / (tensor.name + ".npy"), tensor.shape, sum, first, count));
    first += count;
  }
  if (first != sum.size()) return Reason::wrong_shape;
  return write_array<Value>(folder / "flat.npy", {sum.size()}, sum, 0, sum.size());
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

Result<void> write_decoded(const std::filesystem::path& folder, const RoundReport& report) {
  if (!report.decoded) return {};
  const auto& schema = report.record.offer.parameters.schema;
  return report.decoded->is_mean() ? write_arrays<double>(folder, schema, *report.decoded)
                                   : write_arrays<std::int64_t>(folder, schema, *report.decoded);
}

Result<void> fill(const std::filesystem::path& folder, const RoundReport& report) {
  BLINDSUM_CHECK(make_folder(folder));
  BLINDSUM_CHECK(write_file_atomically(folder / "sum.packed", report.packed_sum));
  BLINDSUM_CHECK(write_decoded(folder, report));
  return sync_folder(folder);
}

}  // namespace

std::filesystem::path round_file(const std::filesystem::path& folder, std::uint64_t round,
                                 std::string_view extension) {
  return folder / fmt::format("{}{:06}{}", kPrefix, round, extension);
}

std::optional<RoundFile> parse_round_file(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  RoundFile file;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), file.round);
  if (error != std::errc{}) return std::nullopt;
  file.extension = name.substr(static_cast<std::size_t>(end - name.data()));
  return file;
}

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
