// The options of `blindsum join`, as they are written, and the SDK's options that they stand for.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "client/cli/exit_code.h"
#include "client/participant.h"

namespace blindsum::cli {

struct JoinOptions {
  std::string server;
  std::string server_name;
  std::string ca;
  std::string server_pin;
  std::string identity;
  std::string roster;
  std::string authority;
  std::string aggregator;
  std::string task;
  std::string state;
  std::string input;
  std::uint64_t weight = 1;
  std::string input_id;
  std::string exec;
  std::vector<std::string> exec_arguments;
  std::uint32_t rounds = 0;
  bool rounds_given = false;
  std::string results;
  std::string least_gamma = "0";
  std::string most_payload = "1GiB";
  std::string most_round_time = "24h";
  Policy policy;
  bool json = false;
};

void add_join_options(CLI::App& command, JoinOptions& options);

// Fills everything of `to` but the callbacks. Complains, and says how to end, if something is
// wrong.
[[nodiscard]] ExitCode make_participant_options(const JoinOptions& options, ParticipantOptions& to);

}  // namespace blindsum::cli
