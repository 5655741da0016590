#include "client/cli/date.h"

#include <charconv>
#include <chrono>
#include <cstdio>

#include "support/error.h"

namespace blindsum::cli {
namespace {

constexpr std::string_view kDayShape = "dddd-dd-dd";
constexpr std::string_view kSecondShape = "dddd-dd-ddTdd:dd:ddZ";
constexpr std::chrono::seconds kDaySeconds = std::chrono::days(1);

bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == 'd' ? !digit : text[i] != shape[i]) return false;
  }
  return true;
}

// The shape has shown that these are digits.
unsigned number(std::string_view digits) {
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

Result<UnixSeconds> parse_date(std::string_view text) {
  const bool whole_day = has_shape(text, kDayShape);
  if (!whole_day && !has_shape(text, kSecondShape)) return SupportError::bad_number;
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(number(text.substr(0, 4)))),
      std::chrono::month(number(text.substr(5, 2))), std::chrono::day(number(text.substr(8, 2)))};
  if (!date.ok()) return SupportError::bad_number;
  std::chrono::seconds time = kDaySeconds - std::chrono::seconds(1);
  if (!whole_day) {
    const unsigned hour = number(text.substr(11, 2));
    const unsigned minute = number(text.substr(14, 2));
    const unsigned second = number(text.substr(17, 2));
    if (hour > 23 || minute > 59 || second > 59) return SupportError::bad_number;
    time = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  }
  const auto since_1970 = std::chrono::sys_days(date).time_since_epoch() + time;
  if (since_1970.count() <= 0) return SupportError::number_out_of_range;
  return static_cast<UnixSeconds>(since_1970.count());
}

std::string format_date(UnixSeconds seconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

}  // namespace blindsum::cli
