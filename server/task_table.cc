#include "server/task_table.h"

#include <utility>

#include "server/task_host.h"

namespace blindsum {

TaskTable::TaskTable() = default;
TaskTable::~TaskTable() = default;

TaskHost* TaskTable::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = tasks_.find(name);
  return found == tasks_.end() ? nullptr : found->second.get();
}

TaskHost* TaskTable::find_for_members(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  for (const auto* const tasks : {&tasks_, &taken_away_}) {
    const auto found = tasks->find(name);
    if (found != tasks->end()) return found->second.get();
  }
  return nullptr;
}

bool TaskTable::had(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return tasks_.contains(name) || taken_away_.contains(name);
}

bool TaskTable::add(const std::string& name, std::unique_ptr<TaskHost> task) {
  const std::lock_guard lock(mutex_);
  return !closed_ && tasks_.emplace(name, std::move(task)).second;
}

TaskHost* TaskTable::take_away(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = tasks_.find(name);
  if (found == tasks_.end()) return nullptr;
  auto* const task = found->second.get();
  taken_away_[found->first] = std::move(found->second);
  tasks_.erase(found);
  return task;
}

std::size_t TaskTable::size() const {
  const std::lock_guard lock(mutex_);
  return tasks_.size();
}

bool TaskTable::is_closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::vector<TaskHost*> TaskTable::list() const {
  std::vector<TaskHost*> all;
  for (const auto& [name, task] : tasks_) all.push_back(task.get());
  for (const auto& [name, task] : taken_away_) all.push_back(task.get());
  return all;
}

std::vector<TaskHost*> TaskTable::all() const {
  const std::lock_guard lock(mutex_);
  return list();
}

std::vector<TaskHost*> TaskTable::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  return list();
}

}  // namespace blindsum
