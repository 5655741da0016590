#include "server/task_control.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <exception>
#include <utility>

#include "server/cohort_check.h"
#include "server/config_json.h"
#include "support/files.h"

namespace blindsum {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostFileBytes = std::uint64_t{64} << 20;
constexpr std::size_t kMostTasks = 1000;

}  // namespace

std::string_view name_of(ControlError error) {
  switch (error) {
    case ControlError::ok:
      return "ok";
    case ControlError::task_not_found:
      return "task_not_found";
    case ControlError::task_exists:
      return "task_exists";
    case ControlError::configured_task:
      return "configured_task";
    case ControlError::bad_task:
      return "bad_task";
    case ControlError::server_draining:
      return "server_draining";
    case ControlError::store_failed:
      return "store_failed";
  }
  return "unknown";
}

std::filesystem::path TaskControl::file() const {
  return context_.config.aggregator.state / "tasks.json";
}

bool TaskControl::load(std::string& failure) {
  const auto text = read_text_file(file(), kMostFileBytes);
  if (!text) {
    if (text.error() == boost::system::errc::no_such_file_or_directory) return true;
    failure = file().string() + ": " + text.error().message();
    return false;
  }
  std::vector<ConfigProblem> problems;
  try {
    const auto kept = json::parse(*text).as_object();
    for (const auto& name : kept.at("paused").as_array()) held_.emplace(name.as_string());
    for (const auto& one : kept.at("made").as_array()) {
      std::string definition(one.as_string());
      auto config = read_json_task(definition, problems);
      const auto problem = problems.empty() ? check_cohorts(config) : std::nullopt;
      if (problem) problems.push_back({ConfigError::infeasible_parameters, config.name, *problem});
      live_.insert(config.name);
      made_.push_back({std::move(definition), std::move(config)});
    }
    for (const auto& one : kept.at("retiring").as_array()) {
      std::string definition(one.as_string());
      auto config = read_json_task(definition, problems);
      retiring_.insert(config.name);
      made_.push_back({std::move(definition), std::move(config)});
    }
  } catch (const std::exception& exception) {
    failure = file().string() + ": " + exception.what();
    return false;
  }
  if (!problems.empty()) failure = file().string() + ": " + problems.front().text;
  return problems.empty();
}

Result<void> TaskControl::keep() const {
  json::array made;
  json::array retiring;
  for (const auto& one : made_) {
    if (live_.contains(one.config.name)) made.emplace_back(one.definition);
    if (retiring_.contains(one.config.name)) retiring.emplace_back(one.definition);
  }
  json::array paused;
  for (const auto& name : held_) paused.emplace_back(name);
  const json::object kept{
      {"made", std::move(made)}, {"paused", std::move(paused)}, {"retiring", std::move(retiring)}};
  return write_file_atomically(file(), json::serialize(kept) + "\n");
}

std::optional<TaskResults> TaskControl::open_results(const TaskConfig& config,
                                                     std::string& failure) {
  const auto folder = context_.config.aggregator.results / config.name;
  auto results = TaskResults::open(folder, context_.roster);
  if (!results) {
    failure = folder.string() + ": " + results.error().message();
    return std::nullopt;
  }
  const auto room = results->leave_room(context_.clock.wall_now());
  if (!room) {
    failure = folder.string() + ": " + room.error().message();
    return std::nullopt;
  }
  if (*room > 0) {
    context_.log.warning(
        "{}: put back from a backup; the next round is {}, {} numbers are left out", config.name,
        results->next_round(), *room);
  }
  return *std::move(results);
}

bool TaskControl::open(const TaskConfig& config, std::string& failure) {
  auto results = open_results(config, failure);
  return results && add(config, *std::move(results), failure);
}

bool TaskControl::add(const TaskConfig& config, TaskResults results, std::string& failure) {
  auto host = std::make_unique<TaskHost>(context_, config, std::move(results));
  if (held_.contains(config.name)) host->hold(true);
  if (tasks_.add(config.name, std::move(host))) return true;
  failure = config.name + ": there is one of this name";
  return false;
}

bool TaskControl::open_all(std::string& failure) {
  for (const auto& task : context_.config.tasks) {
    if (!open(task, failure)) return false;
  }
  for (const auto& one : made_) {
    const bool is_live = live_.contains(one.config.name);
    if (!(is_live ? open(one.config, failure) : open_retiring(one.config, failure))) return false;
  }
  const auto has_gone = [&](const Made& one) {
    return !live_.contains(one.config.name) && !retiring_.contains(one.config.name);
  };
  if (std::erase_if(made_, has_gone) > 0) {
    if (const auto kept = keep(); !kept) {
      context_.log.warning("{}: {}", file().string(), kept.error().message());  // next time, then
    }
  }
  return name_strangers(failure);
}

