// The tasks that there are, by name. May be used from several threads at once. A task that is taken
// away stays in memory until the server ends: its last round may run, and sessions know it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace blindsum {

class TaskHost;

class TaskTable {
 public:
  TaskTable();
  ~TaskTable();
  TaskTable(const TaskTable&) = delete;
  TaskTable& operator=(const TaskTable&) = delete;

  // Null if there is none.
  TaskHost* find(std::string_view name) const;
  // Also one that was taken away: its members may come back for its last round [JOIN-1].
  TaskHost* find_for_members(std::string_view name) const;
  // Whether there has been one of this name since the process began.
  bool had(std::string_view name) const;
  // False after close().
  [[nodiscard]] bool add(const std::string& name, std::unique_ptr<TaskHost> task);
  // The task, which find() does not find any more. Null if there is none.
  TaskHost* take_away(std::string_view name);
  std::size_t size() const;
  // Whether none is added any more.
  bool is_closed() const;
  // Those taken away, too.
  std::vector<TaskHost*> all() const;
  // The same, and none is added any more.
  std::vector<TaskHost*> close();

 private:
  std::vector<TaskHost*> list() const;

  mutable std::mutex mutex_;
  bool closed_ = false;
  std::map<std::string, std::unique_ptr<TaskHost>, std::less<>> tasks_;
  std::map<std::string, std::unique_ptr<TaskHost>, std::less<>> taken_away_;
};

}  // namespace blindsum
