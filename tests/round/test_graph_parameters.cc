#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "protocol/round/graph_parameters.h"
#include "protocol/round/limits.h"

namespace blindsum {
namespace {

constexpr std::uint32_t kHuge = std::numeric_limits<std::uint32_t>::max();

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char ch : line) {
    if (ch == ',')
      fields.emplace_back();
    else if (ch != '\r')
      fields.back() += ch;
  }
  return fields;
}

struct Row {
  std::uint32_t gamma_ppm;
  std::uint32_t delta_ppm;
  FinderInput input;
  std::optional<GraphParameters> expected;
};

// The table of the reference finder, which shares no code with ours.
std::vector<Row> reference_table() {
  std::ifstream file(BLINDSUM_PARAMETERS_CSV);
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto text = split(line);
    REQUIRE(text.size() == 15);
    const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(std::stoul(text[i])); };
    Row row{at(1), at(2), {at(0), at(3), at(4), at(5), at(6), at(7)}, std::nullopt};
    if (!text[8].empty())
      row.expected = GraphParameters{at(8), at(9), at(10), at(11), at(12), at(13), at(14)};
    rows.push_back(row);
  }
  return rows;
}

GraphParameters found(const FinderInput& input) {
  const auto result = find_graph_parameters(input);
  REQUIRE(result.has_value());
  return *result;
}

boost::system::error_code refused(const FinderInput& input) {
  const auto result = find_graph_parameters(input);
  REQUIRE(result.has_error());
  return result.error();
}

// [PARAM-5] shows in the table's c and d.
TEST_CASE(
    "[FINDER-3, FINDER-6, FINDER-7, FINDER-8] the finder equals every row of the reference table") {
  const auto rows = reference_table();
  CHECK(rows.size() == 756);
  for (const Row& row : rows) {
    CAPTURE(row.input.n);
    CAPTURE(row.input.c);
    CAPTURE(row.input.d);
    CAPTURE(row.input.sigma);
    CAPTURE(row.input.min_survivors);
    CHECK(fraction_of(row.input.n, row.gamma_ppm) == row.input.c);
    CHECK(fraction_of(row.input.n, row.delta_ppm) == row.input.d);
    const auto result = find_graph_parameters(row.input);
    CHECK(result.has_value() == row.expected.has_value());
    if (result && row.expected) CHECK(*result == *row.expected);
  }
}

TEST_CASE(
    "[FINDER-3, FINDER-4, FINDER-5] no smaller k serves with any threshold, and t is the largest "
    "that is live") {
  for (const FinderInput& input : {FinderInput{101, 11, 11, 64, 30, 0},
                                   {128, 9, 9, 64, 30, 0},
                                   {256, 26, 26, 40, 20, 0},
                                   {500, 0, 50, 64, 30, 0}}) {
    const GraphParameters graph = found(input);
    CAPTURE(input.n);
    CHECK(graph_satisfies(input, graph.k, graph.t));
    CHECK_FALSE(graph_satisfies(input, graph.k, graph.t + 1));
    for (std::uint32_t k = 1; k < graph.k; ++k)
      for (std::uint32_t t = 1; t <= k; ++t) CHECK_FALSE(graph_satisfies(input, k, t));
  }
}

TEST_CASE("[FINDER-2] a complete graph needs no probability: it satisfies any sigma and eta") {
  for (const std::uint32_t n : {3U, 10U, 99U, 100U}) {
    const FinderInput input{n, n / 10, n / 10, kMaxSigma, kMaxEta, 0};
    const GraphParameters graph = found(input);
    CHECK(graph.k == n - 1);
    CHECK(graph.t == (n + input.c + 1) / 2);
    CHECK(graph.stranded == 0);
    CHECK(graph_satisfies(input, graph.k, graph.t));
    CHECK_FALSE(graph_satisfies(input, graph.k, input.c + 1));
  }
}

