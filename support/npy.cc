#include "support/npy.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <limits>
#include <string_view>
#include <type_traits>

#include "support/error.h"
#include "support/files.h"
#include "support/npy_header.h"

namespace blindsum {
namespace {

static_assert(std::endian::native == std::endian::little, ".npy words are written as they are");

template <class T>
ByteView bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

// Little-endian values of type In, widened to Out.
template <class In, class Out>
Result<std::vector<Out>> widen(ByteView body, std::uint64_t count) {
  if (body.size() != count * sizeof(In)) return SupportError::bad_npy;
  std::vector<Out> values;
  values.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::array<std::uint8_t, sizeof(In)> raw{};
    std::copy_n(body.begin() + static_cast<std::ptrdiff_t>(i * sizeof(In)), sizeof(In),
                raw.begin());
    const auto value = std::bit_cast<In>(raw);
    if constexpr (std::is_same_v<In, std::uint64_t>) {
      if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return SupportError::bad_npy;
      }
    }
    values.push_back(static_cast<Out>(value));
  }
  return values;
}

template <class In, class Out>
Result<NpyArray> array_of(NpyHeader header, ByteView body, std::uint64_t count) {
  BLINDSUM_TRY(values, widen<In, Out>(body, count));
  return NpyArray{std::move(header.shape), std::move(values)};
}

struct Reader {
  std::string_view type;
  Result<NpyArray> (*read)(NpyHeader, ByteView, std::uint64_t);
};

constexpr std::array kReaders{
    Reader{"<f8", array_of<double, double>},
    Reader{"<f4", array_of<float, double>},
    Reader{"<i8", array_of<std::int64_t, std::int64_t>},
    Reader{"<i4", array_of<std::int32_t, std::int64_t>},
    Reader{"<i2", array_of<std::int16_t, std::int64_t>},
    Reader{"|i1", array_of<std::int8_t, std::int64_t>},
    Reader{"<u8", array_of<std::uint64_t, std::int64_t>},
    Reader{"<u4", array_of<std::uint32_t, std::int64_t>},
    Reader{"<u2", array_of<std::uint16_t, std::int64_t>},
    Reader{"|u1", array_of<std::uint8_t, std::int64_t>},
    Reader{"|b1", array_of<std::uint8_t, std::int64_t>},
};

}  // namespace

template <class T>
Result<NpyWriter> NpyWriter::create(const std::filesystem::path& path,
                                    const std::vector<std::uint64_t>& shape) {
  constexpr bool floats = std::is_same_v<T, double>;
  BLINDSUM_TRY(count, npy_count(shape));
  BLINDSUM_TRY(file, Descriptor::open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  BLINDSUM_CHECK(file.write_all(npy_header_bytes(floats ? "<f8" : "<i8", shape)));
  return NpyWriter(std::move(file), count, floats);
}

template <class T>
Result<void> NpyWriter::append(std::span<const T> values) {
  assert((floats_ == std::is_same_v<T, double>));
  if (values.size() > missing_) return SupportError::bad_npy;
  missing_ -= values.size();
  return file_.write_all(bytes_of(values));
}

Result<void> NpyWriter::finish() {
  if (missing_ != 0) return SupportError::bad_npy;
  BLINDSUM_CHECK(file_.sync());
  return file_.close();
}

template <class T>
Result<void> write_npy(const std::filesystem::path& path, const std::vector<std::uint64_t>& shape,
                       std::span<const T> values) {
  BLINDSUM_TRY(count, npy_count(shape));
  if (count != values.size()) return SupportError::bad_npy;
  BLINDSUM_TRY(writer, NpyWriter::create<T>(path, shape));
  BLINDSUM_CHECK(writer.append(values));
  return writer.finish();
}

template Result<NpyWriter> NpyWriter::create<double>(const std::filesystem::path&,
                                                     const std::vector<std::uint64_t>&);
template Result<NpyWriter> NpyWriter::create<std::int64_t>(const std::filesystem::path&,
                                                           const std::vector<std::uint64_t>&);
template Result<void> NpyWriter::append(std::span<const double>);
template Result<void> NpyWriter::append(std::span<const std::int64_t>);
template Result<void> write_npy(const std::filesystem::path&, const std::vector<std::uint64_t>&,
                                std::span<const double>);
template Result<void> write_npy(const std::filesystem::path&, const std::vector<std::uint64_t>&,
                                std::span<const std::int64_t>);

Result<NpyArray> read_npy(const std::filesystem::path& path, std::uint64_t most_bytes) {
  BLINDSUM_TRY(bytes, read_file(path, most_bytes));
  return parse_npy(bytes);
}

Result<NpyArray> parse_npy(ByteView file) {
  BLINDSUM_TRY(header, parse_npy_header(file));
  BLINDSUM_TRY(count, npy_count(header.shape));
  const auto* reader = std::find_if(kReaders.begin(), kReaders.end(),
                                    [&](const Reader& one) { return one.type == header.type; });
  if (reader == kReaders.end()) return SupportError::bad_npy;
  const auto body = file.subspan(header.body_offset);
  return reader->read(std::move(header), body, count);
}

}  // namespace blindsum
