// A participant at the aggregator's door, over real TLS sockets: whom it talks to, whom it does
// not, and what it makes of what it is told.
#include <doctest/doctest.h>

#include <atomic>

#include "client/error.h"
#include "protocol/round/reason.h"
#include "tests/client/certificates.h"
#include "tests/client/fake_aggregator.h"
#include "tests/client/running_participant.h"

namespace blindsum {
namespace {

using Script = FakeAggregator::Script;

// How the run of member 0 ends at such a door.
Error end_of_run(const ParticipantWorld& world, const FakeDoor& door, std::vector<Script> scripts,
                 const std::string& name = "localhost") {
  const FakeAggregator aggregator(door, std::move(scripts));
  auto options = world.options(0);
  options.endpoint.port = aggregator.port();
  options.endpoint.server_name = name;
  RunningParticipant participant(options);
  const auto ended = participant.ended();
  if (!ended) return make_error_code(boost::system::errc::timed_out);
  return *ended ? Error() : ended->error();
}

Error end_of_run(const ParticipantWorld& world, std::vector<Script> scripts) {
  return end_of_run(world, door_of(world), std::move(scripts));
}

TEST_CASE("[SESSION-2] the Hello is the member's, over nonce, aggregator and TLS exporter") {
  ParticipantWorld world;
  std::atomic<bool> checked = false;
  std::atomic<bool> left = false;
  const FakeAggregator aggregator(
      door_of(world), {[&](FakeConnection& connection) {
        const Hello hello = connection.welcome(world, 1);  // throws if the signature is not that
        checked = hello.exporter_bound && hello.roster_index == world.roster_index(1) &&
                  hello.version == kProtocolVersion;
        const auto join = std::get<Join>(connection.hear());
        connection.say(Joined{join.task, 1, 3});
        left = std::holds_alternative<Leave>(connection.hear());
        connection.wait_for_end();
      }});
  auto options = world.options(1);
  options.endpoint.port = aggregator.port();
  RunningParticipant participant(options);
  CHECK(participant.told(ProgressKind::connected));
  CHECK(participant.told(ProgressKind::waiting));
  participant.stop();
  const auto ended = participant.ended();
  REQUIRE(ended.has_value());
  REQUIRE(ended->has_value());
  CHECK((*ended)->completed == 0);
  CHECK(checked);
  CHECK(left);  // [JOIN-3]
  CHECK(aggregator.complaints().empty());
}

TEST_CASE("[SESSION-1] another aggregator than the pinned one gets no Hello") {
  ParticipantWorld world;
  std::atomic<bool> said_nothing = false;
  const Error error = end_of_run(world, {[&](FakeConnection& connection) {
                                   connection.challenge(world.identity(2).verify_key());
                                   CHECK_THROWS(connection.receive());
                                   said_nothing = true;
                                 }});
  CHECK(error == Reason::wrong_aggregator);
  CHECK(said_nothing);
}

TEST_CASE("[SESSION-3] another version of the protocol is final") {
  ParticipantWorld world;
  CHECK(end_of_run(world, {[&](FakeConnection& connection) {
                     connection.say(Challenge{.nonce = {},
                                              .aggregator_key = world.aggregator().verify_key(),
                                              .version = 2});
                     connection.wait_for_end();
                   }}) == Reason::unsupported_version);
}

TEST_CASE("[WIRE-6] the server's certificate is checked: chain, time and name") {
  ParticipantWorld world;
  const auto other = [&](const TestCertificate& wanted) {
    const FakeDoor door{.certificate = world.path("other.crt"), .key = world.path("other.key")};
    write_test_certificate(door.certificate, door.key, wanted);
    return door;
  };
  CHECK(end_of_run(world, other({}), {[](FakeConnection&) {}}) == ClientError::certificate_refused);

  // From here on these are what the participant trusts.
  const auto trusted = [&](const TestCertificate& wanted, const std::string& name) {
    const FakeDoor door = door_of(world);
    write_test_certificate(door.certificate, door.key, wanted);
    return end_of_run(world, door, {[&](FakeConnection& connection) {
                        connection.challenge(world.identity(2).verify_key());
                        connection.wait_for_end();
                      }},
                      name);
  };
  CHECK(trusted({.valid_from_s = -7'200, .valid_to_s = -3'600}, "localhost") ==
        ClientError::certificate_refused);
  CHECK(trusted({.names = "DNS:somewhere.example"}, "localhost") == ClientError::wrong_host_name);
  CHECK(trusted({.names = "DNS:localhost"}, "127.0.0.1") == ClientError::wrong_host_name);
  CHECK(trusted({.names = "IP:127.0.0.1"}, "127.0.0.1") == Reason::wrong_aggregator);  // came in
  CHECK(trusted({.names = "DNS:localhost"}, "localhost") == Reason::wrong_aggregator);
}

TEST_CASE("the certificate may be for another name, if that is configured") {
  ParticipantWorld world;
  write_test_certificate(world.path("server.crt"), world.path("server.key"),
                         {.names = "DNS:aggregator.example"});
  const FakeAggregator aggregator(door_of(world), {[&](FakeConnection& connection) {
                                    connection.challenge(world.identity(2).verify_key());
                                    connection.wait_for_end();
                                  }});
  auto options = world.options(0);
  options.endpoint.port = aggregator.port();
  options.endpoint.server_name = "aggregator.example";
  RunningParticipant participant(options);
  const auto ended = participant.ended();
  REQUIRE(ended.has_value());
  CHECK(ended->error() == Reason::wrong_aggregator);
}

TEST_CASE("[WIRE-1] TLS below 1.3, no WebSocket, nobody there: tried again, until stopped") {
  ParticipantWorld world;
  const auto tries = [&](const FakeDoor& door, const std::string& reason) {
    const FakeAggregator aggregator(door, {[](FakeConnection&) {}, [](FakeConnection&) {}});
    auto options = world.options(0);
    options.endpoint.port = aggregator.port();
    RunningParticipant participant(options);
    const bool twice = participant.told(ProgressKind::disconnected, reason, 2);
    participant.stop();
    return twice && participant.ended()->has_value();
  };
  FakeDoor old = door_of(world);
  old.tls_1_2 = true;
  CHECK(tries(old, "tls_failed"));
  FakeDoor plain = door_of(world);
  plain.plain_answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  CHECK(tries(plain, "upgrade_refused"));

  auto options = world.options(0);
  options.endpoint.port = 1;
  RunningParticipant participant(options);
  CHECK(participant.told(ProgressKind::disconnected, "Connection refused", 2));
}

TEST_CASE("[ROSTER-5] a server with another roster is named at once") {
  ParticipantWorld world;
  for (const bool other_epoch : {true, false}) {
    CHECK(end_of_run(world, {[&](FakeConnection& connection) {
                       connection.challenge(world.aggregator().verify_key());
                       connection.hear();
                       Welcome welcome{world.roster().epoch(), world.roster().hash()};
                       if (other_epoch) welcome.roster_epoch += 1;
                       if (!other_epoch) welcome.roster_hash.bytes[0] ^= 1;
                       connection.say(welcome);
                       connection.wait_for_end();
                     }}) == Reason::roster_mismatch);
  }
}

TEST_CASE(
    "[SESSION-3, JOIN-1] what the server says instead of Welcome or Joined ends the run by name") {
  ParticipantWorld world;
  for (const Reason reason : {Reason::unknown_member, Reason::roster_expired, Reason::bad_signature,
                              Reason::unsupported_version}) {
    CHECK(end_of_run(world, {[&](FakeConnection& connection) {
                       connection.challenge(world.aggregator().verify_key());
                       connection.hear();
                       connection.say(SessionError{reason, "no"});
                       connection.wait_for_end();
                     }}) == reason);
  }
  CHECK(end_of_run(world, {[&](FakeConnection& connection) {
                     connection.welcome(world, 0);
                     connection.hear();
                     connection.say(SessionError{Reason::task_not_served, ""});
                     connection.wait_for_end();
                   }}) == Reason::task_not_served);
}

TEST_CASE("[JOIN-1, SESSION-5] so does what it says later; a finished task is a good end") {
  ParticipantWorld world;
  const auto after_join = [&](Reason reason) {
    const FakeAggregator aggregator(door_of(world), {[&](FakeConnection& connection) {
                                      connection.join(world, 0);
                                      connection.say(SessionError{reason, ""});
                                      connection.wait_for_end();
                                    }});
    auto options = world.options(0);
    options.endpoint.port = aggregator.port();
    return RunningParticipant(options).ended();
  };
  const auto superseded = after_join(Reason::superseded);
  REQUIRE(superseded.has_value());
  CHECK(superseded->error() == Reason::superseded);
  const auto finished = after_join(Reason::task_finished);
  REQUIRE(finished.has_value());
  REQUIRE(finished->has_value());
  CHECK((*finished)->last_reason == "task_finished");
}

}  // namespace
}  // namespace blindsum
