#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "protocol/round/hypergeometric.h"

namespace blindsum {
namespace {

constexpr double kImpossible = -std::numeric_limits<double>::infinity();

// Exact in 64 bits for the small numbers used here.
std::uint64_t binomial(std::uint32_t from, std::uint32_t count) {
  if (count > from) return 0;
  std::uint64_t value = 1;
  for (std::uint32_t i = 0; i < count; ++i) value = value * (from - i) / (i + 1);
  return value;
}

std::uint64_t ways_at_least(const Draw& draw, std::uint32_t threshold) {
  std::uint64_t ways = 0;
  for (std::uint32_t i = threshold; i <= draw.drawn; ++i)
    ways += binomial(draw.marked, i) * binomial(draw.population - draw.marked, draw.drawn - i);
  return ways;
}

bool close(double log2_value, std::uint64_t ways, std::uint64_t all) {
  if (ways == 0) return log2_value == kImpossible;
  const double exact = std::log2(static_cast<double>(ways)) - std::log2(static_cast<double>(all));
  return std::abs(log2_value - exact) < 1e-11;
}

TEST_CASE("tails equal the counted ones for every small draw") {
  const LogFactorials table(16);
  int wrong = 0;
  for (std::uint32_t population = 0; population <= 16; ++population)
    for (std::uint32_t marked = 0; marked <= population; ++marked)
      for (std::uint32_t drawn = 0; drawn <= population; ++drawn)
        for (std::uint32_t threshold = 0; threshold <= drawn + 2; ++threshold) {
          const Draw draw{population, marked, drawn};
          const std::uint64_t all = binomial(population, drawn);
          const std::uint64_t ways = ways_at_least(draw, threshold);
          if (!close(log2_at_least(table, draw, threshold), ways, all)) ++wrong;
          if (!close(log2_fewer_than(table, draw, threshold), all - ways, all)) ++wrong;
        }
  CHECK(wrong == 0);
}

TEST_CASE("a tail far below the precision of a double beside 1 is exact") {
  const LogFactorials table(4096);
  // All 60 drawn are marked: a plain product of 60 fractions, and about 2^-184.
  double product = 0;
  for (int i = 0; i < 60; ++i) product += std::log2((500.0 - i) / (4095.0 - i));
  CHECK(product < -180);
  CHECK(log2_at_least(table, {4095, 500, 60}, 60) == doctest::Approx(product).epsilon(1e-12));
  // None of them is: the other side.
  double none = 0;
  for (int i = 0; i < 60; ++i) none += std::log2((500.0 - i) / (4095.0 - i));
  CHECK(log2_fewer_than(table, {4095, 3595, 60}, 1) == doctest::Approx(none).epsilon(1e-12));
}

TEST_CASE("the two sides of a large draw add up to one, wherever the threshold lies") {
  const LogFactorials table(4096);
  for (const std::uint32_t threshold : {1U, 100U, 480U, 500U, 512U, 550U, 700U, 1000U}) {
    const Draw draw{4095, 2048, 1024};
    const double sum = std::exp2(log2_at_least(table, draw, threshold)) +
                       std::exp2(log2_fewer_than(table, draw, threshold));
    CHECK(sum == doctest::Approx(1.0).epsilon(1e-10));
  }
}

TEST_CASE("binomial coefficients") {
  const LogFactorials table(60);
  CHECK(table.choose(60, 30) == doctest::Approx(std::log2(118264581564861424.0)).epsilon(1e-14));
  CHECK(table.choose(60, 0) == doctest::Approx(0.0));
  CHECK(table.choose(0, 0) == doctest::Approx(0.0));
  CHECK(table.choose(5, 6) == kImpossible);
}

}  // namespace
}  // namespace blindsum