TEST_CASE("[FINDER-2, FINDER-3] from 101 members on the graph is sparse") {
  const GraphParameters complete = found({100, 10, 10, 64, 30, 0});
  const GraphParameters sparse = found({101, 10, 10, 64, 30, 0});
  CHECK(complete.k == 99);
  CHECK(sparse.k < 99);
}

TEST_CASE("[FINDER-3] where nothing less serves, everybody is picked") {
  // As many lost as agreement bears: n - 1 - d holders are just enough.
  const FinderInput input{200, 40, 79, kMaxSigma, kMaxEta, 0};
  const GraphParameters graph = found(input);
  CHECK(graph.k == 199);
  CHECK(graph.t == 120);
  CHECK(graph_satisfies(input, graph.k, graph.t));
  CHECK_FALSE(graph_satisfies(input, graph.k - 1, graph.t));
  CHECK_FALSE(graph_satisfies(input, graph.k - 1, graph.t - 1));
}

TEST_CASE("asking for more never takes fewer neighbours") {
  std::uint32_t last = 0;
  for (std::uint32_t sigma = 0; sigma <= kMaxSigma; sigma += 16) {
    const std::uint32_t k = found({1000, 100, 100, sigma, 30, 0}).k;
    CHECK(k >= last);
    last = k;
  }
  last = 0;
  for (std::uint32_t eta = 0; eta <= kMaxEta; eta += 16) {
    const std::uint32_t k = found({1000, 100, 100, 64, eta, 0}).k;
    CHECK(k >= last);
    last = k;
  }
  last = 0;
  for (std::uint32_t d = 0; d <= 440; d += 40) {
    const std::uint32_t k = found({1000, 100, d, 64, 30, 0}).k;
    CHECK(k >= last);
    last = k;
  }
}

TEST_CASE("[FINDER-1, FINDER-8] more survivors asked for, a higher floor") {
  const GraphParameters least = found({1000, 100, 100, 64, 30, 0});
  const GraphParameters more = found({1000, 100, 100, 64, 30, 900});
  CHECK(least.survivors == least.quorum);
  CHECK(more.survivors == 900);
  CHECK(more.honest_floor > least.honest_floor);
  // Asking for less than the quorum changes nothing.
  CHECK(found({1000, 100, 100, 64, 30, least.quorum - 1}) == least);
}

void check_sane(const FinderInput& input, const GraphParameters& graph) {
  const std::uint32_t honest = input.n - input.c;
  CHECK((graph.k >= graph.t && graph.k <= input.n - 1));
  CHECK(graph.t >= kMinThreshold);
  CHECK(2 * graph.quorum > input.n + input.c);  // two quorums share an honest member
  CHECK(graph.survivors >= graph.quorum);
  CHECK(graph.survivors >= input.min_survivors);
  CHECK(graph.survivors <= input.n - input.d);
  CHECK((graph.in_degree_cap >= graph.k && graph.in_degree_cap <= input.n - 1));
  CHECK((graph.honest_floor > honest / 2 && graph.honest_floor <= honest));
}

TEST_CASE("no input is too hostile") {
  int sane = 0;
  for (const std::uint32_t n : {0U, 1U, 2U, 3U, 100U, 101U, 4097U, kHuge})
    for (const std::uint32_t c : {0U, 1U, 50U, 99U, 100U, 101U, kHuge - 1, kHuge})
      for (const std::uint32_t d : {0U, 1U, 25U, 50U, 100U, 101U, kHuge - 1, kHuge})
        for (const std::uint32_t bits : {0U, 64U, kMaxSigma, kMaxSigma + 1, kHuge})
          for (const std::uint32_t survivors : {0U, 3U, 76U, 101U, kHuge}) {
            const FinderInput input{n, c, d, bits, bits, survivors};
            const auto result = find_graph_parameters(input);
            if (!result) continue;
            check_sane(input, *result);
            ++sane;
          }
  CHECK(sane > 100);
}

