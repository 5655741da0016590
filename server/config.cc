#include "server/config.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "protocol/round/text.h"
#include "server/cohort_check.h"
#include "server/config_sections.h"
#include "server/config_table.h"
#include "support/files.h"
#include "support/key_file.h"

namespace blindsum {

std::string_view name_of(ConfigError error) {
  switch (error) {
    case ConfigError::unreadable_file:
      return "unreadable_file";
    case ConfigError::bad_toml:
      return "bad_toml";
    case ConfigError::unknown_key:
      return "unknown_key";
    case ConfigError::missing_key:
      return "missing_key";
    case ConfigError::wrong_type:
      return "wrong_type";
    case ConfigError::missing_unit:
      return "missing_unit";
    case ConfigError::wrong_unit:
      return "wrong_unit";
    case ConfigError::bad_value:
      return "bad_value";
    case ConfigError::out_of_range:
      return "out_of_range";
    case ConfigError::duplicate_name:
      return "duplicate_name";
    case ConfigError::conflicting_keys:
      return "conflicting_keys";
    case ConfigError::bad_key_file:
      return "bad_key_file";
    case ConfigError::bad_roster_file:
      return "bad_roster_file";
    case ConfigError::bad_certificate:
      return "bad_certificate";
    case ConfigError::not_loopback:
      return "not_loopback";
    case ConfigError::bad_token_file:
      return "bad_token_file";
    case ConfigError::root_refused:
      return "root_refused";
    case ConfigError::unknown_user:
      return "unknown_user";
    case ConfigError::ring_too_narrow:
      return "ring_too_narrow";
    case ConfigError::infeasible_parameters:
      return "infeasible_parameters";
  }
  return "unknown";
}

std::string ConfigProblem::line() const {
  return fmt::format("{}: {}: {}", where, name_of(error), text);
}

namespace {

// Inside the results, beside the folders of tasks.
constexpr const char* kStateFolder = ".state";

ListenConfig read_listen(ConfigTable table) {
  ListenConfig listen;
  table.read("address", listen.address);
  Error error;
  boost::asio::ip::make_address(listen.address, error);
  if (error) {
    table.report(ConfigError::bad_value, "address",
                 fmt::format("'{}' is no IP address; 0.0.0.0 or :: are all of this machine's",
                             printable(listen.address, 64)));
  }
  table.read("port", listen.port);
  table.read("certificate", listen.certificate);
  table.read("key", listen.key);
  table.refuse_unknown();
  return listen;
}

AggregatorConfig read_aggregator(ConfigTable table) {
  AggregatorConfig aggregator;
  table.read("key", aggregator.key);
  table.read("roster", aggregator.roster);
  table.read("results", aggregator.results);
  table.read("state", aggregator.state);
  if (aggregator.state.empty()) aggregator.state = aggregator.results / kStateFolder;
  std::string authority;
  table.read("authority", authority);
  if (!authority.empty()) {
    const auto key = parse_verify_key(authority);
    if (key) {
      aggregator.authority = *key;
    } else {
      table.report(ConfigError::bad_value, "authority",
                   fmt::format("'authority' has to be the 64 hexadecimal digits of the authority's "
                               "public key ({})",
                               key.error().message()));
    }
  }
  table.refuse_unknown();
  return aggregator;
}

ProcessConfig read_process(ConfigTable table) {
  ProcessConfig process;
  table.read("user", process.user);
  table.read("group", process.group);
  table.read("allow_root", process.allow_root);
  if (process.user.empty() && !process.group.empty()) {
    table.report(ConfigError::missing_key, "group", "'group' needs 'user' beside it");
  }
  table.refuse_unknown();
  return process;
}

void read_socket_limits(ConfigTable& table, WebSocketOptions& sockets) {
  table.read("max_connections", sockets.max_connections);
  table.read("max_connections_per_address", sockets.max_connections_per_address);
  table.read("new_connections_per_address", sockets.new_connections_per_address);
  table.read("frames_per_second", sockets.frames_per_second);
  table.read("before_hello", sockets.most_before_hello);
  table.read("unhandled_per_session", sockets.most_unhandled_bytes);
  table.read("unhandled_in_all", sockets.most_unhandled_in_all);
  table.read("handshake_time", sockets.handshake_limit);
  table.read("idle_time", sockets.idle_limit);
  table.read("write_time", sockets.write_limit);
  table.read("close_time", sockets.close_limit);
  table.read("queued_per_session", sockets.most_queued_bytes);
}

LimitsConfig read_limits(ConfigTable table) {
  LimitsConfig limits;
  table.read("uploads_in_flight", limits.round.uploads_in_flight);
  table.read("upload_stall", limits.round.upload_stall_ms);
  table.read("checkpoint_interval", limits.checkpoints.interval);
  table.read("checkpoint_uploads", limits.checkpoints.uploads);
  read_socket_limits(table, limits.sockets);
  table.read("joins_per_member", limits.joins_per_member);
  table.read("joins_per_address", limits.joins_per_address);
  table.read("hello_time", limits.hello_limit);
  limits.sockets.handshake_limit = std::min(limits.sockets.handshake_limit, limits.hello_limit);
  table.read("drain", limits.drain_limit);
  table.read("compute_threads", limits.compute_threads);
  table.refuse_unknown();
  return limits;
}

void read_tasks(ConfigTable& root, const AggregatorConfig& aggregator,
                std::vector<TaskConfig>& tasks) {
  for (auto& table : root.tables("task")) {
    const auto before = table.problems();
    auto task = read_task(table);
    if (table.problems() == before) {
      const auto problem = check_cohorts(task);
      if (problem) table.report(ConfigError::infeasible_parameters, "n_min", *problem);
    }
    const bool twice = std::any_of(tasks.begin(), tasks.end(), [&](const TaskConfig& other) {
      return other.name == task.name;
    });
    if (twice) {
      table.report(ConfigError::duplicate_name, "name",
                   fmt::format("there are two tasks '{}'", task.name));
    }
    if ((aggregator.results / task.name).lexically_normal() ==
        aggregator.state.lexically_normal()) {
      table.report(ConfigError::conflicting_keys, "name",
                   fmt::format("'{}' is where the state of rounds is kept", task.name));
    }
    tasks.push_back(std::move(task));
  }
}

}  // namespace

Environment process_environment() {
  Environment variables;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

ConfigResult parse_config(std::string_view toml, const std::filesystem::path& file,
                          const Environment& environment) {
  ConfigResult result;
  auto& config = result.config;
  config.file = file;
  config.folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  auto root = ConfigTable::parse(toml, file, environment, result.problems);
  if (!root) return result;
  config.listen = read_listen(root->table("listen"));
  config.aggregator = read_aggregator(root->table("aggregator"));
  config.limits = read_limits(root->table("limits"));
  config.process = read_process(root->table("process"));
  config.admin = read_admin(root->table("admin"));
  config.log = read_log(root->table("log"));
  config.audit = read_audit(root->table("audit"));
  config.limits.sockets.address = config.listen.address;
  config.limits.sockets.port = config.listen.port;
  read_tasks(*root, config.aggregator, config.tasks);
  root->refuse_unknown();
  return result;
}

ConfigResult read_config(const std::filesystem::path& file, const Environment& environment) {
  const auto text = read_text_file(file);
  if (text) return parse_config(*text, file, environment);
  ConfigResult result;
  result.problems.push_back({ConfigError::unreadable_file, file.string(), text.error().message()});
  return result;
}

}  // namespace blindsum
