// Dates on the command line, in UTC.
#pragma once

#include <string>
#include <string_view>

#include "crypto/result.h"
#include "protocol/round/clock.h"

namespace blindsum::cli {

// "2027-01-31" is the last second of that day, "2027-01-31T12:00:00Z" that second.
// Errors: bad_number for anything else, days that do not exist included.
[[nodiscard]] Result<UnixSeconds> parse_date(std::string_view text);

std::string format_date(UnixSeconds seconds);

inline constexpr const char* kDateHelp = "2027-01-31, or 2027-01-31T12:00:00Z (UTC)";

}  // namespace blindsum::cli
