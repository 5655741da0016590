#include "server/config.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <thread>

#include "protocol/round/limits.h"
#include "protocol/round/text.h"
#include "protocol/wire/frames.h"
#include "server/config_sections.h"
#include "server/config_table.h"
#include "support/files.h"
#include "support/key_file.h"

namespace blindsum {

using std::chrono::milliseconds;

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

constexpr milliseconds kHour{3'600'000};
// Inside the results, beside the folders of tasks.
constexpr const char* kStateFolder = ".state";

ListenConfig read_listen(ConfigTable table, const std::filesystem::path& folder) {
  ListenConfig listen;
  listen.address = table.text("address").value_or(listen.address);
  Error error;
  boost::asio::ip::make_address(listen.address, error);
  if (error) {
    table.report(ConfigError::bad_value, "address",
                 fmt::format("'{}' is no IP address; 0.0.0.0 or :: are all of this machine's",
                             printable(listen.address, 64)));
  }
  listen.port = static_cast<std::uint16_t>(table.whole("port", 0, 65'535, listen.port));
  listen.certificate = folder / table.required_text("certificate");
  listen.key = folder / table.required_text("key");
  table.refuse_unknown();
  return listen;
}

AggregatorConfig read_aggregator(ConfigTable table, const std::filesystem::path& folder) {
  AggregatorConfig aggregator;
  aggregator.key = folder / table.required_text("key");
  aggregator.roster = folder / table.required_text("roster");
  aggregator.results = folder / table.required_text("results");
  const auto state = table.text("state");
  aggregator.state = state ? folder / *state : aggregator.results / kStateFolder;
  const auto authority = table.required_text("authority");
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
  process.user = table.text("user").value_or("");
  process.group = table.text("group").value_or("");
  process.allow_root = table.boolean("allow_root", false);
  if (process.user.empty() && !process.group.empty()) {
    table.report(ConfigError::missing_key, "group", "'group' needs 'user' beside it");
  }
  table.refuse_unknown();
  return process;
}

LimitsConfig read_limits(ConfigTable table) {
  LimitsConfig limits;
  auto& round = limits.round;
  auto& sockets = limits.sockets;
  const milliseconds second{1000};
  round.uploads_in_flight = static_cast<std::uint32_t>(
      table.whole("uploads_in_flight", 1, kMaxCohort, round.uploads_in_flight));
  round.upload_stall_ms = static_cast<std::uint32_t>(
      table.duration("upload_stall", milliseconds{100}, kHour, milliseconds{round.upload_stall_ms})
          .count());
  auto& checkpoints = limits.checkpoints;
  checkpoints.interval =
      table.duration("checkpoint_interval", milliseconds{0}, kHour, checkpoints.interval);
  checkpoints.uploads = static_cast<std::uint32_t>(
      table.whole("checkpoint_uploads", 1, kMaxCohort, checkpoints.uploads));
  const auto count = [&](std::string_view key, std::uint32_t& value) {
    value = static_cast<std::uint32_t>(table.whole(key, 1, 1'000'000, value));
  };
  count("max_connections", sockets.max_connections);
  count("max_connections_per_address", sockets.max_connections_per_address);
  count("new_connections_per_address", sockets.new_connections_per_address);
  count("frames_per_second", sockets.frames_per_second);
  count("joins_per_member", limits.joins_per_member);
  count("joins_per_address", limits.joins_per_address);
  sockets.most_before_hello = table.size_bytes("before_hello", std::uint64_t{6} << 10,
                                               std::uint64_t{1} << 20, sockets.most_before_hello);
  sockets.most_unhandled_bytes =
      table.size_bytes("unhandled_per_session", kMaxFrameBytes, std::uint64_t{1} << 30,
                       sockets.most_unhandled_bytes);
  sockets.most_unhandled_in_all = table.size_bytes(
      "unhandled_in_all", kMaxFrameBytes, std::uint64_t{1} << 40, sockets.most_unhandled_in_all);
  sockets.handshake_limit =
      table.duration("handshake_time", milliseconds{100}, kHour, sockets.handshake_limit);
  sockets.idle_limit = table.duration("idle_time", second, 24 * kHour, sockets.idle_limit);
  sockets.write_limit = table.duration("write_time", milliseconds{100}, kHour, sockets.write_limit);
  sockets.close_limit = table.duration("close_time", milliseconds{100}, kHour, sockets.close_limit);
  sockets.most_queued_bytes = table.size_bytes("queued_per_session", std::uint64_t{8} << 20,
                                               std::uint64_t{1} << 40, sockets.most_queued_bytes);
  limits.hello_limit = table.duration("hello_time", milliseconds{100}, kHour, limits.hello_limit);
  sockets.handshake_limit = std::min(sockets.handshake_limit, limits.hello_limit);
  limits.drain_limit = table.duration("drain", milliseconds{0}, 24 * kHour, limits.drain_limit);
  limits.compute_threads =
      static_cast<std::uint32_t>(table.whole("compute_threads", 0, 1024, limits.compute_threads));
  table.refuse_unknown();
  return limits;
}

void read_tasks(ConfigTable& root, const std::filesystem::path& folder,
                const AggregatorConfig& aggregator, std::vector<TaskConfig>& tasks) {
  for (auto& table : root.tables("task")) {
    auto task = read_task(table, folder);
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

ConfigResult parse_config(std::string_view toml, const std::filesystem::path& file) {
  ConfigResult result;
  auto& config = result.config;
  config.file = file;
  config.folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  auto root = ConfigTable::parse(toml, file, result.problems);
  if (!root) return result;
  config.listen = read_listen(root->table("listen", true), config.folder);
  config.aggregator = read_aggregator(root->table("aggregator", true), config.folder);
  config.limits = read_limits(root->table("limits", false));
  config.process = read_process(root->table("process", false));
  config.admin = read_admin(root->table("admin", false), config.folder);
  config.log = read_log(root->table("log", false));
  config.audit = read_audit(root->table("audit", false), config.folder);
  config.limits.sockets.address = config.listen.address;
  config.limits.sockets.port = config.listen.port;
  read_tasks(*root, config.folder, config.aggregator, config.tasks);
  root->refuse_unknown();
  return result;
}

ConfigResult read_config(const std::filesystem::path& file) {
  const auto text = read_text_file(file);
  if (text) return parse_config(*text, file);
  ConfigResult result;
  result.problems.push_back({ConfigError::unreadable_file, file.string(), text.error().message()});
  return result;
}

}  // namespace blindsum