TEST_CASE("[FINDER-1] every refusal has its name") {
  CHECK(refused({0, 0, 0, 64, 30, 0}) == Infeasible::too_few_members);
  CHECK(refused({2, 0, 0, 64, 30, 0}) == Infeasible::too_few_members);
  CHECK(refused({4097, 0, 0, 64, 30, 0}) == Infeasible::too_many_members);
  CHECK(refused({kHuge, kHuge, kHuge, 64, 30, 0}) == Infeasible::too_many_members);
  CHECK(refused({10, 9, 0, 64, 30, 0}) == Infeasible::too_few_honest_members);
  CHECK(refused({10, kHuge, 0, 64, 30, 0}) == Infeasible::too_few_honest_members);
  CHECK(refused({10, 1, 1, kMaxSigma + 1, 30, 0}) == Infeasible::security_bits_out_of_range);
  CHECK(refused({10, 1, 1, 64, kMaxEta + 1, 0}) == Infeasible::security_bits_out_of_range);
  CHECK(refused({10, 1, 5, 64, 30, 0}) == Infeasible::too_many_dropped_for_agreement);
  CHECK(refused({10, 1, kHuge, 64, 30, 0}) == Infeasible::too_many_dropped_for_agreement);
  CHECK(refused({10, 1, 4, 64, 30, 0}) == Infeasible::too_many_dropped_to_rebuild);
  CHECK(refused({10, 1, 1, 64, 30, 10}) == Infeasible::too_many_survivors_wanted);
  CHECK(refused({10, 1, 1, 64, 30, kHuge}) == Infeasible::too_many_survivors_wanted);
  CHECK(find_graph_parameters({10, 1, 3, 64, 30, 7}).has_value());
}

TEST_CASE("a refusal is shown by its name and explained") {
  const boost::system::error_code code = Infeasible::too_many_dropped_to_rebuild;
  CHECK(code.failed());
  CHECK(code.message() == "too_many_dropped_to_rebuild");
  CHECK(std::string(code.category().name()) == "blindsum.parameters");
  CHECK(describe(Infeasible::too_few_members).find("at least 3") != std::string_view::npos);
#define BLINDSUM_CHECK_NAME(name, text)                        \
  CHECK(make_error_code(Infeasible::name).message() == #name); \
  CHECK(describe(Infeasible::name) == std::string_view(text));
  BLINDSUM_INFEASIBLE(BLINDSUM_CHECK_NAME)
#undef BLINDSUM_CHECK_NAME
}

TEST_CASE("the checker refuses what is out of range") {
  const FinderInput input{200, 20, 20, 64, 30, 0};
  CHECK_FALSE(graph_satisfies(input, 0, 0));
  CHECK_FALSE(graph_satisfies(input, 200, 100));
  CHECK_FALSE(graph_satisfies(input, 100, 101));
  CHECK_FALSE(graph_satisfies(input, kHuge, kHuge));
  CHECK_FALSE(graph_satisfies({200, 20, 200, 64, 30, 0}, 199, 2));
  CHECK_FALSE(graph_satisfies({4097, 0, 0, 64, 30, 0}, 10, 5));
  // t = 1 hands the secret to every holder, however unlikely an island were.
  CHECK_FALSE(graph_satisfies({200, 0, 0, 0, 0, 0}, 1, 1));
}

TEST_CASE("[PARAM-5] fractions are rounded up, in integers") {
  CHECK(fraction_of(100, 70'000) == 7);  // doubles give 8
  CHECK(fraction_of(10, 50'000) == 1);   // rounding down would silently mean none
  CHECK(fraction_of(10, 0) == 0);
  CHECK(fraction_of(10, 1) == 1);
  CHECK(fraction_of(4096, kMillion) == 4096);
  CHECK(fraction_of(0, kMillion) == 0);
  CHECK(fraction_of(kHuge, kHuge) == kHuge);
}

}  // namespace
}  // namespace blindsum
