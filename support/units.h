// Values with a unit as people write them in configurations: "5s", "64MiB", "5%". A number without
// its unit is refused rather than guessed.
//
// Errors of all: missing_unit, wrong_unit, bad_number, number_out_of_range. hint() says what would
// be right.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "crypto/result.h"

namespace blindsum {

enum class UnitKind { duration, size, fraction };

// ms, s, min, h, d; whole numbers: "300ms", "5s", "10min".
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);
// B, KiB, MiB, GiB; whole numbers: "64MiB".
[[nodiscard]] Result<std::uint64_t> parse_size_bytes(std::string_view text);
// Millionths: "5%", "0.25%", "50000ppm". At most four decimals of a per cent, nothing is rounded.
// Up to 100 %.
[[nodiscard]] Result<std::uint32_t> parse_fraction_ppm(std::string_view text);

// "a duration is a whole number with ms, s, min, h or d, such as \"5s\""
[[nodiscard]] std::string_view hint(UnitKind kind);

}  // namespace blindsum
