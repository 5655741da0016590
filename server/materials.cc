#include "server/materials.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "protocol/wire/documents.h"
#include "support/descriptor.h"
#include "support/error.h"
#include "support/files.h"
#include "support/key_file.h"

namespace blindsum {
namespace {

constexpr std::uint64_t kMostRosterBytes = std::uint64_t{64} << 20;

std::string not_private(const std::filesystem::path& file) {
  return fmt::format("not_private: others may read it; `chmod 600 {}`, if nobody has",
                     file.string());
}

std::optional<SigningKey> load_key(const std::filesystem::path& file,
                                   std::vector<ConfigProblem>& problems) {
  auto key = read_secret_key(file);
  if (key) return *std::move(key);
  auto error = ConfigError::bad_key_file;
  std::string text = key.error().message();
  if (key.error() == SupportError::not_private) {
    text = not_private(file);
  } else if (key.error().category() == boost::system::system_category()) {
    error = ConfigError::unreadable_file;
  } else {
    text += "; `blindsum keygen` makes one";
  }
  problems.push_back({error, file.string(), std::move(text)});
  return std::nullopt;
}

std::optional<Roster> load_roster(const AggregatorConfig& config,
                                  std::vector<ConfigProblem>& problems) {
  const auto bytes = read_file(config.roster, kMostRosterBytes);
  if (!bytes) {
    problems.push_back(
        {ConfigError::unreadable_file, config.roster.string(), bytes.error().message()});
    return std::nullopt;
  }
  auto roster = read_roster(*bytes, config.authority);
  if (roster) return *std::move(roster);
  problems.push_back(
      {ConfigError::bad_roster_file, config.roster.string(),
       fmt::format("{}; is `authority` the key of who signed it?", roster.error().message())});
  return std::nullopt;
}

void check_payload(const TaskConfig& task, std::vector<ConfigProblem>& problems) {
  if (task.payload.empty()) return;
  const auto report = [&](ConfigError error, std::string text) {
    problems.push_back({error, task.payload.string(), std::move(text)});
  };
  std::error_code error;
  const auto size = std::filesystem::file_size(task.payload, error);
  if (error) return report(ConfigError::unreadable_file, error.message());
  if (::access(task.payload.c_str(), R_OK) != 0) {
    return report(ConfigError::unreadable_file, last_system_error().message());
  }
  if (size > task.most_payload_bytes) {
    report(ConfigError::out_of_range, fmt::format("task '{}': {} bytes, most_payload is {}",
                                                  task.name, size, task.most_payload_bytes));
  }
}

// Better now than after the first round. A name without a slash is looked up in PATH, then.
void check_hook(const ServerConfig& config, const TaskConfig& task,
                std::vector<ConfigProblem>& problems) {
  if (task.on_result.empty() || task.on_result.front().find('/') == std::string::npos) return;
  const auto program = config.folder / task.on_result.front();
  if (::access(program.c_str(), X_OK) == 0) return;
  const auto why = last_system_error();
  problems.push_back(
      {ConfigError::unreadable_file, program.string(),
       fmt::format("task '{}': on_result cannot be run: {}{}", task.name, why.message(),
                   why == boost::system::errc::permission_denied
                       ? fmt::format("; `chmod +x {}`?", program.string())
                       : "")});
}

void check_tasks(const ServerConfig& config, const Roster& roster,
                 std::vector<ConfigProblem>& problems) {
  for (const auto& task : config.tasks) {
    check_payload(task, problems);
    check_hook(config, task, problems);
    if (task.n_min > roster.members().size()) {
      problems.push_back({ConfigError::out_of_range, config.file.string(),
                          fmt::format("task '{}': n_min is {}, the roster has {} members",
                                      task.name, task.n_min, roster.members().size())});
    }
  }
}

}  // namespace

std::optional<TlsContext> load_tls(const ListenConfig& config,
                                   std::vector<ConfigProblem>& problems) {
  const auto hidden = check_private(config.key);
  if (!hidden && hidden.error() == SupportError::not_private) {
    problems.push_back({ConfigError::bad_key_file, config.key.string(), not_private(config.key)});
    return std::nullopt;
  }
  TlsContext::Failure failure;
  auto tls = TlsContext::load(config.certificate, config.key, failure);
  if (!tls) {
    const auto error =
        failure.error.failed() ? ConfigError::unreadable_file : ConfigError::bad_certificate;
    problems.push_back({error, failure.file.string(), std::move(failure.what)});
  }
  return tls;
}

std::optional<Materials> load_materials(const ServerConfig& config,
                                        std::vector<ConfigProblem>& problems) {
  auto key = load_key(config.aggregator.key, problems);
  auto roster = load_roster(config.aggregator, problems);
  if (key && roster && key->verify_key() == roster->authority_key()) {  // [ROSTER-6]
    problems.push_back({ConfigError::bad_key_file, config.aggregator.key.string(),
                        "wrong_aggregator: this is the authority's key, which must be another's"});
  }
  auto tls = load_tls(config.listen, problems);
  if (roster) check_tasks(config, *roster, problems);
  if (!problems.empty()) return std::nullopt;
  return Materials{*std::move(key), *std::move(roster), *std::move(tls)};
}

}  // namespace blindsum
