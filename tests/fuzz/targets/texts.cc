// Small texts and fields from outside: units, reasons, hexadecimal, bitmaps, what is printable.
#include <string>

#include "protocol/round/bitmap.h"
#include "protocol/round/limits.h"
#include "protocol/round/reason.h"
#include "protocol/round/text.h"
#include "support/units.h"
#include "tests/fuzz/target.h"

namespace blindsum::fuzz {
namespace {

bool run_units(std::string_view text) {
  const auto duration = parse_duration(text);
  const auto size = parse_size_bytes(text);
  const auto fraction = parse_fraction_ppm(text);
  FUZZ_EXPECT(!duration || duration->count() >= 0);
  FUZZ_EXPECT(!fraction || *fraction <= 1'000'000);
  FUZZ_EXPECT(!duration || !size);  // a unit says which
  FUZZ_EXPECT(!duration || !fraction);
  return duration || size || fraction;
}

bool run_text(std::string_view text) {
  const std::string shown = printable(text, 100);
  FUZZ_EXPECT(is_printable(shown) && shown.size() <= 100);
  if (is_printable(text) && text.size() <= 100) FUZZ_EXPECT(shown == text);
  if (is_task_name(text)) FUZZ_EXPECT(is_printable(text));
  const auto reason = parse_reason(text);
  if (reason) FUZZ_EXPECT(name_of(*reason) == text && *reason != Reason::ok);
  const auto bytes = from_hex(text);
  if (bytes.has_value()) FUZZ_EXPECT(from_hex(to_hex(*bytes)).value() == *bytes);
  return is_printable(text) || bytes.has_value();
}

bool run_bitmap(Input input) {
  const std::uint32_t n = input.below(kMaxCohort + 1);
  const ByteView bytes = input.rest();
  const auto bitmap = Bitmap::parse(bytes, n);
  if (bitmap.has_error()) return false;
  FUZZ_EXPECT(std::ranges::equal(bitmap->bytes(), bytes));
  const auto members = bitmap->members();
  FUZZ_EXPECT(members.size() == bitmap->count());
  Bitmap again(n);
  for (const std::uint32_t u : members) {
    FUZZ_EXPECT(u < n && bitmap->has(u));
    again.add(u);
  }
  FUZZ_EXPECT(again == *bitmap && again.subset_of(*bitmap));
  return true;
}

bool run(ByteView bytes) {
  Input input(bytes);
  const std::uint8_t which = input.u8() % 3;
  if (which == 2) return run_bitmap(input);
  const ByteView rest = input.rest();
  const std::string_view text(reinterpret_cast<const char*>(rest.data()), rest.size());
  return which == 0 ? run_units(text) : run_text(text);
}

const Registered registered("texts", run);

}  // namespace
}  // namespace blindsum::fuzz
