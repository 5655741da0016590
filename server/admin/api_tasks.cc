// Tasks: how they stand, and what an operator does to them. And what runs at present.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "server/admin/api.h"
#include "server/cohort_check.h"
#include "server/task_control.h"

namespace blindsum {
namespace {

namespace json = boost::json;

json::string text(std::string_view view) {
  return json::string(view);
}

json::object to_json(const TaskConfig& config, const LiveTask& live, bool configured) {
  return {{"task", text(config.name)},
          {"state", text(name_of(live.state))},
          {"why", text(live.why)},
          {"configured", configured},
          {"waiting", live.waiting},
          {"completed", live.completed},
          {"rounds", config.rounds},
          {"n_min", config.n_min},
          {"n_max", config.n_max},
          {"max_corrupt", config.max_corrupt},
          {"vector_length", config.vector_length},
          {"ring_bits", config.ring_bits},
          {"share_sum", config.share_sum},
          {"running", live.round ? json::value(live.round->round) : json::value()}};
}

AdminResponse error_of(const ControlOutcome& outcome) {
  switch (outcome.error) {
    case ControlError::task_not_found:
      return error_response(404, name_of(outcome.error));
    case ControlError::store_failed:
      return error_response(503, name_of(outcome.error), outcome.detail);
    case ControlError::bad_task: {
      json::array problems;
      for (const auto& problem : outcome.problems) {
        problems.push_back(
            json::object{{"error", text(name_of(problem.error))}, {"detail", text(problem.text)}});
      }
      return json_response({{"error", "bad_task"}, {"problems", std::move(problems)}}, 422);
    }
    case ControlError::ok:
    case ControlError::task_exists:
    case ControlError::configured_task:
    case ControlError::server_draining:
      break;
  }
  return error_response(409, name_of(outcome.error), outcome.detail);
}

class TaskPages {
 public:
  explicit TaskPages(const ApiContext& context) : context_(context) {}

  AdminResponse list() const {
    json::array tasks;
    for (const auto& [name, live] : context_.board.tasks()) {
      const auto* const config = control().config_of(name);
      if (config != nullptr) tasks.push_back(to_json(*config, live, control().is_configured(name)));
    }
    return json_response({{"tasks", std::move(tasks)}});
  }

  AdminResponse one(const std::string& name, unsigned status = 200) const {
    const auto* const config = control().config_of(name);
    if (config == nullptr) return error_response(404, "task_not_found");
    const auto tasks = context_.board.tasks();
    const auto live = tasks.find(name);  // it may not have said anything yet
    return json_response(to_json(*config, live == tasks.end() ? LiveTask() : live->second,
                                 control().is_configured(name)),
                         status);
  }

  NewTask read(const std::string& body) const { return control().read(body); }

  AdminResponse create(NewTask task) const {
    const auto outcome = control().create(std::move(task));
    return outcome.error == ControlError::ok ? one(outcome.task, 201) : error_of(outcome);
  }

  Instant now() const { return context_.clock.now(); }

  // It takes effect in a moment: a round that runs goes on to its end.
  AdminResponse hold(const std::string& name, bool held) {
    const auto outcome = held ? control().pause(name) : control().resume(name);
    if (outcome.error != ControlError::ok) return error_of(outcome);
    return json_response({{"task", text(name)}, {"paused", held}}, 202);
  }

  AdminResponse remove(const std::string& name) {
    const auto outcome = control().remove(name);
    if (outcome.error != ControlError::ok) return error_of(outcome);
    return json_response({{"task", text(name)}, {"deleted", true}}, 202);
  }

 private:
  TaskControl& control() const { return context_.server.tasks(); }
  ApiContext context_;
};

constexpr Instant kPiece{10};

// Its cohorts are looked at piece by piece, and then it is made.
class TaskMaking final : public AdminWork {
 public:
  TaskMaking(std::shared_ptr<const TaskPages> pages, NewTask task)
      : pages_(std::move(pages)), task_(std::move(task)), cohorts_(task_.config) {}

  std::optional<AdminResponse> go_on() override {
    const auto until = pages_->now() + kPiece;
    while (!cohorts_.over()) {
      if (pages_->now() >= until) return std::nullopt;
      cohorts_.try_next();
    }
    if (const auto& problem = cohorts_.problem()) {
      task_.problems.push_back({ConfigError::infeasible_parameters, "n_min", *problem});
    }
    return pages_->create(std::move(task_));
  }

 private:
  const std::shared_ptr<const TaskPages> pages_;
  NewTask task_;
  CohortCheck cohorts_;
};

AdminResponse make_task(std::shared_ptr<const TaskPages> pages, const std::string& body) {
  auto task = pages->read(body);
  if (!task.problems.empty()) return pages->create(std::move(task));
  AdminResponse response;
  response.work = std::make_shared<TaskMaking>(std::move(pages), std::move(task));
  return response;
}

json::object to_json(const LiveRound& round, const Roster& roster) {
  json::array members;
  for (const auto& [index, member] : round.members) {
    const auto* const known = roster.find(index);
    json::object entry{{"index", index},
                       {"name", text(known == nullptr ? "" : known->name)},
                       {"answered", member.answered ? text(name_of(*member.answered)) : text("")},
                       {"dropped_in", text(member.dropped_in)}};
    entry["reason"] = text(member.dropped_in.empty() ? "" : name_of(member.reason));
    members.push_back(std::move(entry));
  }
  return {{"round", round.round},
          {"session_id", text(round.session_id)},
          {"resumed", round.resumed},
          {"phase", text(name_of(round.phase))},
          {"started", time_text(round.started)},
          {"phase_began", time_text(round.phase_began)},
          {"members", std::move(members)}};
}

AdminResponse live_page(const ApiContext& context) {
  json::array tasks;
  for (const auto& [name, live] : context.board.tasks_of(context.server.tasks())) {
    tasks.push_back(json::object{
        {"task", text(name)},
        {"state", text(name_of(live.state))},
        {"why", text(live.why)},
        {"waiting", live.waiting},
        {"completed", live.completed},
        {"round",
         live.round ? json::value(to_json(*live.round, context.server.roster())) : json::value()}});
  }
  return json_response({{"tasks", std::move(tasks)}});
}

}  // namespace

void add_task_pages(AdminPages& pages, const ApiContext& context) {
  const auto tasks = std::make_shared<TaskPages>(context);
  const auto add = [&](const char* method, const char* path, AdminPages::Make make) {
    pages.add(PageFor::operators, method, path, std::move(make));
  };
  add("GET", "/v1/live", [context](const auto&, const auto&) { return live_page(context); });
  add("GET", "/v1/tasks", [tasks](const auto&, const auto&) { return tasks->list(); });
  add("POST", "/v1/tasks",
      [tasks](const auto& request, const auto&) { return make_task(tasks, request.body); });
  add("GET", "/v1/tasks/{task}",
      [tasks](const auto&, const auto& names) { return tasks->one(names.at("task")); });
  add("DELETE", "/v1/tasks/{task}",
      [tasks](const auto&, const auto& names) { return tasks->remove(names.at("task")); });
  add("POST", "/v1/tasks/{task}/pause",
      [tasks](const auto&, const auto& names) { return tasks->hold(names.at("task"), true); });
  add("POST", "/v1/tasks/{task}/resume",
      [tasks](const auto&, const auto& names) { return tasks->hold(names.at("task"), false); });
}

}  // namespace blindsum
