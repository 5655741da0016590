// The server's certificate: read again on SIGHUP while sessions go on, and pinned by participants.
#include <doctest/doctest.h>
#include <signal.h>

#include <deque>

#include "tests/e2e/harness/mixed_round.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("certificates");

Hash served(const Scene& scene) {
  RawClient client(scene.port());
  if (!client.start_tls()) throw std::runtime_error("no TLS");
  return client.certificate();
}

void put(const Scene& scene, const std::string& certificate, const std::string& key) {
  const auto& keys = Keys::instance();
  const auto over = std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy_file(keys.path(certificate), scene.path("own.crt"), over);
  std::filesystem::copy_file(keys.path(key), scene.path("own.key"), over);
  std::filesystem::permissions(scene.path("own.key"), std::filesystem::perms(0600));
}

TEST_CASE("SIGHUP: a new certificate for new connections, sessions go on; a bad one is refused") {
  Scene scene(TaskSpec{});
  put(scene, "server.crt", "server.key");
  const auto& keys = Keys::instance();
  scene.edit_configuration(keys.path("server.crt").string(), "own.crt");
  scene.edit_configuration(keys.path("server.key").string(), "own.key");
  scene.start();
  std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
  std::deque<SdkMember> members;
  for (std::uint32_t i = 0; i < 5; ++i) inputs[i] = count_up(10 * i, 4);
  for (std::uint32_t i = 1; i < 5; ++i) {
    auto options = scene.options(member_name(i));
    options.on_round = always(inputs[i]);
    members.emplace_back(std::move(options));
  }
  HandMember hand(scene, 0, inputs[0]);
  hand.connect();
  REQUIRE(hand.hold<Receipt>());
  const auto first = served(scene);

  put(scene, "other-ca.crt", "other-ca.pem.key");
  scene.server().signal(SIGHUP);
  REQUIRE(scene.logs("the certificate was read again"));
  const auto second = served(scene);
  CHECK(second != first);

  const auto refused = [&](const std::string& why) {
    scene.server().signal(SIGHUP);
    CHECK(scene.logs("the certificate stays as it was: " + why));
    CHECK(served(scene) == second);
  };
  std::filesystem::permissions(scene.path("own.key"), std::filesystem::perms(0640));
  refused("./own.key: bad_key_file: not_private");
  put(scene, "server.crt", "other-ca.pem.key");
  refused("./own.key: bad_certificate: no PEM key of the certificate");
  scene.write("own.crt", Bytes{'?'});
  refused("./own.crt: bad_certificate: no PEM certificate chain");
  std::filesystem::remove(scene.path("own.crt"));
  refused("./own.crt: unreadable_file: No such file");

  hand.release();
  REQUIRE(hand.finish());
  const Outcome outcome(scene, 1);
  CHECK(outcome.survivors() == kAllFive);
  CHECK(outcome.integers() == sum_over(kAllFive, inputs));
  for (auto& member : members) CHECK(member.count(ProgressKind::disconnected) == 0);
}

// By other means than ours.
Hash pin_of(const std::string& certificate) {
  const auto& keys = Keys::instance();
  const auto done = run_command({"sh", "-c",
                                 "openssl x509 -in " + keys.path(certificate).string() +
                                     " -noout -pubkey | openssl pkey -pubin -outform der | "
                                     "sha256sum"},
                                keys.folder());
  return Hash::from(from_hex(done.output.substr(0, 64)).value()).value();
}

std::string run_error(ParticipantOptions options) {
  options.on_round = always(count_up(0, 4));
  SdkMember member(std::move(options));
  return member.error();
}

TEST_CASE("a participant pins the server's key, with or without a CA [WIRE-6]") {
  PausedRound round;
  auto options = round.scene().options("m5");
  options.endpoint.server_key_pin = pin_of("other-ca.crt");
  CHECK(run_error(options) == "wrong_server_key");
  options.endpoint.ca_file.clear();
  CHECK(run_error(options) == "wrong_server_key");
  options.endpoint.server_key_pin = pin_of("server.crt");
  options.endpoint.ca_file = Keys::instance().path("other-ca.crt");
  CHECK(run_error(options) == "certificate_refused");
  options.endpoint.ca_file = Keys::instance().path("ca.crt");
  options.endpoint.server_name = "elsewhere.example";
  CHECK(run_error(options) == "wrong_host_name");

  const auto gets_in = [](ParticipantOptions good) {
    good.on_round = always(count_up(0, 4));
    SdkMember member(std::move(good));
    return wait_until([&] { return member.count(ProgressKind::connected) > 0; });
  };
  options.endpoint.server_name = "localhost";
  CHECK(gets_in(options));
  options.endpoint.ca_file.clear();
  options.endpoint.server_name = "elsewhere.example";  // only the key counts
  CHECK(gets_in(options));
  options.endpoint.server_name.clear();  // an address
  CHECK(gets_in(options));
  CHECK(round.completes());
}

TEST_CASE("blindsum join: a CA or a pin has to be there, and a pin has 64 digits") {
  const auto& keys = Keys::instance();
  const auto said = [&](std::vector<std::string> more) {
    std::vector<std::string> all{"join",          "--server",     "127.0.0.1:1",    "--identity",
                                 "m0.key",        "--roster",     "roster.bsr",     "--authority",
                                 "authority.pub", "--aggregator", "aggregator.pub", "--task",
                                 kTask,           "--state",      "never-made",     "--exec",
                                 "true"};
    all.insert(all.end(), more.begin(), more.end());
    const auto done = keys.blindsum(all);
    CHECK(done.status == 2);
    return done.output;
  };
  CHECK(said({}).find("--ca or --server-pin is due") != std::string::npos);
  for (const auto& pin : {std::string("12"), std::string("zz"), "g" + std::string(63, '0')}) {
    CHECK(said({"--server-pin", pin}).find("64 hexadecimal digits") != std::string::npos);
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
