#include "server/admin/gauges.h"

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>

#include "crypto/mask_kernel.h"

namespace blindsum {
namespace {

constexpr std::array kPhases{AggregatorPhase::advertise, AggregatorPhase::share,
                             AggregatorPhase::mask, AggregatorPhase::attest,
                             AggregatorPhase::unmask};
constexpr std::array kStates{TaskState::gathering, TaskState::running,  TaskState::publishing,
                             TaskState::paused,    TaskState::finished, TaskState::draining};

template <class Number>
double number(Number value) {
  return static_cast<double>(value);
}

void add_participants(std::vector<GaugeValue>& values, const std::string& task,
                      const LiveTask& live) {
  for (const auto phase : kPhases) {
    std::size_t answered = 0;
    if (live.round) {
      for (const auto& [index, member] : live.round->members) {
        if (member.answered && *member.answered >= phase) ++answered;
      }
    }
    values.push_back(
        {"blindsum_participants", {task, std::string(name_of(phase))}, number(answered)});
  }
}

void add_tasks(std::vector<GaugeValue>& values, const std::map<std::string, LiveTask>& tasks) {
  for (const auto& [task, live] : tasks) {
    values.push_back({"blindsum_waiting_members", {task}, number(live.waiting)});
    for (const auto state : kStates) {
      values.push_back({"blindsum_task_state",
                        {task, std::string(name_of(state))},
                        live.state == state ? 1.0 : 0.0});
    }
    add_participants(values, task, live);
    if (live.last_completed > 0) {
      values.push_back(
          {"blindsum_last_completed_timestamp_seconds", {task}, number(live.last_completed)});
    }
  }
}

void add_disk(std::vector<GaugeValue>& values, const std::string& name,
              const std::filesystem::path& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (!error) values.push_back({"blindsum_disk_free_bytes", {name}, number(space.available)});
}

}  // namespace

std::vector<GaugeValue> gauge_values(const ServerConfig& config, Server& server,
                                     const LiveBoard& board) {
  std::vector<GaugeValue> values;
  add_tasks(values, board.tasks_of(server.tasks()));
  const auto queues = server.queues();
  values.push_back({"blindsum_sessions", {}, number(queues.sessions)});
  values.push_back({"blindsum_compute_queue_jobs", {}, number(queues.compute_jobs)});
  values.push_back({"blindsum_unhandled_bytes", {}, number(queues.unhandled_bytes)});
  add_disk(values, "results", config.aggregator.results);
  add_disk(values, "state", config.aggregator.state);
  values.push_back(
      {"blindsum_certificate_expiry_seconds", {}, number(server.certificate_seconds_left())});
  values.push_back({"blindsum_ready", {}, server.readiness().ready ? 1.0 : 0.0});
  values.push_back({"blindsum_roster_epoch", {}, number(server.roster().epoch())});
  values.push_back({"blindsum_roster_members", {}, number(server.roster().members().size())});
  values.push_back(
      {"blindsum_build_info", {BLINDSUM_VERSION, std::string(active_mask_kernel().name)}, 1.0});
  return values;
}

}  // namespace blindsum
