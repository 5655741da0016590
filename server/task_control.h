// What an operator does to tasks while the server runs: makes one, pauses it, lets it go on, takes
// it away. What was done is in `tasks.json` of the state folder before it takes effect, so that it
// outlives the process.
//
// A task made here has no payload file and no on_result: programs and files are named in the
// configuration only, by who may write it. What the configuration has cannot be taken away here.
// Records and results stay on disk, whatever becomes of their task. One that was taken away stays
// in `tasks.json` as retiring until a start finds that it has no round left.
//
// One caller at a time.
#pragma once

#include <filesystem>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.h"
#include "server/task_host.h"
#include "server/task_table.h"

namespace blindsum {

enum class ControlError {
  ok,
  task_not_found,
  task_exists,      // or existed in this process
  configured_task,  // it is in the configuration
  bad_task,         // see problems
  server_draining,
  store_failed,  // tasks.json, or the results folder, could not be written
};
[[nodiscard]] std::string_view name_of(ControlError error);

// A task that is to be made, as read; made if nothing was found to be wrong.
struct NewTask {
  std::string definition;  // JSON with the keys of [[task]]
  TaskConfig config = {};
  std::vector<ConfigProblem> problems = {};
};

struct ControlOutcome {
  ControlError error = ControlError::ok;
  std::vector<ConfigProblem> problems = {};
  std::string detail = "";
  std::string task = "";  // made
};

class TaskControl {
 public:
  // All outlive it.
  TaskControl(const TaskContext& context, TaskTable& tasks) : context_(context), tasks_(tasks) {}

  // Before any task starts: what was done in earlier processes. False, with `failure`, if the file
  // cannot be read.
  [[nodiscard]] bool load(std::string& failure);
  // The tasks of the configuration, and those made later. Likewise.
  [[nodiscard]] bool open_all(std::string& failure);

  // Looks at all but its cohorts, which takes long: whoever makes it has looked at those
  // (cohort_check.h), and added what is wrong.
  NewTask read(std::string_view definition) const;
  ControlOutcome create(NewTask task);
  ControlOutcome pause(std::string_view task);
  ControlOutcome resume(std::string_view task);
  ControlOutcome remove(std::string_view task);

  bool is_configured(std::string_view task) const;
  const TaskConfig* config_of(std::string_view task) const;

 private:
  struct Made {
    std::string definition;
    TaskConfig config;
  };
  std::filesystem::path file() const;
  [[nodiscard]] Result<void> keep() const;
  std::optional<TaskResults> open_results(const TaskConfig& config, std::string& failure);
  bool open(const TaskConfig& config, std::string& failure);
  bool add(const TaskConfig& config, TaskResults results, std::string& failure);
  bool open_retiring(const TaskConfig& config, std::string& failure);
  bool name_strangers(std::string& failure) const;
  ControlOutcome set_held(std::string_view task, bool held);
  void check(const TaskConfig& config, std::vector<ConfigProblem>& problems) const;

  const TaskContext& context_;
  TaskTable& tasks_;
  std::list<Made> made_;  // also those taken away since: their hosts refer to them
  std::set<std::string, std::less<>> live_;  // names of those of made_ that are not
  // Taken away, and their rounds have an end to come to, also after a restart [RECORD-1].
  std::set<std::string, std::less<>> retiring_;
  std::set<std::string, std::less<>> held_;
};

}  // namespace blindsum
