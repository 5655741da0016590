// Who must not get in, or must not be trusted: each is told why, by name, on the side that sees it,
// while a round of others goes on unharmed.
#include <doctest/doctest.h>

#include "tests/e2e/harness/mixed_round.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("strangers");

// What run() of such a participant ends with.
std::string run_error(ParticipantOptions options) {
  options.on_round = always(count_up(0, 4));
  SdkMember member(std::move(options));
  return member.error();
}

std::string create_error(ParticipantOptions options) {
  options.on_round = always(count_up(0, 4));
  const auto participant = Participant::create(std::move(options));
  return participant ? "no error" : participant.error().message();
}

TEST_CASE("an identity that is in no roster, or only in the participant's [SESSION-3]") {
  PausedRound round;
  auto& scene = round.scene();
  auto options = scene.options("stranger");
  CHECK(create_error(options) == "unknown_member");
  // The same members, and one more.
  options.roster_file = Keys::instance().make_roster(
      "one-more.bsr", {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "stranger"}, 1);
  CHECK(run_error(options) == "unknown_member");
  CHECK(scene.logs("closed: unknown_member, Hello of member 8"));
  CHECK(round.completes());
}

TEST_CASE("another key than the roster has for the member [SESSION-3]") {
  PausedRound round;
  auto options = round.scene().options("stranger");
  options.roster_file = Keys::instance().make_roster(
      "other-m5.bsr", {"m0", "m1", "m2", "m3", "m4", "m5=stranger"}, 1);
  CHECK(run_error(options) == "bad_signature");
  CHECK(round.scene().logs("closed: bad_signature, Hello of member 5"));
  CHECK(round.completes());
}

TEST_CASE("a roster of another epoch, of another content, or not of this authority [ROSTER-5]") {
  PausedRound round;
  const auto& keys = Keys::instance();
  auto options = round.scene().options("m5");
  const std::vector<std::string> six{"m0", "m1", "m2", "m3", "m4", "m5"};
  options.roster_file = keys.make_roster("next-epoch.bsr", six, 2);
  CHECK(run_error(options) == "roster_mismatch");
  options.roster_file = keys.make_roster("other-content.bsr", six, 1);
  CHECK(run_error(options) == "roster_mismatch");
  CHECK(round.scene().logs("the peer says: roster_mismatch"));
  options.authority_key = keys.key("stranger");
  CHECK(create_error(options) == "roster_file: bad_signature");
  CHECK(round.completes());
}

TEST_CASE("a member whose copy of the roster has expired stays out [ROSTER-4]") {
  PausedRound round;
  auto options = round.scene().options("m5");
  options.roster_file = Keys::instance().make_roster(
      "expired-copy.bsr", {"m0", "m1", "m2", "m3", "m4", "m5"}, 1, {"--not-after", "2020-01-31"});
  CHECK(create_error(options) == "roster_file: roster_expired");
  CHECK(round.completes());
}

TEST_CASE("a roster that has expired serves nobody [ROSTER-4]") {
  const auto& keys = Keys::instance();
  keys.make_roster("expired.bsr", {"m0", "m1", "m2", "m3", "m4", "m5"}, 1,
                   {"--not-after", "2020-01-31"});
  Scene scene(TaskSpec{}, "", "expired.bsr");
  scene.start();
  auto options = scene.options("m0");
  CHECK(run_error(options) == "roster_expired");
  CHECK(scene.logs("closed: roster_expired, Hello of member 0"));
  CHECK(scene.stop() == 0);
}

TEST_CASE("an aggregator of another key than the pinned one [SESSION-1]") {
  PausedRound round;
  auto options = round.scene().options("m5");
  options.policy.aggregator_key = Keys::instance().key("stranger");
  CHECK(run_error(options) == "wrong_aggregator");
  CHECK(round.scene().logs("the peer says: wrong_aggregator"));
  options.policy.aggregator_key = options.authority_key;
  CHECK(create_error(options) == "wrong_aggregator");
  CHECK(round.completes());
}

TEST_CASE("a certificate of another CA, or for another name [WIRE-6]") {
  PausedRound round;
  auto options = round.scene().options("m5");
  options.endpoint.ca_file = Keys::instance().path("other-ca.crt");
  CHECK(run_error(options) == "certificate_refused");
  CHECK(round.scene().logs("not opened: tls_failed: tlsv1 alert unknown ca"));
  options = round.scene().options("m6");
  options.endpoint.server_name = "elsewhere.example";
  CHECK(run_error(options) == "wrong_host_name");
  CHECK(round.scene().logs("not opened: tls_failed: sslv3 alert bad certificate"));
  options.endpoint.ca_file = Keys::instance().roster_file();
  CHECK(create_error(options) == "ca_file: bad_ca_file");
  CHECK(round.completes());
}

TEST_CASE("a task that is not served, at either side [JOIN-1, POLICY-8]") {
  PausedRound round;
  auto options = round.scene().options("m5");
  options.task = "another";
  CHECK(create_error(options) == "task_not_served");
  options.policy.tasks = {"another"};
  CHECK(run_error(options) == "task_not_served");
  CHECK(round.scene().logs("closed: task_not_served, another"));
  CHECK(round.completes());
}

TEST_CASE("a key file that others can read, and a state folder in use [DISK-1]") {
  PausedRound round;
  const auto& keys = Keys::instance();
  auto options = round.scene().options("m5");
  const auto readable = round.scene().path("readable.key");
  std::filesystem::copy_file(options.identity_file, readable);
  std::filesystem::permissions(readable, std::filesystem::perms(0640));
  options.identity_file = readable;
  CHECK(create_error(options) == "identity_file: not_private");
  options = round.scene().options("m1");
  CHECK(create_error(options) == "state_locked");
  options = round.scene().options("m5");
  std::filesystem::copy(round.scene().path("state-m1"), options.state_folder);
  CHECK(create_error(options) == "state_folder: other_identity");
  std::filesystem::copy_file(keys.secret_file("authority"), round.scene().path("authority.key"));
  std::filesystem::permissions(round.scene().path("authority.key"), std::filesystem::perms(0604));
  const auto done = keys.blindsum({"roster", "sign", keys.roster_file(), "--authority-key",
                                   round.scene().path("authority.key")});
  CHECK(done.status != 0);
  CHECK(done.output.find("not_private") != std::string::npos);
  CHECK(round.completes());
}

TEST_CASE("the newest session of an identity wins, the round is the identity's [SESSION-5]") {
  PausedRound round;
  HandMember twin(round.scene(), 1, count_up(0, 4));
  twin.connect();
  CHECK(round.member(1).error() == "superseded");
  CHECK(round.scene().logs("m1 (1): closed: superseded"));
  // m1's vector is in the sum already. Who has its session now has none of its secrets, and says
  // so.
  round.hand().release();
  REQUIRE(round.scene().logs("mask closed, 5 of 5"));
  twin.leave_round(round.hand().session_id(), Reason::unknown_round);
  CHECK(round.completes());
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
