#include <doctest/doctest.h>

#include "protocol/round/aggregator/share_tally.h"

namespace blindsum::detail::aggregator {
namespace {

// A graph by hand: picks[u] are the picks of u; an empty list = not in U2.
struct Graph {
  FixedCohort cohort;
  SharesRef shares;
};

Graph graph_of(const std::vector<std::vector<std::uint32_t>>& picks, std::uint32_t k,
               std::uint32_t t) {
  Graph graph;
  const auto g = Point::parse(*from_hex("e2f2ae0a6abc4e71a884a961c500515f"
                                        "58e30b6aa582dd8db6a65945e08d2d76"))
                     .value();
  for (std::uint32_t u = 0; u < picks.size(); ++u) {
    graph.cohort.adverts.push_back({{u, g, g, g}, {}});
    graph.cohort.keys.emplace_back();
  }
  graph.cohort.graph.k = k;
  graph.cohort.graph.t = t;
  std::map<std::uint32_t, AdmittedShares> admitted;
  for (std::uint32_t u = 0; u < picks.size(); ++u) {
    if (picks[u].empty()) continue;
    for (std::uint32_t i = 0; i < picks[u].size(); ++i) {
      ShareItem item;
      item.to = picks[u][i];
      item.point = i + 1;
      admitted[u].shares.items.push_back(item);
    }
  }
  graph.shares = fix_shares(graph.cohort, std::move(admitted)).value();
  return graph;
}

Bitmap members(std::uint32_t n, std::initializer_list<std::uint32_t> of) {
  Bitmap bitmap(n);
  for (const std::uint32_t u : of) bitmap.add(u);
  return bitmap;
}

Unmask answer_of(const Graph& graph, std::uint32_t holder) {
  Unmask answer;
  for (const InboundShare& share : graph.shares->inbound[holder]) {
    answer.entries.push_back({share.dealer, ShareKind::self_mask, {}});
  }
  return answer;
}

TEST_CASE("[REBUILD-1, REBUILD-5] needed are U3, and of the rest of U2 who has a neighbour in U3") {
  // 0 → 1, 2;  1 → 2, 3;  2 → 0, 1;  3 → 4, 5;  4 → 3, 5;  5 not in U2;  6 → 0, 5
  const Graph graph = graph_of({{1, 2}, {2, 3}, {0, 1}, {4, 5}, {3, 5}, {}, {0, 5}}, 2, 2);
  // 3 was picked by 1, which survived; 4 has edges with 3 and 5 only; 6 picked the survivor 0.
  CHECK(secrets_needed(*graph.shares, members(7, {0, 1, 2})).members() ==
        std::vector<std::uint32_t>{0, 1, 2, 3, 6});
  CHECK(graph.shares->neighbours(3) == std::vector<std::uint32_t>{1, 4});
  CHECK(graph.shares->neighbours(1) == std::vector<std::uint32_t>{0, 2, 3});
}

TEST_CASE("[MASK-1] a pair that picked each other are neighbours once") {
  const Graph graph = graph_of({{1, 2}, {0, 2}, {0, 1}}, 2, 2);
  CHECK(graph.shares->neighbours(0) == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("[PHASE-1] the tally is enough when every secret has t shares") {
  const Graph graph = graph_of({{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}}, 3, 2);
  ShareTally tally(graph.cohort, *graph.shares, members(4, {0, 1, 2, 3}));
  CHECK_FALSE(tally.is_enough());
  CHECK_FALSE(tally.is_hopeless());
  tally.answered(answer_of(graph, 0));
  tally.answered(answer_of(graph, 1));
  CHECK_FALSE(tally.is_enough());  // of 0 and 1 there is one share each
  tally.answered(answer_of(graph, 2));
  CHECK(tally.is_enough());
  tally.lost(*graph.shares, 3);
  CHECK(tally.is_enough());
  CHECK_FALSE(tally.is_hopeless());
}

TEST_CASE("[PHASE-1] the tally is hopeless when some secret cannot have t shares any more") {
  const Graph graph = graph_of({{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}}, 3, 2);
  ShareTally tally(graph.cohort, *graph.shares, members(4, {0, 1, 2, 3}));
  tally.lost(*graph.shares, 3);
  CHECK_FALSE(tally.is_hopeless());
  SUBCASE("a second holder is lost") {
    tally.lost(*graph.shares, 2);
  }
  SUBCASE("a second holder has nothing of somebody") {
    Unmask answer = answer_of(graph, 2);
    answer.not_held = {answer.entries.front().member};
    answer.entries.erase(answer.entries.begin());
    tally.answered(answer);
  }
  CHECK(tally.is_hopeless());
}

TEST_CASE("[PHASE-1] only shares of members of U3 can come") {
  const Graph graph = graph_of({{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}}, 3, 2);
  CHECK_FALSE(ShareTally(graph.cohort, *graph.shares, members(4, {0, 1, 2})).is_hopeless());
  CHECK(ShareTally(graph.cohort, *graph.shares, members(4, {0, 1})).is_hopeless());
}

TEST_CASE("kept shares that no member can have sent are an own fault") {
  FixedCohort cohort = graph_of({{1}, {0}}, 1, 2).cohort;
  std::map<std::uint32_t, AdmittedShares> admitted;
  ShareItem item;
  item.to = 2;
  item.point = 1;
  admitted[0].shares.items = {item};
  CHECK(fix_shares(cohort, admitted).error() == Reason::internal_error);
  item.to = 1;
  item.point = 2;
  admitted[0].shares.items = {item};
  CHECK(fix_shares(cohort, admitted).error() == Reason::internal_error);
}

}  // namespace
}  // namespace blindsum::detail::aggregator
