// The environment goes before the file.
#include <doctest/doctest.h>

#include "support/files.h"
#include "tests/server/config_text.h"
#include "tests/server/temporary_folder.h"

namespace blindsum {
namespace {

constexpr const char* kFile = "etc/blindsumd.toml";

ConfigProblem problem(const Environment& environment) {
  return only_problem(parse_with(kGoodConfig, environment));
}

TEST_CASE("environment: a variable goes before the key, of every kind") {
  const auto result = parse_with(kGoodConfig, {{"BLINDSUM_LISTEN_PORT", "9000"},
                                               {"BLINDSUM_LISTEN_ADDRESS", "::1"},
                                               {"BLINDSUM_AGGREGATOR_RESULTS", "/srv/sums"},
                                               {"BLINDSUM_LIMITS_DRAIN", "5s"},
                                               {"BLINDSUM_LIMITS_BEFORE_HELLO", "16KiB"},
                                               {"BLINDSUM_PROCESS_ALLOW_ROOT", "true"},
                                               {"BLINDSUM_ADMIN_PORT", "9443"},
                                               {"BLINDSUM_TASK_0_N_MIN", "11"},
                                               {"BLINDSUM_TASK_0_DELTA", "20%"},
                                               {"BLINDSUM_TASK_0_CODEC_CLIP", "4.5"},
                                               {"BLINDSUM_TASK_0_ON_RESULT", R"(["a", "b"])"},
                                               {"BLINDSUM_TASK_0_TENSORS_0_SHAPE", "[3]"},
                                               {"BLINDSUM_TASK_0_TIME_LIMITS_MASK", "9s"},
                                               {"HOME", "/nowhere"}});
  for (const auto& one : result.problems) MESSAGE(one.line());
  REQUIRE(result.problems.empty());
  const auto& config = result.config;
  CHECK(config.listen.port == 9000);
  CHECK(config.listen.address == "::1");
  CHECK(config.listen.key == "etc/server.key");
  CHECK(config.aggregator.results == "/srv/sums");
  CHECK(config.limits.drain_limit.count() == 5'000);
  CHECK(config.limits.sockets.most_before_hello == 16'384);
  CHECK(config.process.allow_root);
  CHECK(config.admin.port == 9443);
  const auto& task = config.tasks.front();
  CHECK(task.n_min == 11);
  CHECK(task.delta_ppm == 200'000);
  CHECK(task.codec.clip == 4.5);
  CHECK(task.on_result == std::vector<std::string>{"a", "b"});
  CHECK(task.schema.tensors[0].shape == std::vector<std::uint64_t>{3});
  CHECK(task.limits.mask_ms == 9'000);
  CHECK(task.limits.share_ms == 5'000);
}

TEST_CASE("environment: all of it, over an empty file") {
  const auto result = parse_config(
      "", kFile,
      {{"BLINDSUM_LISTEN_CERTIFICATE", "server.crt"},
       {"BLINDSUM_LISTEN_KEY", "server.key"},
       {"BLINDSUM_AGGREGATOR_KEY", "aggregator.key"},
       {"BLINDSUM_AGGREGATOR_ROSTER", "roster.bsr"},
       {"BLINDSUM_AGGREGATOR_AUTHORITY",
        "5866666666666666666666666666666666666666666666666666666666666666"},
       {"BLINDSUM_AGGREGATOR_RESULTS", "results"},
       {"BLINDSUM_TASK_0_NAME", "a"},
       {"BLINDSUM_TASK_0_TENSORS", R"([{ name = "x", shape = [3] }, { name = "y", shape = [1] }])"},
       {"BLINDSUM_TASK_0_CODEC", R"({ kind = "count", bound = 9 })"},
       {"BLINDSUM_TASK_0_CODEC_BOUND", "7"},
       {"BLINDSUM_TASK_0_TENSORS_1_NAME", "z"},
       {"BLINDSUM_TASK_0_N_MIN", "5"},
       {"BLINDSUM_TASK_0_N_MAX", "5"},
       {"BLINDSUM_TASK_0_DELTA", "20%"},
       {"BLINDSUM_TASK_0_TIME_LIMITS",
        R"({ advertise = "5s", share = "5s", mask = "5s", attest = "5s", unmask = "5s" })"}});
  for (const auto& one : result.problems) MESSAGE(one.line());
  REQUIRE(result.problems.empty());
  const auto& task = result.config.tasks.front();
  CHECK(task.codec.bound == 7);
  CHECK(task.schema.tensors[1].name == "z");
}

TEST_CASE("environment: another task is the next number") {
  const auto none = problem({{"BLINDSUM_TASK_2_NAME", "late"}});
  CHECK(none.line() ==
        "environment BLINDSUM_TASK_2_NAME: out_of_range: there are 1 tables 'task', so the next is "
        "number 1");
  const auto result = parse_with(kGoodConfig, {{"BLINDSUM_TASK_1_NAME", "other"}});
  CHECK(result.config.tasks.size() == 2);
  CHECK_FALSE(result.problems.empty());  // it has nothing but a name
}

TEST_CASE("environment: what is wrong is told with the variable") {
  CHECK(problem({{"BLINDSUM_LISTEN_PORT", "65536"}}).line() ==
        "environment BLINDSUM_LISTEN_PORT: out_of_range: 'port' = 65536 has to be 0 to 65535");
  CHECK(problem({{"BLINDSUM_LISTEN_PORT", "https"}}).line() ==
        "environment BLINDSUM_LISTEN_PORT: wrong_type: 'port' has to be a whole number, such as "
        "port = 8443");
  CHECK(problem({{"BLINDSUM_LISTEN_PORT", ""}}).error == ConfigError::wrong_type);
  CHECK(problem({{"BLINDSUM_LISTEN_PORT", "1\nkey = \"x\""}}).error == ConfigError::wrong_type);
  CHECK(problem({{"BLINDSUM_LIMITS_DRAIN", "5"}}).error == ConfigError::missing_unit);
  CHECK(problem({{"BLINDSUM_LIMITS_DRAIN", "\"5s\""}}).error == ConfigError::bad_value);
  CHECK(problem({{"BLINDSUM_PROCESS_ALLOW_ROOT", "yes"}}).error == ConfigError::wrong_type);
  CHECK(problem({{"BLINDSUM_TASK_0_CODEC_KIND", "float"}}).error == ConfigError::bad_value);
  CHECK(problem({{"BLINDSUM_TASK_0_CODEC_BOUND", "5"}}).line() ==
        "environment BLINDSUM_TASK_0_CODEC_BOUND: unknown_key: 'bound' is no key of [codec]");
}

TEST_CASE("environment: variables that belong to no key") {
  CHECK(problem({{"BLINDSUM_LISTEN_PROT", "1"}}).line() ==
        "environment BLINDSUM_LISTEN_PROT: unknown_key: no key has this variable; did you mean "
        "BLINDSUM_LISTEN_PORT?");
  CHECK(says(problem({{"BLINDSUM_TASK_0_NMIN", "1"}}), "BLINDSUM_TASK_0_N_MIN?"));
  CHECK(problem({{"BLINDSUM_TASK_00_N_MIN", "5"}}).error == ConfigError::unknown_key);
  CHECK(problem({{"BLINDSUM_TASK_N_MIN", "5"}}).error == ConfigError::unknown_key);
  CHECK(problem({{"BLINDSUM_TASK_99999999999999999999_N_MIN", "5"}}).error ==
        ConfigError::unknown_key);
  // What a hook hears, and what else there is, is none of the file's business.
  CHECK(parse_with(kGoodConfig, {{"BLINDSUM_TASK", "t"},
                                 {"BLINDSUM_KERNEL", "openssl"},
                                 {"BLINDSUM_CONFIG", kFile},
                                 {"BLINDSUM_ADMIN_URL", "http://127.0.0.1:1"},
                                 {"BLINDSUM_ADMIN_CA", "ca.pem"},
                                 {"BLINDSUM_TASKS", "t"}})
            .problems.empty());
}

TEST_CASE("environment: a value in a file, as secrets are handed over") {
  const TemporaryFolder folder;
  const std::string key = "58" + std::string(62, '6');
  REQUIRE(write_file_atomically(folder / "authority", key + "\n").has_value());
  const auto file = (folder / "authority").string();
  const auto result = parse_with(kGoodConfig, {{"BLINDSUM_LISTEN_CERTIFICATE_FILE", file}});
  REQUIRE(result.problems.empty());
  CHECK(result.config.listen.certificate == "etc/" + key);
  const auto twice = problem(
      {{"BLINDSUM_AGGREGATOR_AUTHORITY_FILE", file}, {"BLINDSUM_AGGREGATOR_AUTHORITY", key}});
  CHECK(twice.error == ConfigError::conflicting_keys);
  const auto none = problem({{"BLINDSUM_AGGREGATOR_AUTHORITY_FILE", file + ".none"}});
  CHECK(none.error == ConfigError::unreadable_file);
  CHECK(says(none, "environment BLINDSUM_AGGREGATOR_AUTHORITY_FILE: "));
  CHECK(problem({{"BLINDSUM_LISTEN_PROT_FILE", file}}).error == ConfigError::unknown_key);
}

}  // namespace
}  // namespace blindsum