// Only for the rounds that are left of it.
bool TaskControl::open_retiring(const TaskConfig& config, std::string& failure) {
  const auto rounds = context_.store.rounds(config.name);
  if (!rounds) {
    failure = config.name + ": " + rounds.error().message();
    return false;
  }
  // One of this name in the configuration goes on with them.
  if (tasks_.had(config.name)) return retiring_.erase(config.name) > 0;
  auto results = open_results(config, failure);
  if (!results) return false;
  if (rounds->empty() && results->cut_off().empty()) return retiring_.erase(config.name) > 0;
  if (!add(config, *std::move(results), failure)) return false;
  tasks_.take_away(config.name)->retire();
  return true;
}

// Without its definition nothing can be said about a round: it waits for that, and somebody has to
// know.
bool TaskControl::name_strangers(std::string& failure) const {
  const auto names = context_.store.tasks();
  if (!names) {
    failure = context_.config.aggregator.state.string() + ": " + names.error().message();
    return false;
  }
  for (const auto& name : *names) {
    if (tasks_.had(name)) continue;
    context_.log.error(
        "{}: there are rounds of this task, which is not configured any more: they have no end "
        "and no record before it is put back into the configuration",
        name);
  }
  return true;
}

bool TaskControl::is_configured(std::string_view task) const {
  const auto& tasks = context_.config.tasks;
  return std::any_of(tasks.begin(), tasks.end(), [&](const auto& one) { return one.name == task; });
}

const TaskConfig* TaskControl::config_of(std::string_view task) const {
  for (const auto& one : context_.config.tasks) {
    if (one.name == task) return &one;
  }
  for (const auto& one : made_) {
    if (one.config.name == task && live_.contains(task)) return &one.config;
  }
  return nullptr;
}

void TaskControl::check(const TaskConfig& config, std::vector<ConfigProblem>& problems) const {
  const auto members = context_.roster.members().size();
  if (config.n_min > members) {
    problems.push_back(
        {ConfigError::out_of_range, "n_min",
         fmt::format("n_min is {}, the roster has {} members", config.n_min, members)});
  }
  const auto& places = context_.config.aggregator;
  if ((places.results / config.name).lexically_normal() == places.state.lexically_normal()) {
    problems.push_back({ConfigError::conflicting_keys, "name",
                        "'" + config.name + "' is where the state of rounds is kept"});
  }
}

NewTask TaskControl::read(std::string_view definition) const {
  NewTask task{std::string(definition)};
  task.config = read_json_task(definition, task.problems);
  if (task.problems.empty()) check(task.config, task.problems);
  return task;
}

ControlOutcome TaskControl::create(NewTask task) {
  if (!task.problems.empty()) return {ControlError::bad_task, std::move(task.problems)};
  auto& config = task.config;
  ControlOutcome outcome;
  outcome.task = config.name;
  if (tasks_.is_closed()) return {ControlError::server_draining};
  if (tasks_.had(config.name)) return {ControlError::task_exists, {}, config.name};
  if (made_.size() >= kMostTasks) return {ControlError::store_failed, {}, "too many tasks"};
  live_.insert(config.name);
  made_.push_back({std::move(task.definition), std::move(config)});
  const auto& made = made_.back().config;
  const auto kept = keep();
  if (!kept || !open(made, outcome.detail)) {
    live_.erase(made.name);
    // Its host, if there was one, is not in the table and has gone: nothing refers to it.
    made_.pop_back();
    if (!kept) outcome.detail = kept.error().message();
    // The next that is kept goes without it, too; until then it would be there after a restart.
    if (const auto undone = keep(); kept && !undone) {
      outcome.detail += "; and it is still in tasks.json: " + undone.error().message();
    }
    outcome.error = ControlError::store_failed;
    return outcome;
  }
  tasks_.find(made.name)->start();
  return outcome;
}

ControlOutcome TaskControl::set_held(std::string_view task, bool held) {
  auto* const host = tasks_.find(task);
  if (host == nullptr) return {ControlError::task_not_found};
  const auto before = held_;
  if (held) held_.emplace(task);
  if (!held) held_.erase(std::string(task));
  if (const auto kept = keep(); !kept) {
    held_ = before;
    return {ControlError::store_failed, {}, kept.error().message()};
  }
  host->hold(held);
  return {};
}

ControlOutcome TaskControl::pause(std::string_view task) {
  return set_held(task, true);
}

ControlOutcome TaskControl::resume(std::string_view task) {
  if (const auto broken = context_.store.broken()) {
    return {ControlError::store_failed, {}, broken.message() + "; it takes a restart"};
  }
  return set_held(task, false);
}

ControlOutcome TaskControl::remove(std::string_view task) {
  if (tasks_.find(task) == nullptr) return {ControlError::task_not_found};
  if (is_configured(task)) {
    return {
        ControlError::configured_task, {}, "it is in the configuration; pause it, or edit that"};
  }
  const std::string name(task);
  const auto before = held_;
  live_.erase(name);
  retiring_.insert(name);
  held_.erase(name);
  if (const auto kept = keep(); !kept) {
    live_.insert(name);
    retiring_.erase(name);
    held_ = before;
    return {ControlError::store_failed, {}, kept.error().message()};
  }
  tasks_.take_away(task)->retire();
  return {};
}

}  // namespace blindsum
