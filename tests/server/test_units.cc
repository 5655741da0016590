#include <doctest/doctest.h>

#include "support/error.h"
#include "support/units.h"

namespace blindsum {
namespace {

TEST_CASE("units: durations") {
  CHECK(parse_duration("300ms").value().count() == 300);
  CHECK(parse_duration("5s").value().count() == 5'000);
  CHECK(parse_duration("5 s").value().count() == 5'000);
  CHECK(parse_duration("2min").value().count() == 120'000);
  CHECK(parse_duration("1h").value().count() == 3'600'000);
  CHECK(parse_duration("1d").value().count() == 86'400'000);
}

TEST_CASE("units: sizes") {
  CHECK(parse_size_bytes("17B").value() == 17);
  CHECK(parse_size_bytes("64MiB").value() == 67'108'864);
  CHECK(parse_size_bytes("2GiB").value() == 2'147'483'648);
  CHECK(parse_size_bytes("3KiB").value() == 3'072);
}

TEST_CASE("units: fractions are exact millionths") {
  CHECK(parse_fraction_ppm("5%").value() == 50'000);
  CHECK(parse_fraction_ppm("0.07%").value() == 700);
  CHECK(parse_fraction_ppm("12.3456%").value() == 123'456);
  CHECK(parse_fraction_ppm("50000ppm").value() == 50'000);
  CHECK(parse_fraction_ppm("100%").value() == 1'000'000);
  CHECK(parse_fraction_ppm("0%").value() == 0);
}

TEST_CASE("units: what is not right is refused by name") {
  CHECK(parse_duration("5").error() == SupportError::missing_unit);
  CHECK(parse_duration("5m").error() == SupportError::wrong_unit);
  CHECK(parse_duration("5MiB").error() == SupportError::wrong_unit);
  CHECK(parse_size_bytes("5MB").error() == SupportError::wrong_unit);
  CHECK(parse_size_bytes("5s").error() == SupportError::wrong_unit);
  CHECK(parse_fraction_ppm("0.05").error() == SupportError::missing_unit);
  CHECK(parse_fraction_ppm("5percent").error() == SupportError::wrong_unit);
  CHECK(parse_duration("").error() == SupportError::bad_number);
  CHECK(parse_duration("-5s").error() == SupportError::bad_number);
  CHECK(parse_duration("1.5s").error() == SupportError::bad_number);
  CHECK(parse_duration("s").error() == SupportError::bad_number);
  CHECK(parse_fraction_ppm("5.%").error() == SupportError::bad_number);
  CHECK(parse_fraction_ppm(".5%").error() == SupportError::bad_number);
  CHECK(parse_fraction_ppm("0.00001%").error() == SupportError::bad_number);
  CHECK(parse_fraction_ppm("1.2.3%").error() == SupportError::bad_number);
  CHECK(parse_fraction_ppm("1.5ppm").error() == SupportError::bad_number);
  CHECK(parse_fraction_ppm("101%").error() == SupportError::number_out_of_range);
  CHECK(parse_fraction_ppm("100.0001%").error() == SupportError::number_out_of_range);
  CHECK(parse_duration("9223372036854775807d").error() == SupportError::number_out_of_range);
  CHECK(parse_size_bytes("99999999999999999999B").error() == SupportError::number_out_of_range);
  CHECK(hint(UnitKind::duration).find("5s") != std::string_view::npos);
  CHECK(hint(UnitKind::size).find("64MiB") != std::string_view::npos);
  CHECK(hint(UnitKind::fraction).find("5%") != std::string_view::npos);
}

}  // namespace
}  // namespace blindsum
