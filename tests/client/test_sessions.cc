// A participant in its session, over real TLS sockets: garbage, and unknown rounds.
#include <doctest/doctest.h>

#include <atomic>
#include <future>

#include "protocol/round/reason.h"
#include "tests/client/fake_aggregator.h"
#include "tests/client/running_participant.h"

namespace blindsum {
namespace {

using Script = FakeAggregator::Script;

TEST_CASE("[WIRE-1, WIRE-2, WIRE-4] garbage ends the session by name, and the next one is good") {
  ParticipantWorld world;
  const Script good = [&](FakeConnection& connection) {
    connection.join(world, 0);
    connection.wait_for_end();
  };
  const auto recovers = [&](const Script& bad, const std::string& reason) {
    const FakeAggregator aggregator(door_of(world), {bad, good});
    auto options = world.options(0);
    options.endpoint.port = aggregator.port();
    RunningParticipant participant(options);
    const bool told = participant.told(ProgressKind::disconnected, reason) &&
                      participant.told(ProgressKind::waiting);
    participant.stop();
    return told && participant.ended()->has_value();
  };
  const auto joined_then = [&](auto&& bad) -> Script {
    return [&world, bad](FakeConnection& connection) {
      connection.join(world, 0);
      bad(connection);
      connection.wait_for_end();
    };
  };
  CHECK(recovers([](FakeConnection& connection) { connection.send(Bytes{1, 2, 3}); }, "bad_frame"));
  CHECK(recovers([](FakeConnection& connection) { connection.send(Bytes(5'000)); },
                 "message_too_large"));
  CHECK(recovers([](FakeConnection& connection) { connection.send_text("hello"); }, "bad_frame"));
  CHECK(recovers([](FakeConnection& connection) { connection.say(Welcome{}); }, "wrong_phase"));
  CHECK(recovers([](FakeConnection&) {}, "connection_closed"));
  CHECK(recovers(joined_then([](FakeConnection& connection) { connection.send(Bytes{9, 9}); }),
                 "bad_frame"));
  CHECK(recovers(joined_then([](FakeConnection& connection) { connection.send_text("hi"); }),
                 "bad_frame"));
  CHECK(recovers(
      joined_then([](FakeConnection& connection) { connection.send(Bytes(kMaxFrameBytes + 1)); }),
      "message_too_large"));
  CHECK(recovers(joined_then([](FakeConnection& connection) { connection.say(Challenge{}); }),
                 "wrong_phase"));
  CHECK(recovers(joined_then([](FakeConnection& connection) {
                   connection.say(SessionError{Reason::server_draining, ""});
                 }),
                 "server_draining"));
}

TEST_CASE("the aggregator is told, too, what was wrong with its frame") {
  ParticipantWorld world;
  const auto told = [&](const Bytes& frame) {
    std::promise<std::string> reason;
    const FakeAggregator aggregator(door_of(world), {[&](FakeConnection& connection) {
                                      connection.join(world, 0);
                                      connection.send(frame);
                                      connection.wait_for_end();
                                      reason.set_value(connection.close_reason());
                                    }});
    auto options = world.options(0);
    options.endpoint.port = aggregator.port();
    const RunningParticipant participant(options);
    auto answer = reason.get_future();
    const bool came = answer.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    return came ? answer.get() : "nothing";
  };
  CHECK(told(Bytes{9, 9}) == "bad_frame");
  CHECK(told(encode_frame(FrameToParticipant(Welcome{}))) == "wrong_phase");
}

TEST_CASE("[VOID-2] a joined member answers for rounds that it does not know") {
  ParticipantWorld world;
  std::atomic<bool> refused = false;
  SessionId unknown;
  unknown.bytes.fill(5);
  const FakeAggregator aggregator(
      door_of(world), {[&](FakeConnection& connection) {
        connection.join(world, 0);
        connection.send(encode_in_round(unknown, ToParticipant(VoidRequest{})));
        const auto answer = std::get<InRound<ToAggregator>>(connection.hear());
        refused = answer.session_id == unknown &&
                  std::get<Refusal>(answer.message).reason == Reason::unknown_round;
        connection.wait_for_end();
      }});
  auto options = world.options(0);
  options.endpoint.port = aggregator.port();
  RunningParticipant participant(options);
  CHECK(participant.told(ProgressKind::waiting));
  for (int i = 0; i < 2'000 && !refused; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(refused);
}

}  // namespace
}  // namespace blindsum
