#include "server/backup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "server/backup_error.h"
#include "server/copied_at.h"
#include "server/result_files.h"
#include "support/descriptor.h"
#include "support/files.h"

namespace blindsum {
namespace {

constexpr ::mode_t kPrivateFolder = 0700;
constexpr const char* kStateFiles[] = {"tasks.json", "reliability.json"};
using Path = std::filesystem::path;

Error error_of(const std::error_code& error) {
  return {error.value(), boost::system::system_category()};
}

bool is_there(const Path& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Result<std::vector<Path>> entries_of(const Path& folder) {
  std::vector<Path> entries;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    entries.push_back(it->path());
  }
  if (error) return error_of(error);
  return entries;
}

class Copying {
 public:
  explicit Copying(BackupReport& report) : report_(report) {}

  Result<void> file(const Path& from, const Path& to);
  Result<void> task(const Path& from, const Path& to);

 private:
  Result<void> round(const Path& from, const Path& to, std::uint64_t number);
  Result<void> round_folder(const Path& from, const Path& to);

  BackupReport& report_;
};

// Whole or not at all; durable once its folder is synced.
Result<void> Copying::file(const Path& from, const Path& to) {
  report_.where = from;
  const Path partial = to.string() + ".partial";
  std::error_code error;
  std::filesystem::copy_file(from, partial, std::filesystem::copy_options::overwrite_existing,
                             error);
  if (error) return error_of(error);
  BLINDSUM_CHECK(sync_file(partial));
  if (std::rename(partial.c_str(), to.c_str()) != 0) return last_system_error();
  return {};
}

Result<void> Copying::round_folder(const Path& from, const Path& to) {
  report_.where = from;
  if (!is_there(from)) return {};  // the round was aborted
  BLINDSUM_CHECK(make_folder(to));
  BLINDSUM_TRY(files, entries_of(from));
  for (const auto& one : files) {
    // The next payload may come later than all else; a partial one goes on being written.
    if (one.extension() == ".partial" || is_there(to / one.filename())) continue;
    BLINDSUM_CHECK(file(one, to / one.filename()));
  }
  return sync_folder(to);
}

Result<void> Copying::round(const Path& from, const Path& to, std::uint64_t number) {
  BLINDSUM_CHECK(round_folder(round_file(from, number, ""), round_file(to, number, "")));
  ++report_.rounds;
  // It comes after the record, and not at all with a record that a member has given back.
  const auto json = round_file(from, number, ".json");
  if (is_there(json) && !is_there(round_file(to, number, ".json"))) {
    BLINDSUM_CHECK(file(json, round_file(to, number, ".json")));
  }
  if (is_there(round_file(to, number, ".record"))) return {};
  BLINDSUM_CHECK(file(round_file(from, number, ".record"), round_file(to, number, ".record")));
  ++report_.copied;
  return {};
}

Result<void> Copying::task(const Path& from, const Path& to) {
  report_.where = from;
  BLINDSUM_TRY(entries, entries_of(from));
  for (const auto& entry : entries) {
    const auto name = entry.filename().string();
    const auto parsed = parse_round_file(name);
    if (parsed && parsed->extension == ".record") BLINDSUM_CHECK(round(from, to, parsed->round));
  }
  ++report_.tasks;
  return sync_folder(to);
}

bool is_same(const Path& a, const Path& b) {
  return a.lexically_normal() == b.lexically_normal();
}

// Folders of tasks, also of those that there are no more.
Result<std::vector<Path>> task_folders(const Path& results, const Path& state) {
  BLINDSUM_TRY(entries, entries_of(results));
  std::erase_if(entries, [&](const Path& entry) {
    std::error_code none;
    return is_same(entry, state) || !std::filesystem::is_directory(entry, none);
  });
  return entries;
}

Result<void> copy_state(Copying& copying, const Path& from, const Path& to) {
  BLINDSUM_CHECK(make_folder(to));
  for (const auto* const name : kStateFiles) {
    if (is_there(from / name)) BLINDSUM_CHECK(copying.file(from / name, to / name));
  }
  return sync_folder(to);
}

Result<void> copy_configuration(Copying& copying, const ServerConfig& config, const Path& to,
                                bool with_keys) {
  std::vector<std::pair<std::string, Path>> files{{"blindsumd.toml", config.file},
                                                  {"aggregator.roster", config.aggregator.roster},
                                                  {"listen.certificate", config.listen.certificate},
                                                  {"admin.certificate", config.admin.certificate},
                                                  {"admin.client_ca", config.admin.client_ca}};
  for (const auto& task : config.tasks) files.emplace_back("payload." + task.name, task.payload);
  if (with_keys) {
    files.emplace_back("aggregator.key", config.aggregator.key);
    files.emplace_back("listen.key", config.listen.key);
    files.emplace_back("admin.key", config.admin.key);
    files.emplace_back("admin.token", config.admin.token);
    files.emplace_back("admin.metrics_token", config.admin.metrics_token);
  }
  BLINDSUM_CHECK(make_folder(to));
  for (const auto& [name, from] : files) {
    if (!from.empty()) BLINDSUM_CHECK(copying.file(from, to / name));
  }
  return sync_folder(to);
}

Result<void> check_empty(const Path& folder, const Path& state, BackupReport& report) {
  BLINDSUM_CHECK(make_folder(folder));
  BLINDSUM_TRY(entries, entries_of(folder));
  for (const auto& entry : entries) {
    if (entry.filename() == "lock" || is_same(entry, state)) continue;
    report.where = entry;
    return BackupError::not_empty;
  }
  return {};
}

// Whoever copies the folder back by other means has the mark too.
Result<void> mark_if_new(const Path& folder, UnixSeconds when) {
  BLINDSUM_CHECK(make_folder(folder));
  BLINDSUM_TRY(marked, copied_at(folder));
  return marked ? Result<void>{} : mark_copied(folder, when);
}

}  // namespace

Result<void> make_backup(const ServerConfig& config, const Path& folder, bool with_keys,
                         UnixSeconds now, BackupReport& report) {
  Copying copying(report);
  report.where = folder;
  BLINDSUM_CHECK(make_folder(folder));
  if (::chmod(folder.c_str(), kPrivateFolder) != 0) return last_system_error();
  report.where = config.aggregator.results;
  BLINDSUM_TRY(tasks, task_folders(config.aggregator.results, config.aggregator.state));
  for (const auto& task : tasks) {
    const auto to = folder / "results" / task.filename();
    // An older time is on the safe side; a newer one only once all of it is here.
    BLINDSUM_CHECK(mark_if_new(to, now));
    BLINDSUM_CHECK(copying.task(task, to));
    BLINDSUM_CHECK(mark_copied(to, now));
  }
  BLINDSUM_CHECK(copy_state(copying, config.aggregator.state, folder / "state"));
  BLINDSUM_CHECK(copy_configuration(copying, config, folder / "configuration", with_keys));
  report.where = folder;
  return mark_copied(folder, now);
}

Result<void> restore_backup(const ServerConfig& config, const Path& folder, BackupReport& report) {
  const auto& [results, state] = std::pair(config.aggregator.results, config.aggregator.state);
  Copying copying(report);
  report.where = folder;
  BLINDSUM_TRY(when, copied_at(folder));
  if (!when) return BackupError::no_backup;
  report.where = results;
  BLINDSUM_CHECK(check_empty(results, state, report));
  BLINDSUM_CHECK(check_empty(state, state, report));
  BLINDSUM_TRY(results_lock, FolderLock::take(results));
  BLINDSUM_TRY(state_lock, FolderLock::take(state));
  // Tasks that the backup knows nothing of may have had rounds all the same.
  for (const auto& task : config.tasks) BLINDSUM_CHECK(mark_if_new(results / task.name, *when));
  report.where = folder / "results";
  BLINDSUM_TRY(tasks, task_folders(folder / "results", {}));
  for (const auto& task : tasks) {
    report.where = task;
    BLINDSUM_TRY(task_when, copied_at(task));
    const auto to = results / task.filename();
    BLINDSUM_CHECK(make_folder(to));
    BLINDSUM_CHECK(mark_copied(to, task_when ? *task_when : *when));
    BLINDSUM_CHECK(copying.task(task, to));
  }
  return copy_state(copying, folder / "state", state);
}

}  // namespace blindsum
