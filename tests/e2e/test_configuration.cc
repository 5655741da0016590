// What an operator writes: blindsumd says what is wrong, where, by name and with what would be
// right, and does not start.
#include <doctest/doctest.h>

#include "tests/e2e/harness/scene.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("configuration");

Finished check(const Scene& scene) {
  return run_command({blindsumd_program(), "--config", "blindsumd.toml", "--check-config"},
                     scene.folder());
}

// The example's configuration with one thing changed ends with status 2 and this line.
void refuses(const std::string& from, const std::string& to, const std::string& line) {
  CAPTURE(to);
  Scene scene(TaskSpec{}, "upload_stall = \"5s\"");
  scene.edit_configuration(from, to);
  const auto done = check(scene);
  CHECK(done.status == 2);
  INFO(done.output);
  CHECK(count_lines(done.output, line) == 1);
  CHECK(count_lines(done.output, "blindsumd: 1 problem in the configuration") == 1);
}

TEST_CASE("a configuration that is fine") {
  const Scene scene(TaskSpec{});
  const auto done = check(scene);
  CHECK(done.status == 0);
  CHECK(count_lines(done.output, "fine, 1 task, 8 members") == 1);
}

TEST_CASE("keys that mean nothing, with the one that was meant") {
  refuses("port = 0", "port = 0\nportt = 1",
          "blindsumd.toml:4: unknown_key: 'portt' is no key of [listen]; did you mean 'port'?");
  refuses("gather =", "gathr =", "unknown_key: 'gathr' is no key of [[task]]; did you mean");
  refuses("[limits]", "[limit]\nx = 1\n[limits]", "unknown_key: 'limit'");
}

TEST_CASE("values without a unit, with a wrong one, of a wrong type or range") {
  refuses("\"5s\"", "5", "missing_unit: 'upload_stall'");
  refuses("\"5s\"", "\"5\"", "missing_unit: 'upload_stall'");
  refuses("\"5s\"", "\"5MiB\"", "wrong_unit: 'upload_stall' = \"5MiB\"");
  refuses("\"20%\"", "0.2", "missing_unit: 'delta'");
  refuses("\"20%\"", "\"20s\"", "wrong_unit: 'delta'");
  refuses("n_min = 5", "n_min = \"5\"", "wrong_type: 'n_min'");
  refuses("n_min = 5", "n_min = 2", "out_of_range: 'n_min' = 2");
  refuses("n_max = 5", "n_max = 4", "out_of_range: n_max 4 is below n_min 5");
  refuses("\"count\"", "\"float\"", "bad_value: 'float' is no codec");
}

TEST_CASE("what is missing, and what is no TOML") {
  refuses("delta = \"20%\"", "", "missing_key: [[task]] needs 'delta'");
  refuses("[listen]", "[listen", "bad_toml");
}

TEST_CASE("tasks that can never run [PARAM-13]") {
  refuses("max_corrupt = 1", "max_corrupt = 4", "infeasible_parameters: a cohort of 5");
  refuses("delta = \"20%\"", "delta = \"60%\"", "infeasible_parameters: a cohort of 5");
  refuses("rounds = 1", "rounds = 1\nring_bits = 8", "ring_too_narrow: the sum of 5 vectors");
}

TEST_CASE("every problem is told at once") {
  Scene scene(TaskSpec{});
  scene.edit_configuration("port = 0", "prt = 0");
  scene.edit_configuration("\"20%\"", "\"20\"");
  const auto done = check(scene);
  CHECK(done.status == 2);
  CHECK(count_lines(done.output, "unknown_key") == 1);
  CHECK(count_lines(done.output, "missing_unit") == 1);
  CHECK(count_lines(done.output, "blindsumd: 2 problems in the configuration") == 1);
}

TEST_CASE("files: a key that others can read, no key, another authority's roster, no certificate") {
  const auto& keys = Keys::instance();
  Scene scene(TaskSpec{});
  const auto key = scene.path("aggregator.key");
  std::filesystem::copy_file(keys.secret_file("aggregator"), key);
  std::filesystem::permissions(key, std::filesystem::perms(0644));
  const auto own = keys.secret_file("aggregator").string();
  refuses(own, key.string(), "bad_key_file: not_private");
  refuses(own, scene.path("none.key").string(), "unreadable_file");
  refuses(own, keys.roster_file().string(), "bad_key_file");
  refuses(own, keys.secret_file("authority").string(), "bad_key_file: wrong_aggregator");
  refuses(keys.hex("authority"), keys.hex("stranger"), "bad_roster_file: bad_signature");
  refuses(keys.path("server.crt").string(), keys.roster_file().string(), "bad_certificate");
}

TEST_CASE("a second blindsumd over the same results does not start") {
  Scene scene(TaskSpec{});
  scene.start();
  const auto done =
      run_command({blindsumd_program(), "--config", "blindsumd.toml"}, scene.folder());
  CHECK(done.status == 1);
  CHECK(count_lines(done.output, "folder_locked") == 1);
  CHECK(scene.stop() == 0);
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
