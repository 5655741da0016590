// The table of keys, and the documents made from it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "server/config_document.h"
#include "server/config_key.h"
#include "support/files.h"
#include "tests/server/config_text.h"

namespace blindsum {
namespace {

std::string tree_file(const std::string& name) {
  const char* root = std::getenv("BLINDSUM_SOURCE_ROOT");
  REQUIRE_MESSAGE(root != nullptr, "BLINDSUM_SOURCE_ROOT has to be the tree's folder");
  return read_text_file(std::filesystem::path(root) / name).value();
}

// The default configuration with nothing commented out, and a key that is one.
std::string every_key() {
  auto text = default_config();
  const std::string zeros(64, '0');
  const std::string key = "58" + std::string(62, '6');
  text.replace(text.find(zeros), zeros.size(), key);
  for (const auto& one : config_keys()) {
    const auto at = text.find("\n# " + config_line(one));
    if (at == std::string::npos) continue;
    // max_corrupt and gamma exclude each other; the audit is off, and has no file.
    const bool excluded = one.name == "gamma" || (one.section == "audit" && one.name == "file");
    if (!excluded) text.erase(at + 1, 2);
  }
  return text;
}

TEST_CASE("keys: each is there once, with a text, a default or an example, and a variable") {
  std::set<std::string> variables;
  for (const auto& key : config_keys()) {
    CAPTURE(key.section);
    CAPTURE(key.name);
    CHECK_FALSE(key.text.empty());
    if (key.section.empty()) continue;
    CHECK(variables.insert(variable_of(key)).second);
    CHECK(key.otherwise.empty() != key.example.empty());
    CHECK_FALSE((key.required && !key.otherwise.empty()));
    if (has_range(key.kind)) CHECK(key.least < key.most);
  }
  // VARIABLE_FILE must not be another key's.
  for (const auto& name : variables) CHECK_FALSE(variables.contains(name + "_FILE"));
}

TEST_CASE("keys: the default configuration has each of them, and is fine") {
  const auto text = every_key();
  const auto result = parse_with(text);
  for (const auto& one : result.problems) MESSAGE(one.line());
  CHECK(result.problems.empty());
  for (const auto& key : config_keys()) {
    if (key.section.empty() || key.section.find('.') != std::string_view::npos) continue;
    CAPTURE(key.name);
    CHECK(default_config().find(config_line(key)) != std::string::npos);
  }
}

TEST_CASE("keys: every default is what is had without the key") {
  const auto same = [](const LimitsConfig& a, const LimitsConfig& b) {
    CHECK(a.round.uploads_in_flight == b.round.uploads_in_flight);
    CHECK(a.round.upload_stall_ms == b.round.upload_stall_ms);
    CHECK(a.checkpoints.interval == b.checkpoints.interval);
    CHECK(a.checkpoints.uploads == b.checkpoints.uploads);
    CHECK(a.sockets.max_connections == b.sockets.max_connections);
    CHECK(a.sockets.max_connections_per_address == b.sockets.max_connections_per_address);
    CHECK(a.sockets.new_connections_per_address == b.sockets.new_connections_per_address);
    CHECK(a.sockets.most_before_hello == b.sockets.most_before_hello);
    CHECK(a.sockets.handshake_limit == b.sockets.handshake_limit);
    CHECK(a.sockets.idle_limit == b.sockets.idle_limit);
    CHECK(a.sockets.write_limit == b.sockets.write_limit);
    CHECK(a.sockets.close_limit == b.sockets.close_limit);
    CHECK(a.sockets.most_queued_bytes == b.sockets.most_queued_bytes);
    CHECK(a.sockets.most_unhandled_bytes == b.sockets.most_unhandled_bytes);
    CHECK(a.sockets.most_unhandled_in_all == b.sockets.most_unhandled_in_all);
    CHECK(a.sockets.frames_per_second == b.sockets.frames_per_second);
    CHECK(a.hello_limit == b.hello_limit);
    CHECK(a.joins_per_member == b.joins_per_member);
    CHECK(a.joins_per_address == b.joins_per_address);
    CHECK(a.drain_limit == b.drain_limit);
    CHECK(a.compute_threads == b.compute_threads);
  };
  const auto all = parse_with(every_key()).config;
  // Tests and the simulator take those of the structures.
  same(all.limits, LimitsConfig{});
  CHECK(all.listen.address == ListenConfig{}.address);
  CHECK(all.listen.port == ListenConfig{}.port);
  CHECK(all.admin.address == AdminConfig{}.address);
  auto bare = std::string(kGoodConfig);
  bare.erase(bare.find("[limits]"), bare.find("[[task]]") - bare.find("[limits]"));
  same(parse_with(bare).config.limits, LimitsConfig{});
  const TaskConfig task;
  CHECK(all.tasks[0].gather == task.gather);
  CHECK(all.tasks[0].retry_pause == task.retry_pause);
  CHECK(all.tasks[0].most_payload_bytes == task.most_payload_bytes);
  CHECK(all.tasks[0].on_result_limit == task.on_result_limit);
  CHECK(all.tasks[0].sigma == task.sigma);
  CHECK(all.tasks[0].eta == task.eta);
}

TEST_CASE("keys: the example file and the reference page are what the program prints") {
  CHECK_MESSAGE(default_config() == tree_file("deploy/blindsumd.example.toml"),
                "blindsumd --print-default-config > deploy/blindsumd.example.toml");
  CHECK_MESSAGE(config_reference() == tree_file("docs/configuration.md"),
                "blindsumd --print-config-reference > docs/configuration.md");
}

TEST_CASE("keys: values in their largest unit") {
  CHECK(in_unit(KeyKind::duration, 0) == "0ms");
  CHECK(in_unit(KeyKind::duration, 1'500) == "1500ms");
  CHECK(in_unit(KeyKind::duration, 3'600'000) == "1h");
  CHECK(in_unit(KeyKind::size, 6'144) == "6KiB");
  CHECK(in_unit(KeyKind::whole, 60'000) == "60000");
}

}  // namespace
}  // namespace blindsum
