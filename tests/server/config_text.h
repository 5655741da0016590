// A good configuration, for tests that change one thing of it.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "server/config.h"

namespace blindsum {

inline constexpr std::string_view kGoodConfig = R"(
[listen]
address = "127.0.0.1"
port = 0
certificate = "server.crt"
key = "server.key"

[aggregator]
key = "aggregator.key"
roster = "roster.bsr"
authority = "5866666666666666666666666666666666666666666666666666666666666666"
results = "results"

[limits]
uploads_in_flight = 2
upload_stall = "3s"
queued_per_session = "64MiB"
drain = "2s"

[[task]]
name = "spam-filter"
tensors = [{ name = "weights", shape = [57, 2] }, { name = "bias", shape = [] }]
codec = { kind = "fixed_point", clip = 16, scale = 65536.0, weight_bound = 2048 }
n_min = 10
n_max = 12
max_corrupt = 1
delta = "25%"
rounds = 25
gather = "1500ms"
payload = "model.bin"
on_result = ["python3", "next.py"]
time_limits = { advertise = "5s", share = "5s", mask = "5s", attest = "5s", unmask = "5s" }
)";

inline ConfigResult parse_with(std::string_view text, const Environment& environment = {}) {
  return parse_config(text, "etc/blindsumd.toml", environment);
}

// The only problem.
inline ConfigProblem only_problem(const ConfigResult& result) {
  for (const auto& one : result.problems) INFO(one.line());
  REQUIRE(result.problems.size() == 1);
  return result.problems.front();
}

inline bool says(const ConfigProblem& problem, std::string_view text) {
  return problem.line().find(text) != std::string::npos;
}

}  // namespace blindsum
