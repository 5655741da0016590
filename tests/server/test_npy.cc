#include <doctest/doctest.h>

#include <limits>

#include "support/error.h"
#include "support/files.h"
#include "support/npy.h"
#include "tests/server/temporary_folder.h"

namespace blindsum {
namespace {

// As NumPy writes it: magic, version 1.0, padded header, values.
Bytes npy(const std::string& header, ByteView body, std::uint8_t version = 1) {
  Bytes bytes{0x93, 'N', 'U', 'M', 'P', 'Y', version, 0};
  if (version == 1) {
    put_u16(bytes, static_cast<std::uint16_t>(header.size()));
  } else {
    put_u32(bytes, static_cast<std::uint32_t>(header.size()));
  }
  bytes.insert(bytes.end(), header.begin(), header.end());
  put_bytes(bytes, body);
  return bytes;
}

std::string header(const std::string& type, const std::string& shape) {
  return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }          \n";
}

const auto& floats(const NpyArray& array) {
  return std::get<std::vector<double>>(array.values);
}
const auto& integers(const NpyArray& array) {
  return std::get<std::vector<std::int64_t>>(array.values);
}

TEST_CASE("npy: what is written is read back, shape and all") {
  const TemporaryFolder folder;
  const std::vector<double> values{1.5, -2.25, 0, 1e300, 5, 6};
  REQUIRE(write_npy(folder / "a.npy", {2, 3}, std::span<const double>(values)).has_value());
  const auto read = read_npy(folder / "a.npy");
  REQUIRE(read.has_value());
  CHECK(read->shape == std::vector<std::uint64_t>{2, 3});
  CHECK(floats(*read) == values);

  const std::vector<std::int64_t> counts{std::numeric_limits<std::int64_t>::min(), 7};
  REQUIRE(write_npy(folder / "b.npy", {2}, std::span<const std::int64_t>(counts)).has_value());
  CHECK(integers(*read_npy(folder / "b.npy")) == counts);

  const std::vector<double> scalar{4};
  REQUIRE(write_npy(folder / "c.npy", {}, std::span<const double>(scalar)).has_value());
  CHECK(read_npy(folder / "c.npy")->shape.empty());
}

TEST_CASE("npy: the header is NumPy's, and values start at a multiple of 64 bytes") {
  const TemporaryFolder folder;
  const std::vector<double> values{1};
  REQUIRE(write_npy(folder / "a.npy", {1}, std::span<const double>(values)).has_value());
  const auto bytes = read_file(folder / "a.npy", 1000).value();
  CHECK(bytes.size() == 128 + 8);
  const std::string text(bytes.begin() + 10, bytes.begin() + 128);
  CHECK(text.starts_with("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"));
  CHECK(text.back() == '\n');
}

TEST_CASE("npy: other types of numbers are widened") {
  const Bytes body{1, 0, 0, 0, 255, 255, 255, 255};
  CHECK(integers(*parse_npy(npy(header("<i4", "(2,)"), body))) == std::vector<std::int64_t>{1, -1});
  CHECK(integers(*parse_npy(npy(header("<u4", "(2,)"), body))) ==
        std::vector<std::int64_t>{1, 4294967295});
  CHECK(integers(*parse_npy(npy(header("<i2", "(4,)"), body)))[3] == -1);
  CHECK(integers(*parse_npy(npy(header("<u2", "(4,)"), body)))[3] == 65535);
  CHECK(integers(*parse_npy(npy(header("|i1", "(8,)"), body)))[7] == -1);
  CHECK(integers(*parse_npy(npy(header("|u1", "(2, 4)"), body)))[7] == 255);
  CHECK(integers(*parse_npy(npy(header("|b1", "(2, 4)"), body)))[0] == 1);
  CHECK(floats(*parse_npy(npy(header("<f4", "(1,)"), Bytes{0, 0, 0x20, 0x40}))) ==
        std::vector<double>{2.5});
  CHECK(integers(*parse_npy(npy(header("<i8", "(1,)"), body, 2))).size() == 1);
}

TEST_CASE("npy: anything else is bad_npy") {
  const Bytes eight(8, 0xFF);
  const auto bad = [](const Bytes& file) { return parse_npy(file).error(); };
  const Error expected = SupportError::bad_npy;
  CHECK(bad({}) == expected);
  CHECK(bad(npy(header(">f8", "(1,)"), eight)) == expected);
  CHECK(bad(npy(header("<c16", "(1,)"), eight)) == expected);
  CHECK(bad(npy(header("<f8", "(2,)"), eight)) == expected);
  CHECK(bad(npy(header("<f8", "(1, 0)"), eight)) == expected);
  CHECK(bad(npy(header("<f8", "(-1,)"), eight)) == expected);
  CHECK(bad(npy(header("<f8", "(1"), eight)) == expected);
  CHECK(bad(npy(header("<f8", "(4294967296, 4294967296)"), eight)) == expected);
  CHECK(bad(npy(header("<u8", "(1,)"), eight)) == expected);  // above int64
  CHECK(bad(npy(header("<f8", "(1,)"), eight, 3)) == expected);
  CHECK(bad(npy("{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }\n", eight)) == expected);
  CHECK(bad(npy("{'descr': '<f8', 'shape': (1,), }\n", eight)) == expected);
  CHECK(bad(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } x\n", eight)) ==
        expected);
  CHECK(bad(npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }\n", eight)) ==
        expected);
  auto cut = npy(header("<f8", "(1,)"), {});
  cut.resize(cut.size() - 5);
  CHECK(bad(cut) == expected);
  const TemporaryFolder folder;
  const std::vector<double> one{1};
  CHECK(write_npy(folder / "a", {2}, std::span<const double>(one)).error() == expected);
}

}  // namespace
}  // namespace blindsum
