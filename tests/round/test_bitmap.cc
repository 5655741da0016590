#include <doctest/doctest.h>

#include "protocol/round/bitmap.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

TEST_CASE("[BITMAP-1] bit u is byte u/8, bit u mod 8, least significant first") {
  Bitmap bitmap(11);
  for (const std::uint32_t u : {0u, 7u, 8u, 10u}) bitmap.add(u);
  CHECK(Bytes(bitmap.bytes().begin(), bitmap.bytes().end()) == Bytes{0x81, 0x05});
  CHECK(bitmap.count() == 4);
  CHECK(bitmap.members() == std::vector<std::uint32_t>{0, 7, 8, 10});
  CHECK(bitmap.has(10));
  CHECK_FALSE(bitmap.has(9));
  CHECK_FALSE(bitmap.has(11));
  CHECK_FALSE(bitmap.has(0xffffffff));
}

TEST_CASE("[BITMAP-1] what is parsed is what was written") {
  for (const std::uint32_t n : {1u, 7u, 8u, 9u, 16u, 4096u}) {
    Bitmap bitmap(n);
    for (std::uint32_t u = 0; u < n; u += 3) bitmap.add(u);
    CHECK(Bitmap::parse(bitmap.bytes(), n).value() == bitmap);
    CHECK(Bitmap::parse(bitmap.bytes(), n).value().size() == n);
  }
}

TEST_CASE("[BITMAP-1] another length, or a padding bit") {
  const Bytes two{0xff, 0x07};
  CHECK(Bitmap::parse(two, 11).has_value());
  for (std::uint8_t bit = 3; bit < 8; ++bit) {
    const Bytes padded{0xff, static_cast<std::uint8_t>(0x07 | (1 << bit))};
    CHECK(Bitmap::parse(padded, 11).error() == Reason::bad_bitmap);
  }
  CHECK(Bitmap::parse(two, 8).error() == Reason::bad_bitmap);
  CHECK(Bitmap::parse(two, 17).error() == Reason::bad_bitmap);
  CHECK(Bitmap::parse(Bytes{}, 11).error() == Reason::bad_bitmap);
  CHECK(Bitmap::parse(Bytes{0xff, 0xff}, 16).has_value());
}

TEST_CASE("[BITMAP-1] subsets are of one cohort") {
  Bitmap small(9);
  small.add(8);
  Bitmap large = small;
  large.add(0);
  CHECK(small.subset_of(large));
  CHECK(small.subset_of(small));
  CHECK_FALSE(large.subset_of(small));
  CHECK_FALSE(small.subset_of(Bitmap(10)));
  CHECK(Bitmap(9).subset_of(small));
}

}  // namespace
}  // namespace blindsum
