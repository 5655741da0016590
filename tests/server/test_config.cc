#include <doctest/doctest.h>

#include <string>

#include "protocol/vector/codec.h"
#include "server/config.h"
#include "server/nearest.h"
#include "tests/server/config_text.h"
#include "tests/server/temporary_folder.h"

namespace blindsum {
namespace {

constexpr auto kGood = kGoodConfig;

std::string with(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

ConfigResult parse(std::string_view text) {
  return parse_with(text);
}

ConfigProblem problem(const std::string& text) {
  return only_problem(parse(text));
}

TEST_CASE("config: where and how often the state of rounds is kept") {
  const auto result =
      parse(with("results = \"results\"\n", "results = \"results\"\nstate = \"rounds\"\n"));
  REQUIRE(result.problems.empty());
  CHECK(result.config.aggregator.state == "etc/rounds");
  const auto often =
      parse(with("drain = \"2s\"", "checkpoint_interval = \"1s\"\ncheckpoint_uploads = 7"));
  REQUIRE(often.problems.empty());
  CHECK(often.config.limits.checkpoints.interval.count() == 1000);
  CHECK(often.config.limits.checkpoints.uploads == 7);
  const auto none = problem(with("drain = \"2s\"", "checkpoint_uploads = 0"));
  CHECK(none.error == ConfigError::out_of_range);
  const auto same = problem(
      with("results = \"results\"\n", "results = \"results\"\nstate = \"results/spam-filter\"\n"));
  CHECK(same.error == ConfigError::conflicting_keys);
}

TEST_CASE("config: a good one, with what it leaves out filled in") {
  const auto result = parse(kGood);
  for (const auto& one : result.problems) MESSAGE(one.line());
  REQUIRE(result.problems.empty());
  const auto& config = result.config;
  CHECK(config.listen.port == 0);
  CHECK(config.listen.certificate == "etc/server.crt");
  CHECK(config.aggregator.results == "etc/results");
  CHECK(config.aggregator.state == "etc/results/.state");
  CHECK(config.limits.checkpoints.interval.count() == 250);
  CHECK(config.limits.checkpoints.uploads == 32);
  CHECK(config.limits.round.uploads_in_flight == 2);
  CHECK(config.limits.round.upload_stall_ms == 3'000);
  CHECK(config.limits.sockets.most_queued_bytes == 64U << 20);
  CHECK(config.limits.sockets.address == "127.0.0.1");
  CHECK(config.limits.drain_limit.count() == 2'000);
  REQUIRE(config.tasks.size() == 1);
  const auto& task = config.tasks.front();
  CHECK(task.schema.tensors[0].shape == std::vector<std::uint64_t>{57, 2});
  CHECK(task.vector_length == 57 * 2 + 1 + 1);
  CHECK(task.ring_bits == least_ring(task.codec, 12)->bits());
  CHECK(task.delta_ppm == 250'000);
  CHECK(task.sigma == 64);
  CHECK(task.eta == 30);
  CHECK(task.gather.count() == 1'500);
  CHECK(task.payload == "etc/model.bin");
  CHECK(task.on_result == std::vector<std::string>{"python3", "next.py"});
  CHECK_FALSE(task.share_sum);
  CHECK(task_parameters(task).limits.mask_ms == 5'000);
}

TEST_CASE("config: an unknown key is refused with its line and the nearest known one") {
  const auto found = problem(with("port = 0", "portt = 0"));
  CHECK(found.error == ConfigError::unknown_key);
  CHECK(found.line() ==
        "etc/blindsumd.toml:4: unknown_key: 'portt' is no key of [listen]; did you mean 'port'?");
  CHECK(says(problem(with("n_min = 10", "n_min = 10\ngamm = 1")), "did you mean 'gamma'?"));
  CHECK(says(problem(with("clip = 16", "clip = 16, bound = 1")), "unknown_key: 'bound'"));
  CHECK(says(problem(with("advertise =", "spread = \"1s\", advertise =")), "'spread'"));
  CHECK(says(problem(with("[limits]", "[limit]")), "did you mean 'limits'?"));
  CHECK_FALSE(says(problem(with("port = 0", "port = 0\nzzzzzzzz = 1")), "did you mean"));
}

TEST_CASE("config: units") {
  const auto missing = problem(with("\"1500ms\"", "1500"));
  CHECK(missing.error == ConfigError::missing_unit);
  CHECK(says(missing, "such as \"5s\""));
  CHECK(problem(with("\"1500ms\"", "\"1500\"")).error == ConfigError::missing_unit);
  const auto wrong = problem(with("\"64MiB\"", "\"64s\""));
  CHECK(wrong.error == ConfigError::wrong_unit);
  CHECK(says(wrong, "such as \"64MiB\""));
  CHECK(problem(with("\"25%\"", "\"5s\"")).error == ConfigError::wrong_unit);
  CHECK(problem(with("\"25%\"", "0.25")).error == ConfigError::missing_unit);
  CHECK(problem(with("\"2s\"", "\"-2s\"")).error == ConfigError::bad_value);
  CHECK(problem(with("\"25%\"", "\"101%\"")).error == ConfigError::out_of_range);
  CHECK(problem(with("\"2s\"", "true")).error == ConfigError::wrong_type);
}

TEST_CASE("config: types, ranges, missing keys") {
  CHECK(problem(with("port = 0", "port = \"0\"")).error == ConfigError::wrong_type);
  CHECK(problem(with("port = 0", "port = 65536")).error == ConfigError::out_of_range);
  CHECK(problem(with("port = 0", "port = -1")).error == ConfigError::out_of_range);
  CHECK(problem(with("\"3s\"", "\"3ms\"")).error == ConfigError::out_of_range);
  CHECK(problem(with("\"64MiB\"", "\"64KiB\"")).error == ConfigError::out_of_range);
  CHECK(problem(with("n_max = 12", "n_max = 4097")).error == ConfigError::out_of_range);
  CHECK(problem(with("n_max = 12", "n_max = 9")).error == ConfigError::out_of_range);
  CHECK(problem(with("[57, 2]", "[1073741824, 2]")).error == ConfigError::out_of_range);
  CHECK(problem(with("[57, 2]", "57")).error == ConfigError::wrong_type);
  CHECK(problem(with("rounds = 25", "rounds = 2.5")).error == ConfigError::wrong_type);
  CHECK(problem(with("rounds = 25", "share_sum = 1")).error == ConfigError::wrong_type);
  CHECK(problem(with("[\"python3\", \"next.py\"]", "\"next.py\"")).error ==
        ConfigError::wrong_type);
  CHECK(problem(with("[\"python3\", \"next.py\"]", "[]")).error == ConfigError::bad_value);
  CHECK(problem(with("clip = 16", "clip = \"16\"")).error == ConfigError::wrong_type);
  const auto missing = problem(with("certificate = \"server.crt\"\n", ""));
  CHECK(missing.error == ConfigError::missing_key);
  CHECK(says(missing, "[listen] needs 'certificate'"));
  CHECK(problem(with("n_min = 10\n", "")).error == ConfigError::missing_key);
  CHECK(problem(with("delta = \"25%\"\n", "")).error == ConfigError::missing_key);
  CHECK(parse("").problems.size() == 3);  // [listen], [aggregator], [[task]]
  CHECK(problem("port = ").error == ConfigError::bad_toml);
}

TEST_CASE("config: names and values that are not what they should be") {
  CHECK(problem(with("\"spam-filter\"", "\"spam/filter\"")).error == ConfigError::bad_value);
  CHECK(problem(with("\"spam-filter\"", "\"..\"")).error == ConfigError::bad_value);
  CHECK(says(problem(with("\"spam-filter\"", "\"a\\u0000b\"")), "'a?b' is no name"));
  CHECK(
      says(problem(with("127.0.0.1", "localhost")), ":3: bad_value: 'localhost' is no IP address"));
  CHECK(problem(with("\"fixed_point\"", "\"float\"")).error == ConfigError::bad_value);
  CHECK(problem(with("[\"python3\", \"next.py\"]", "[\"\"]")).error == ConfigError::bad_value);
  CHECK(problem(with("name = \"weights\"", "name = \"../x\"")).error == ConfigError::bad_value);
  CHECK(problem(with("name = \"weights\"", "name = \"bias\"")).error ==
        ConfigError::duplicate_name);
  CHECK(problem(with("name = \"weights\"", "name = \"flat\"")).error ==
        ConfigError::duplicate_name);
  CHECK(problem(with("authority = \"58", "authority = \"5")).error == ConfigError::bad_value);
  // The other keys of the codec are not held against a kind that nobody knows.
  CHECK(problem(with("fixed_point", "floating")).error == ConfigError::bad_value);
  CHECK(problem(with("kind = \"fixed_point\", ", "")).error == ConfigError::missing_key);
}

TEST_CASE("config: what no cohort could run is refused with the reason and a hint") {
  const auto found = problem(with("\"25%\"", "\"60%\""));
  CHECK(found.error == ConfigError::infeasible_parameters);
  CHECK(says(found, "a cohort of 10"));
  CHECK(says(found, "lower max_dropped"));
  CHECK(problem(with("max_corrupt = 1", "max_corrupt = 9")).error ==
        ConfigError::infeasible_parameters);
  CHECK(problem(with("max_corrupt = 1", "max_corrupt = 1\ngamma = \"5%\"")).error ==
        ConfigError::conflicting_keys);
}

TEST_CASE("config: the ring") {
  CHECK(problem(with("rounds = 25", "ring_bits = 8")).error == ConfigError::ring_too_narrow);
  CHECK(problem(with("clip = 16", "clip = 0")).error == ConfigError::bad_value);
  CHECK(problem(with("clip = 16", "clip = nan")).error == ConfigError::bad_value);
  const auto wide = with("kind = \"fixed_point\", clip = 16, scale = 65536.0, weight_bound = 2048",
                         "kind = \"integer\", bound = 4611686018427387903");
  CHECK(problem(wide).error == ConfigError::ring_too_narrow);
}

TEST_CASE("config: limits have names, defaults and ranges") {
  const auto limits = parse(kGood).config.limits;
  CHECK(limits.sockets.max_connections == 10'000);
  CHECK(limits.sockets.max_connections_per_address == 1'000);
  CHECK(limits.sockets.new_connections_per_address == 1'000);
  CHECK(limits.sockets.most_before_hello == 8192);
  CHECK(limits.sockets.handshake_limit.count() == 5'000);
  CHECK(limits.hello_limit.count() == 5'000);
  CHECK(limits.sockets.frames_per_second == 500);
  CHECK(limits.sockets.most_unhandled_bytes == 4U << 20);
  CHECK(limits.sockets.most_unhandled_in_all == 256U << 20);
  CHECK(limits.joins_per_member == 60);
  CHECK(limits.joins_per_address == 6'000);
  const auto set = [](const std::string& line) { return with("drain = ", line + "\ndrain = "); };
  CHECK(parse(set("max_connections_per_address = 7"))
            .config.limits.sockets.max_connections_per_address == 7);
  CHECK(parse(set("before_hello = \"16KiB\"")).config.limits.sockets.most_before_hello == 16'384);
  // The upgrade is part of the time until Hello.
  CHECK(parse(set("hello_time = \"2s\"")).config.limits.sockets.handshake_limit.count() == 2'000);
  for (const auto* bad : {"max_connections_per_address = 0", "new_connections_per_address = 0",
                          "joins_per_member = 0", "joins_per_address = 0", "frames_per_second = 0",
                          "before_hello = \"1KiB\"", "unhandled_per_session = \"1MiB\"",
                          "unhandled_in_all = \"1MiB\""}) {
    CAPTURE(bad);
    CHECK(problem(set(bad)).error == ConfigError::out_of_range);
  }
}

TEST_CASE("config: [admin] is off, and of this machine only unless it is guarded") {
  const auto admin = [](const std::string& lines) {
    return parse(std::string(kGood) + "[admin]\n" + lines);
  };
  CHECK_FALSE(parse(kGood).config.admin.port.has_value());
  CHECK_FALSE(admin("").config.admin.port.has_value());
  CHECK(admin("port = 0").config.admin.port == 0);
  CHECK(admin("port = 9443\naddress = \"::1\"").problems.empty());
  CHECK(admin("address = \"localhost\"").problems.front().error == ConfigError::bad_value);
  for (const auto* open : {"0.0.0.0", "192.0.2.1", "::"}) {
    const auto result = admin(std::string("address = \"") + open + "\"");
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems.front().error == ConfigError::not_loopback);
  }
  const std::string everywhere = "address = \"0.0.0.0\"\n";
  const std::string tls = "certificate = \"a.crt\"\nkey = \"a.key\"\n";
  CHECK(admin(everywhere + tls + "token = \"a.token\"").problems.empty());
  CHECK(admin(everywhere + tls + "client_ca = \"b.crt\"").problems.empty());
  CHECK(admin(everywhere + "allow_exposed = true").problems.empty());
  CHECK(admin(tls + "token = \"a.token\"").config.admin.token == "etc/a.token");
  CHECK_FALSE(admin(everywhere + tls).problems.empty());
  CHECK(admin("key = \"a.key\"").problems.front().error == ConfigError::missing_key);
  CHECK(admin("client_ca = \"b.crt\"").problems.front().error == ConfigError::missing_key);
  const auto both = tls + "client_ca = \"b.crt\"\nmetrics_token = \"m.token\"\n";
  CHECK(admin(both).problems.front().error == ConfigError::conflicting_keys);
  CHECK(admin(both + "token = \"a.token\"").problems.empty());
}

TEST_CASE("config: [process]") {
  const auto process = [](const std::string& lines) {
    return parse(std::string(kGood) + "[process]\n" + lines);
  };
  CHECK_FALSE(parse(kGood).config.process.allow_root);
  CHECK(process("user = \"a\"\ngroup = \"b\"").config.process.group == "b");
  CHECK(process("allow_root = true").config.process.allow_root);
  CHECK(process("group = \"b\"").problems.front().error == ConfigError::missing_key);
}

TEST_CASE("config: two tasks of one name") {
  const std::string text(kGood);
  CHECK(problem(text + text.substr(text.find("[[task]]"))).error == ConfigError::duplicate_name);
}

TEST_CASE("config: a file that is not there") {
  const TemporaryFolder folder;
  const auto result = read_config(folder / "none.toml");
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems.front().error == ConfigError::unreadable_file);
}

TEST_CASE("nearest: few letters changed, or nothing") {
  const std::vector<std::string> known{"port", "address", "certificate"};
  CHECK(nearest("prot", known) == "port");
  CHECK(nearest("adress", known) == "address");
  CHECK(nearest("certificat_", known) == "certificate");
  CHECK_FALSE(nearest("results", known).has_value());
}

}  // namespace
}  // namespace blindsum
