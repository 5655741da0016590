#include "client/cli/join_options.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "client/cli/fraction.h"
#include "client/cli/key_argument.h"
#include "client/cli/report.h"
#include "protocol/round/limits.h"
#include "protocol/round/text.h"
#include "support/units.h"

namespace blindsum::cli {
namespace {

constexpr std::size_t kMostHostBytes = 253;  // RFC 1035

// "host:8443", "192.0.2.7:8443" or "[2001:db8::7]:8443".
std::optional<std::pair<std::string, std::uint16_t>> parse_server(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  std::string_view host = std::string_view(text).substr(0, colon);
  const std::string_view digits = std::string_view(text).substr(colon + 1);
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) {
    return std::nullopt;
  }
  // No URL, no path, no blank. Whether there is such a host is known when it is asked for.
  constexpr std::string_view kOfNames =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
  constexpr std::string_view kOfAddresses = "ABCDEFabcdef0123456789.:%";
  const bool good =
      !host.empty() && host.size() <= kMostHostBytes &&
      host.find_first_not_of(bracketed ? kOfAddresses : kOfNames) == std::string_view::npos;
  if (!good) return std::nullopt;
  return std::pair(std::string(host), port);
}

void add_policy_options(CLI::App& command, JoinOptions& options) {
  Policy& policy = options.policy;
  constexpr const char* kGroup = "Policy (what this participant insists on, whoever asks)";
  const auto add = [&](const char* name, auto& value, const char* text) {
    command.add_option(name, value, text)->capture_default_str()->group(kGroup);
  };
  add("--least-n", policy.least_n, "members of a cohort");
  add("--least-survivors", policy.least_survivors, "members in a sum");
  add("--least-floor", policy.least_floor, "honest members in a sum; never below 2");
  add("--least-c", policy.least_corrupt, "corrupt members that the round withstands");
  add("--least-gamma", options.least_gamma, "the same, as a fraction of the cohort");
  add("--least-sigma", policy.least_sigma, "bits of secrecy");
  command
      .add_flag("--trust-cohort-selection", policy.trust_cohort_selection,
                "let the aggregator choose the cohort and count corrupt members as a fraction")
      ->group(kGroup);
  add("--most-elements", policy.most_elements, "length of the vector");
  add("--most-payload", options.most_payload, "size of what the aggregator sends out");
  add("--most-round-time", options.most_round_time, "all time limits of a round together");
  add("--most-rounds-per-day", policy.most_rounds_per_day, "rounds begun in 24 hours");
}

ExitCode fill_policy(const JoinOptions& options, Policy& policy) {
  policy = options.policy;
  const auto aggregator = read_key_argument(options.aggregator);
  if (!aggregator) return fail("--aggregator " + options.aggregator, aggregator.error());
  policy.aggregator_key = *aggregator;
  policy.tasks = {options.task};
  const auto gamma = parse_fraction(options.least_gamma);
  if (!gamma) {
    return usage("--least-gamma: " + gamma.error().message() + ": " + kFractionHelp);
  }
  policy.least_gamma_ppm = *gamma;
  const auto payload = parse_size_bytes(options.most_payload);
  if (!payload) {
    return usage("--most-payload: " + payload.error().message() + ": " +
                 std::string(hint(UnitKind::size)));
  }
  policy.most_payload_bytes = *payload;
  const auto time = parse_duration(options.most_round_time);
  if (!time) {
    return usage("--most-round-time: " + time.error().message() + ": " +
                 std::string(hint(UnitKind::duration)));
  }
  policy.most_round_ms = static_cast<std::uint64_t>(time->count());
  return kOk;
}

}  // namespace

void add_join_options(CLI::App& command, JoinOptions& options) {
  command.add_option("--server", options.server, "HOST:PORT of the aggregator")->required();
  command.add_option("--server-name", options.server_name,
                     "name in its certificate, if it is not HOST");
  command.add_option("--ca", options.ca,
                     "PEM file that its certificate chains to; needless with --server-pin");
  command.add_option("--server-pin", options.server_pin,
                     "64 hex digits: SHA-256 of the public key of its certificate; see below");
  command.add_option("--identity", options.identity, "own secret key, from `blindsum keygen`")
      ->required();
  command.add_option("--roster", options.roster, "signed roster")->required();
  command
      .add_option("--authority", options.authority,
                  "the authority's public key: 64 hex digits, or a .pub file")
      ->required();
  command.add_option("--aggregator", options.aggregator, "the aggregator's: likewise")->required();
  command.add_option("--task", options.task, "name of the task")->required();
  command.add_option("--state", options.state, "folder that survives a crash; one an identity")
      ->required();
  auto* input = command.add_option("--input", options.input, ".npy file with the update");
  command.add_option("--weight", options.weight, "weight of the input")
      ->capture_default_str()
      ->needs(input);
  command.add_option("--input-id", options.input_id, "64 hex digits that name the input")
      ->needs(input);
  auto* exec = command.add_option("--exec", options.exec,
                                  "program that makes the update of each round; see below");
  command.add_option("ARGUMENTS", options.exec_arguments, "arguments of that program, after --")
      ->needs(exec);
  input->excludes(exec);
  command.add_option("--rounds", options.rounds,
                     "completed rounds before it ends; default 1 with --input, else until stopped");
  command.add_option("--results", options.results, "folder for records, and for sums if shared");
  command.add_flag("--json", options.json, "print every event as a JSON object, one a line");
  add_policy_options(command, options);
}

ExitCode make_participant_options(const JoinOptions& options, ParticipantOptions& to) {
  const auto server = parse_server(options.server);
  if (!server) return usage("--server: HOST:PORT is due, such as aggregator.example:8443");
  to.endpoint = {.host = server->first,
                 .port = server->second,
                 .ca_file = options.ca,
                 .server_name = options.server_name};
  if (options.ca.empty() && options.server_pin.empty()) {
    return usage("--ca or --server-pin is due: else anybody could be the server");
  }
  if (!options.server_pin.empty()) {
    const auto bytes = from_hex(options.server_pin);
    const auto pin = bytes ? Hash::from(*bytes) : Result<Hash>(bytes.error());
    if (!pin) return usage("--server-pin: 64 hexadecimal digits are due");
    to.endpoint.server_key_pin = *pin;
  }
  to.state_folder = options.state;
  to.identity_file = options.identity;
  to.roster_file = options.roster;
  const auto authority = read_key_argument(options.authority);
  if (!authority) return fail("--authority " + options.authority, authority.error());
  to.authority_key = *authority;
  if (!is_task_name(options.task)) {
    return usage("--task: 1 to " + std::to_string(kMaxTaskBytes) +
                 " letters of A-Z, a-z, 0-9, '.', '_' and '-' are due");
  }
  to.task = options.task;
  to.rounds = options.rounds_given || options.input.empty() ? options.rounds : 1;
  return fill_policy(options, to.policy);
}

}  // namespace blindsum::cli
