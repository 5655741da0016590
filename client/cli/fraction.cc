#include "client/cli/fraction.h"

#include <charconv>

#include "protocol/round/limits.h"
#include "support/error.h"
#include "support/units.h"

namespace blindsum::cli {
namespace {

constexpr std::size_t kDecimals = 6;
constexpr std::string_view kDigits = "0123456789";

Result<std::uint32_t> digits(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return SupportError::number_out_of_range;
  if (error != std::errc{} || end != text.data() + text.size()) return SupportError::bad_number;
  return value;
}

}  // namespace

Result<std::uint32_t> parse_fraction(std::string_view text) {
  if (text.empty()) return SupportError::bad_number;
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) {
    return parse_fraction_ppm(text);
  }
  const auto point = text.find('.');
  // ".05" is nobody's riddle.
  BLINDSUM_TRY(whole, point == 0 ? Result<std::uint32_t>(0) : digits(text.substr(0, point)));
  std::uint32_t part = 0;
  if (point != std::string_view::npos) {
    const auto decimals = text.substr(point + 1);
    if (decimals.size() > kDecimals) return SupportError::bad_number;
    if (decimals.find_first_not_of(kDigits) != std::string_view::npos) {
      return SupportError::bad_number;
    }
    BLINDSUM_TRY(read, digits(decimals));
    part = read;
    for (auto place = decimals.size(); place < kDecimals; ++place) part *= 10;
  }
  if (whole > 1 || (whole == 1 && part > 0)) return SupportError::number_out_of_range;
  return whole * kMillion + part;
}

}  // namespace blindsum::cli
