// What an operator decides: the TOML file of `blindsumd --config FILE`, parsed and checked. Paths
// are relative to the file's folder. The keys are in the table of config_key.h.
//
// Everything wrong is collected and told at once, each with its place, by name: an unknown key with
// the nearest known one, a value without its unit with what would be right, a task that no cohort
// could run with the reason.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "protocol/round/aggregator_round.h"
#include "protocol/round/parameters.h"
#include "protocol/vector/codec.h"
#include "server/checkpoint_limits.h"
#include "server/log.h"
#include "server/websocket.h"

namespace blindsum {

enum class ConfigError {
  unreadable_file,        // the file, or one that it names, cannot be read
  bad_toml,               // not TOML
  unknown_key,            // a key or table that means nothing here
  missing_key,            // one that has no default
  wrong_type,             // a number where text is due, …
  missing_unit,           // "5" where "5s" is due
  wrong_unit,             // "5m" where a size is due
  bad_value,              // text that is not what it should be: a key, a name, a number
  out_of_range,           // beyond what the protocol or the machine can do
  duplicate_name,         // two tasks, or two tensors of a task, of one name
  conflicting_keys,       // keys of which only one may be there
  bad_key_file,           // the aggregator's key file: permissions or content
  bad_roster_file,        // the roster: signature or content
  bad_certificate,        // certificate or key of TLS
  not_loopback,           // the operator's port would be open to others
  bad_token_file,         // the operator's token: permissions or content
  root_refused,           // started as root, and nobody has said that it may serve so
  unknown_user,           // of [process]
  ring_too_narrow,        // ring_bits does not hold the sum of n_max vectors
  infeasible_parameters,  // no graph serves some cohort size between n_min and n_max
};
[[nodiscard]] std::string_view name_of(ConfigError error);

struct ConfigProblem {
  ConfigError error{};
  std::string where;  // "blindsumd.toml:12", or a file
  std::string text;   // what is wrong and what would be right

  // "blindsumd.toml:12: unknown_key: 'portt' …"
  std::string line() const;
};

struct ListenConfig {
  std::string address = "0.0.0.0";
  std::uint16_t port = 8443;
  std::filesystem::path certificate;
  std::filesystem::path key;
};

struct AggregatorConfig {
  std::filesystem::path key;
  std::filesystem::path roster;
  VerifyKey authority;
  std::filesystem::path results;
  std::filesystem::path state;  // rounds under way; in `results`, if the file has none
};

struct LimitsConfig {
  AggregatorLimits round;
  CheckpointLimits checkpoints;
  WebSocketOptions sockets;  // address and port are those of [listen]
  // From the connection to Hello [SESSION-4], so TLS and upgrade never have longer, either.
  std::chrono::milliseconds hello_limit{5000};
  std::uint32_t joins_per_member = 60;  // a minute [JOIN-4]
  std::uint32_t joins_per_address = 6000;
  std::chrono::milliseconds drain_limit{60'000};
  std::uint32_t compute_threads = 0;  // 0: as many as the machine has
};

// Who the process becomes, if root starts it.
struct ProcessConfig {
  std::string user;   // empty: it stays who it is
  std::string group;  // empty: the user's
  bool allow_root = false;
};

// The operator's port.
struct AdminConfig {
  std::string address = "127.0.0.1";
  std::optional<std::uint16_t> port;  // none: off; 0: any free one
  std::filesystem::path token;        // empty: none
  // For /metrics and nothing else; empty: none.
  std::filesystem::path metrics_token;
  std::filesystem::path certificate;  // empty: plain HTTP
  std::filesystem::path key;
  std::filesystem::path client_ca;  // whose clients are let in; empty: those without one, too
  bool open_metrics = false;        // /metrics without a token
};

enum class LogFormat { human, json };
struct LogConfig {
  LogFormat format = LogFormat::human;
  LogLevel level = LogLevel::info;
};

enum class AuditTarget { off, file, syslog, standard_output };
struct AuditConfig {
  AuditTarget to = AuditTarget::off;
  std::filesystem::path file;  // of AuditTarget::file
};

struct TaskConfig {
  std::string name;
  VectorSchema schema;
  CodecParameters codec;
  std::uint32_t ring_bits = 0;      // the least that holds the sum, if the file has none
  std::uint64_t vector_length = 0;  // m
  std::uint32_t n_min = 0;
  std::uint32_t n_max = 0;
  std::uint32_t max_corrupt = 0;
  std::uint32_t gamma_ppm = 0;
  std::uint32_t delta_ppm = 0;
  std::uint32_t min_survivors = 0;
  std::uint32_t sigma = 64;
  std::uint32_t eta = 30;
  PhaseLimits limits;
  bool share_sum = false;

  std::uint64_t rounds = 0;                     // completed ones until the end; 0 = without end
  std::chrono::milliseconds gather{2000};       // for more members, once n_min wait
  std::chrono::milliseconds interval{0};        // least time between two starts
  std::chrono::milliseconds retry_pause{2000};  // after a failed round; doubles with each
  std::filesystem::path payload;                // of the first round; empty = none
  std::uint64_t most_payload_bytes = std::uint64_t{1} << 30;
  std::vector<std::string> on_result;  // program and arguments; empty = none
  std::chrono::milliseconds on_result_limit{60'000};
};

struct ServerConfig {
  std::filesystem::path file;    // where it was read from
  std::filesystem::path folder;  // what paths are relative to; the hook's working folder
  ListenConfig listen;
  AggregatorConfig aggregator;
  LimitsConfig limits;
  ProcessConfig process;
  AdminConfig admin;
  LogConfig log;
  AuditConfig audit;
  std::vector<TaskConfig> tasks;
};

struct ConfigResult {
  ServerConfig config;  // of use only if there are no problems
  std::vector<ConfigProblem> problems;
};

// Names and values of variables; config_environment.h says what they mean.
using Environment = std::map<std::string, std::string, std::less<>>;
// That of this process.
[[nodiscard]] Environment process_environment();

// Reads and checks the file itself, and what the environment says instead; none of the files that
// they name is opened (but those of variables that end with _FILE).
[[nodiscard]] ConfigResult read_config(const std::filesystem::path& file,
                                       const Environment& environment = {});
// The same of text, for tests; `file` is what problems call it.
[[nodiscard]] ConfigResult parse_config(std::string_view toml, const std::filesystem::path& file,
                                        const Environment& environment = {});

// The parameters that every round of the task has in common; session id, round, hashes of roster,
// payload and previous record, and the aggregator's key are the round's.
[[nodiscard]] RoundParameters task_parameters(const TaskConfig& task);

}  // namespace blindsum
