// A participant's process whose connection leads to something that is no aggregator, or a faulty
// one: it names the fault, to its program and to the other side, goes on, and takes part when it
// gets to the real one.
#include <doctest/doctest.h>

#include <deque>
#include <functional>
#include <future>

#include "tests/client/fake_aggregator.h"
#include "tests/e2e/harness/member_process.h"
#include "tests/e2e/harness/mixed_round.h"
#include "tests/e2e/harness/outcome.h"
#include "tests/e2e/harness/proxy.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("misled");

constexpr std::uint32_t kMisled = 4;

FakeDoor door() {
  const auto& keys = Keys::instance();
  return {.certificate = keys.path("server.crt"), .key = keys.path("server.key")};
}

void join(FakeConnection& connection) {
  const auto& keys = Keys::instance();
  connection.challenge(keys.key("aggregator"));
  connection.hear();
  const auto roster = keys.roster();
  connection.say(Welcome{.roster_epoch = roster.epoch(), .roster_hash = roster.hash()});
  connection.hear();
  connection.say(Joined{.task = kTask, .waiting = 1, .needed = 5});
}

// Four by the SDK, waiting for the fifth: a process.
struct Misled {
  Scene scene;
  std::deque<SdkMember> members;
  Proxy proxy;
  MemberProcess process;

  explicit Misled(const TaskSpec& task = {})
      : scene(task), proxy(0), process(scene, kMisled, input_of(kMisled, 0).front(), 4, 100) {
    scene.start();
    for (std::uint32_t i = 0; i < kMisled; ++i) join_by_sdk(i);
  }

  void join_by_sdk(std::uint32_t index) {
    auto options = scene.options(member_name(index));
    options.on_round = [index](const RoundOffer& offer, ByteView) {
      return std::optional(Update{input_of(index, offer.round)});
    };
    members.emplace_back(std::move(options));
  }

  // The process was told this; now it finds the real aggregator.
  void recovers(const std::string& line, std::uint64_t round = 1) {
    CAPTURE(line);
    CHECK(process.child().says(line));
    proxy.babble(false);
    proxy.target(scene.port());
    const Outcome outcome(scene, round);
    CHECK(outcome.survivors() == kAllFive);
    std::map<std::uint32_t, std::vector<std::int64_t>> inputs;
    for (const auto index : kAllFive) inputs[index] = input_of(index, round);
    CHECK(outcome.integers() == sum_over(kAllFive, inputs));
    CHECK(process.child().says("result " + std::to_string(round) + " ok;"));
  }
};

TEST_CASE("no TLS, old TLS, no WebSocket [WIRE-1]") {
  Misled misled;
  auto place = door();
  std::string reason = "tls_failed";
  SUBCASE("noise") {
    misled.proxy.babble(true);
  }
  SUBCASE("TLS 1.2") {
    place.tls_1_2 = true;
  }
  SUBCASE("a web server") {
    place.plain_answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    reason = "upgrade_refused";
  }
  const FakeAggregator fake(place, {[](FakeConnection&) {}});
  misled.proxy.target(fake.port());
  misled.process.start(misled.proxy.port());
  misled.recovers("disconnected " + reason + ";");
}

TEST_CASE("frames that are none, too large, or out of their turn [WIRE-1, WIRE-2, WIRE-4]") {
  Misled misled;
  bool joins = true;
  Bytes frame;
  std::string reason = "bad_frame";
  SUBCASE("at once") {
    joins = false;
    frame = {1, 2, 3};
  }
  SUBCASE("at once, too large") {
    joins = false;
    frame = Bytes(kMaxFirstFrameBytes + 1);
    reason = "message_too_large";
  }
  SUBCASE("at once, another than is due") {
    joins = false;
    frame = encode_frame(FrameToParticipant(Welcome{}));
    reason = "wrong_phase";
  }
  SUBCASE("joined") {
    frame = {9, 9};
  }
  SUBCASE("joined, too large") {
    frame = Bytes(kMaxFrameBytes + 1);
    reason = "message_too_large";
  }
  SUBCASE("joined, another than is due") {
    frame = encode_frame(FrameToParticipant(Welcome{}));
    reason = "wrong_phase";
  }
  std::promise<std::string> told;
  const FakeAggregator fake(door(), {[&](FakeConnection& connection) {
                              if (joins) join(connection);
                              connection.send(frame);
                              connection.wait_for_end();
                              told.set_value(connection.close_reason());
                            }});
  misled.proxy.target(fake.port());
  misled.process.start(misled.proxy.port());
  misled.recovers("disconnected " + reason + ";");
  auto answer = told.get_future();
  REQUIRE(answer.wait_for(kPatience) == std::future_status::ready);
  CHECK(answer.get() == reason);
}

TEST_CASE("an offer that is forged is refused, and the true one accepted [POLICY-2]") {
  TaskSpec task;
  task.rounds = 2;
  Misled misled(task);
  misled.join_by_sdk(5);
  auto offer = Outcome(misled.scene, 1).record().content.offer;
  misled.members.pop_back();
  offer.signature.bytes[3] ^= 0x10;

  std::promise<Reason> refused;
  const FakeAggregator fake(
      door(), {[&](FakeConnection& connection) {
        join(connection);
        connection.say(InRound<ToParticipant>{offer.parameters.session_id, offer});
        const auto answer = std::get<InRound<ToAggregator>>(connection.hear());
        refused.set_value(std::get<Refusal>(answer.message).reason);
      }});
  misled.proxy.target(fake.port());
  misled.process.start(misled.proxy.port());
  misled.recovers("result 1 bad_signature;", 2);
  auto answer = refused.get_future();
  REQUIRE(answer.wait_for(kPatience) == std::future_status::ready);
  CHECK(answer.get() == Reason::bad_signature);
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
