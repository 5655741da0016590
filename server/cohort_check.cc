#include "server/cohort_check.h"

#include <fmt/core.h>

#include <string_view>

#include "protocol/round/graph_parameters.h"
#include "protocol/round/infeasible.h"

namespace blindsum {
namespace {

std::string_view why_infeasible(const Error& error) {
  return error.category() == infeasible_category()
             ? describe(static_cast<Infeasible>(error.value()))
             : std::string_view("no graph is secret and live enough; lower delta or max_corrupt");
}

}  // namespace

CohortCheck::CohortCheck(const TaskConfig& task)
    : parameters_(task_parameters(task)), next_(task.n_min) {}

void CohortCheck::try_next() {
  const auto input = finder_input(parameters_, next_);
  const auto graph = find_graph_parameters(input);
  if (!graph) {
    problem_ = fmt::format(
        "a cohort of {} ({}): {}; delta makes max_dropped {} of it; try `blindsum params`", next_,
        graph.error().message(), why_infeasible(graph.error()), input.d);
  }
  ++next_;
}

std::optional<std::string> check_cohorts(const TaskConfig& task) {
  CohortCheck check(task);
  while (!check.over()) check.try_next();
  return check.problem();
}

}  // namespace blindsum
