// .npy files of participants, and headers that numbers make.
#include "support/npy.h"

#include <variant>

#include "support/npy_header.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

constexpr std::size_t kMostDimensions = 9;

bool run_file(ByteView file) {
  const auto array = parse_npy(file);
  if (array.has_error()) return false;
  const auto count = std::visit([](const auto& values) { return values.size(); }, array->values);
  FUZZ_EXPECT(npy_count(array->shape).value() == count);
  FUZZ_EXPECT(count <= file.size());  // every value was a byte at least
  return true;
}

bool run_shape(Input input) {
  std::vector<std::uint64_t> shape(input.below(kMostDimensions));
  for (auto& dimension : shape) dimension = input.u64() >> input.below(64);
  const auto count = npy_count(shape);
  if (count.has_error()) return false;
  const Bytes bytes = npy_header_bytes("<f8", shape);
  const auto header = parse_npy_header(bytes);
  FUZZ_EXPECT(header.has_value() && header->shape == shape && header->type == "<f8");
  FUZZ_EXPECT(header->body_offset == bytes.size() && bytes.size() % 64 == 0);
  return true;
}

bool run(ByteView input) {
  Input rest(input);
  return rest.u8() % 4 != 0 ? run_file(rest.rest()) : run_shape(rest);
}

const Registered registered("npy", run);

}  // namespace
}  // namespace blindsum::fuzz
