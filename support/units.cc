#include "support/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

#include "support/error.h"

namespace blindsum {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array kDurations{Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"min", 60'000},
                                Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
constexpr std::array kSizes{Unit{"B", 1}, Unit{"KiB", std::uint64_t{1} << 10},
                            Unit{"MiB", std::uint64_t{1} << 20},
                            Unit{"GiB", std::uint64_t{1} << 30}};
constexpr std::uint32_t kWholePpm = 1'000'000;
constexpr std::uint64_t kPercentPpm = 10'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Split {
  std::string_view number;  // digits, and perhaps one point between them
  std::string_view unit;
};

Result<Split> split(std::string_view text) {
  const auto* end =
      std::find_if_not(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
  const auto length = static_cast<std::size_t>(end - text.begin());
  Split parts{text.substr(0, length), text.substr(length)};
  if (!parts.unit.empty() && parts.unit.front() == ' ') parts.unit.remove_prefix(1);
  if (parts.number.empty()) return SupportError::bad_number;
  if (parts.unit.empty()) return SupportError::missing_unit;
  return parts;
}

Result<std::uint64_t> whole(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) return SupportError::number_out_of_range;
  if (error != std::errc{} || end != digits.data() + digits.size()) return SupportError::bad_number;
  return value;
}

Result<std::uint64_t> scaled(std::string_view text, std::span<const Unit> units) {
  BLINDSUM_TRY(parts, split(text));
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [&](const Unit& one) { return one.name == parts.unit; });
  if (unit == units.end()) return SupportError::wrong_unit;
  BLINDSUM_TRY(value, whole(parts.number));
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value > most / unit->factor) return SupportError::number_out_of_range;
  return value * unit->factor;
}

// "0.25" → 2500 millionths of the whole. In integers: a double would make 0.07 % 699.
Result<std::uint64_t> percent_ppm(std::string_view number) {
  const auto point = number.find('.');
  BLINDSUM_TRY(units, whole(number.substr(0, point)));
  if (units > 100) return SupportError::number_out_of_range;
  if (point == std::string_view::npos) return units * kPercentPpm;
  std::string_view decimals = number.substr(point + 1);
  if (decimals.empty() || decimals.size() > 4) return SupportError::bad_number;
  BLINDSUM_TRY(part, whole(decimals));
  for (auto digits = decimals.size(); digits < 4; ++digits) part *= 10;
  return units * kPercentPpm + part;
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  BLINDSUM_TRY(value, scaled(text, kDurations));
  return std::chrono::milliseconds(static_cast<std::int64_t>(value));
}

Result<std::uint64_t> parse_size_bytes(std::string_view text) {
  return scaled(text, kSizes);
}

Result<std::uint32_t> parse_fraction_ppm(std::string_view text) {
  BLINDSUM_TRY(parts, split(text));
  if (parts.unit != "%" && parts.unit != "ppm") return SupportError::wrong_unit;
  BLINDSUM_TRY(ppm, parts.unit == "%" ? percent_ppm(parts.number) : whole(parts.number));
  if (ppm > kWholePpm) return SupportError::number_out_of_range;
  return static_cast<std::uint32_t>(ppm);
}

std::string_view hint(UnitKind kind) {
  switch (kind) {
    case UnitKind::duration:
      return "a duration is a whole number with ms, s, min, h or d, such as \"5s\"";
    case UnitKind::size:
      return "a size is a whole number with B, KiB, MiB or GiB, such as \"64MiB\"";
    case UnitKind::fraction:
      return "a fraction is a number with % or ppm, such as \"5%\" or \"50000ppm\"";
  }
  return "";
}

}  // namespace blindsum
