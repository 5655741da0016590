#include "server/admin/round_place.h"

#include <system_error>

#include "server/task_control.h"

namespace blindsum {

std::optional<std::filesystem::path> results_of(const ApiContext& context, std::string_view task) {
  if (context.server.tasks().config_of(task) == nullptr) return std::nullopt;
  return context.config.aggregator.results / task;
}

std::optional<RoundPlace> find_round(const ApiContext& context, const AdminPages::Names& names,
                                     AdminResponse& problem) {
  const auto& task = names.at("task");
  const auto folder = results_of(context, task);
  if (!folder) {
    problem = error_response(404, "task_not_found");
    return std::nullopt;
  }
  const auto round = parse_whole(names.at("round"));
  if (!round || *round == 0) {
    problem = error_response(400, "bad_parameter", "a round is a whole number from 1");
    return std::nullopt;
  }
  RoundPlace place{task, *round, *folder};
  std::error_code error;
  if (std::filesystem::is_regular_file(place.file(".json"), error)) return place;
  problem = error_response(404, "round_not_found");
  return std::nullopt;
}

}  // namespace blindsum
