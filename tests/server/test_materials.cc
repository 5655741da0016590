#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "protocol/wire/documents.h"
#include "server/materials.h"
#include "support/files.h"
#include "support/key_file.h"
#include "tests/server/world.h"

namespace blindsum {
namespace {

std::vector<ConfigProblem> problems_of(const ServerConfig& config) {
  std::vector<ConfigProblem> problems;
  const auto materials = load_materials(config, problems);
  CHECK(materials.has_value() == problems.empty());
  return problems;
}

void has(const ServerConfig& config, ConfigError error, std::string_view text) {
  const auto problems = problems_of(config);
  REQUIRE(problems.size() == 1);
  CAPTURE(problems.front().line());
  CHECK(problems.front().error == error);
  CHECK(problems.front().line().find(text) != std::string::npos);
}

void encrypt_key(const std::filesystem::path& from, const std::filesystem::path& to) {
  auto* file = std::fopen(from.c_str(), "r");
  REQUIRE(file != nullptr);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_PrivateKey(file, nullptr, nullptr, nullptr), EVP_PKEY_free);
  std::fclose(file);
  file = std::fopen(to.c_str(), "w");
  REQUIRE(file != nullptr);
  REQUIRE(::chmod(to.c_str(), 0600) == 0);
  unsigned char passphrase[] = "secret";
  CHECK(PEM_write_PrivateKey(file, key.get(), EVP_aes_256_cbc(), passphrase, 6, nullptr, nullptr) ==
        1);
  std::fclose(file);
}

TEST_CASE("materials: what the configuration names is read and checked") {
  World world(5);
  const auto good = world.config(world.configuration(5));
  CHECK(problems_of(good).empty());

  auto config = good;
  for (const mode_t open : {0644U, 0640U, 0602U}) {
    REQUIRE(::chmod(good.aggregator.key.c_str(), open) == 0);
    has(config, ConfigError::bad_key_file, "chmod 600");
  }
  REQUIRE(::chmod(good.aggregator.key.c_str(), 0600) == 0);

  config.aggregator.key = world.path("none.key");
  has(config, ConfigError::unreadable_file, "No such file");
  REQUIRE(write_private_file(world.path("bad.key"), Bytes{1, 2}).has_value());
  config.aggregator.key = world.path("bad.key");
  has(config, ConfigError::bad_key_file, "blindsum keygen");
  // [ROSTER-6]
  REQUIRE(write_secret_key(world.path("authority.key"), world.authority()).has_value());
  config.aggregator.key = world.path("authority.key");
  has(config, ConfigError::bad_key_file, "wrong_aggregator");
}

TEST_CASE("materials: the roster") {
  World world(5);
  const auto good = world.config(world.configuration(5));
  auto config = good;
  config.aggregator.roster = world.path("none.bsr");
  has(config, ConfigError::unreadable_file, "none.bsr");
  REQUIRE(write_file_atomically(world.path("bad.bsr"), std::string_view("bad")).has_value());
  config.aggregator.roster = world.path("bad.bsr");
  has(config, ConfigError::bad_roster_file, "bad.bsr");
  config = good;
  config.aggregator.authority = world.aggregator_key();  // [ROSTER-2]
  has(config, ConfigError::bad_roster_file, "bad_signature");
  config = good;
  config.tasks.front().n_min = 6;
  has(config, ConfigError::out_of_range, "the roster has 5 members");
}

TEST_CASE("materials: certificate and payload") {
  World world(5);
  const auto good = world.config(world.configuration(5));
  auto config = good;
  config.listen.certificate = world.path("none.crt");
  has(config, ConfigError::unreadable_file, "none.crt: unreadable_file: No such file");
  config.listen.certificate = world.path("roster.bsr");
  has(config, ConfigError::bad_certificate, "roster.bsr: bad_certificate: no PEM");
  write_certificate(world.path("old.crt"), world.path("old.key"), -10);
  config.listen.certificate = world.path("old.crt");
  config.listen.key = world.path("old.key");
  has(config, ConfigError::bad_certificate, "old.crt: bad_certificate: has expired");
  config = good;
  config.listen.key = good.aggregator.key;
  has(config, ConfigError::bad_certificate, "aggregator.key");
  for (const mode_t open : {0640U, 0604U, 0620U}) {
    REQUIRE(::chmod(good.listen.key.c_str(), open) == 0);
    has(good, ConfigError::bad_key_file, "server.key: bad_key_file: not_private");
  }
  REQUIRE(::chmod(good.listen.key.c_str(), 0600) == 0);
  config = good;
  write_certificate(world.path("other.crt"), world.path("other.key"));
  config.listen.key = world.path("other.key");
  has(config, ConfigError::bad_certificate, "other.key");
  config.listen.key = world.path("none.key");
  has(config, ConfigError::unreadable_file, "none.key: unreadable_file: No such file");
  encrypt_key(good.listen.key, world.path("closed.key"));
  config.listen.key = world.path("closed.key");
  has(config, ConfigError::bad_certificate, "closed.key: bad_certificate: no PEM key of the");
}

TEST_CASE("materials: what tasks name") {
  World world(5);
  const auto good = world.config(world.configuration(5));
  auto config = good;
  auto& task = config.tasks.front();
  task.payload = world.path("none.bin");
  has(config, ConfigError::unreadable_file, "none.bin: unreadable_file: No such file");
  task.payload = world.path("");
  has(config, ConfigError::unreadable_file, "Is a directory");
  task.payload = world.path("roster.bsr");
  task.most_payload_bytes = 10;
  has(config, ConfigError::out_of_range, "most_payload is 10");
  task.payload.clear();
  task.on_result = {"./none", "x"};
  has(config, ConfigError::unreadable_file, "task 't': on_result cannot be run: No such file");
  task.on_result = {"./roster.bsr"};
  has(config, ConfigError::unreadable_file, "Permission denied; `chmod +x");
  REQUIRE(::chmod(world.path("roster.bsr").c_str(), 0755) == 0);
  CHECK(problems_of(config).empty());
  task.on_result = {"found-in-path-or-not"};
  CHECK(problems_of(config).empty());
}

}  // namespace
}  // namespace blindsum
