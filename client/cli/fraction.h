// Fractions as people write them: "0.05", "5%", "50000ppm". Read exactly, without doubles, since a
// rounding error can cost a member ("0.07" of 100 would be 8).
#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/result.h"

namespace blindsum::cli {

// Millionths, at most 1,000,000. Errors: bad_number (also for more than six decimals, or four of a
// per cent), number_out_of_range, wrong_unit.
[[nodiscard]] Result<std::uint32_t> parse_fraction(std::string_view text);

inline constexpr const char* kFractionHelp =
    "a fraction such as 0.05, 5% or 50000ppm, with at most six decimals (four of a per cent)";

}  // namespace blindsum::cli
