// What may go wrong in a session: each gets a named error, at the peer, too.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "tests/server/port.h"

namespace blindsum {
namespace {

TEST_CASE("session: garbage is bad_frame [WIRE-1, WIRE-2]") {
  Port port;
  const std::vector<Bytes> frames{{},  {0},          {4, 1, 2},    {0, 0xFF, 0xFF}, Bytes(4000, 7),
                                  {1}, Bytes(41, 2), Bytes(100, 0)};
  for (const auto& frame : frames) {
    SocketClient client(port.number());
    challenge_of(client);
    REQUIRE(client.send(frame));
    CHECK(error_of(client) == Reason::bad_frame);
  }
  SocketClient client(port.number());
  challenge_of(client);
  REQUIRE(client.send_text("hello"));
  CHECK(error_of(client) == Reason::bad_frame);
  CHECK(port.running.log().count("closed: bad_frame") == frames.size() + 1);
  port.serves();
}

TEST_CASE("session: a frame above its limit is message_too_large [WIRE-4]") {
  Port port;
  {
    SocketClient client(port.number());
    challenge_of(client);
    REQUIRE(client.send(Bytes(kMaxFirstFrameBytes + 1)));
    CHECK(error_of(client) == Reason::message_too_large);
  }
  {
    SocketClient client(port.number());
    join_task(client, port.world, 0);
    client.send(Bytes(kMaxFrameBytes + 1));
    CHECK(error_of(client) == Reason::message_too_large);
  }
  {
    SocketClient client(port.number());
    join_task(client, port.world, 0);
    auto chunk = chunk_header(ChunkType::upload, SessionId{}, 0);
    chunk.resize(kMaxChunkFrameBytes + 1);
    REQUIRE(client.send(chunk));
    CHECK(error_of(client) == Reason::message_too_large);
  }
  CHECK(port.logged("closed: message_too_large"));
  port.serves();
}

TEST_CASE("session: who goes on sending is told all the same why it ends [WIRE-4]") {
  Port port;
  SocketClient client(port.number());
  join_task(client, port.world, 0);
  const Bytes too_large(std::size_t{64} << 10);
  for (int i = 0; i < 12; ++i) {
    REQUIRE(client.send(too_large));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK(error_of(client) == Reason::message_too_large);
}

TEST_CASE("session: the challenge is fresh and names the aggregator [SESSION-1]") {
  Port port;
  SocketClient one(port.number());
  SocketClient two(port.number());
  const auto first = challenge_of(one);
  CHECK(first.aggregator_key == port.world.aggregator_key());
  CHECK(first.version == kProtocolVersion);
  CHECK(first.nonce != challenge_of(two).nonce);
  port.serves();
}

TEST_CASE("session: a Hello that does not hold is refused by name [SESSION-2, SESSION-3]") {
  Port port;
  const TestMember member(port.world, 0);
  const auto attempt = [&](const auto& make) {
    SocketClient client(port.number());
    const auto challenge = challenge_of(client);
    REQUIRE(client.send(make(challenge, client)));
    return error_of(client);
  };
  const auto changed = [&](const auto& change) {
    return attempt([&](const Challenge& challenge, SocketClient& client) {
      auto hello =
          std::get<Hello>(decode_to_aggregator(member.hello(challenge, client.exporter())).value());
      change(hello);
      return encode_frame(FrameToAggregator(hello));
    });
  };
  CHECK(changed([](Hello& hello) { hello.version = 2; }) == Reason::unsupported_version);
  CHECK(changed([](Hello& hello) { hello.roster_index = 6; }) == Reason::unknown_member);
  CHECK(changed([](Hello& hello) { hello.roster_index = 7; }) == Reason::bad_signature);
  CHECK(changed([](Hello& hello) { hello.signature.bytes[0] ^= 1; }) == Reason::bad_signature);
  CHECK(changed([](Hello& hello) { hello.exporter_bound = false; }) == Reason::bad_signature);
  // Of another connection: somebody in between would have to use its own.
  CHECK(attempt([&](const Challenge& challenge, SocketClient&) {
          return member.hello(challenge, Hash{});
        }) == Reason::bad_signature);
  // Of another challenge.
  CHECK(attempt([&](Challenge challenge, SocketClient& client) {
          challenge.nonce.bytes[0] ^= 1;
          return member.hello(challenge, client.exporter());
        }) == Reason::bad_signature);
  CHECK(port.logged("closed: unknown_member, Hello of member 6"));
  port.serves();
}

TEST_CASE("session: a browser cannot read the exporter, and need not [WIRE-6]") {
  Port port;
  SocketClient client(port.number());
  const TestMember member(port.world, 0);
  REQUIRE(client.send(member.hello(challenge_of(client), std::nullopt)));
  CHECK(std::holds_alternative<Welcome>(next_of(client)));
  CHECK(port.logged("not bound to the channel"));
  port.serves();
}

TEST_CASE("session: an expired roster serves nobody [ROSTER-4]") {
  World world(5, 1'000'000'000);
  RunningServer running(world, world.configuration(5));
  SocketClient client(running.port());
  const TestMember member(world, 0);
  REQUIRE(client.send(member.hello(challenge_of(client), client.exporter())));
  CHECK(error_of(client) == Reason::roster_expired);
}

TEST_CASE("session: no Hello in time is time_limit [SESSION-4]") {
  // Long enough for a machine that does other things, too.
  Port port("hello_time = \"3s\"");
  SocketClient client(port.number());
  challenge_of(client);
  CHECK(error_of(client) == Reason::time_limit);
  SocketClient lasting(port.number());
  join_task(lasting, port.world, 0);
  lasting.receive(std::chrono::milliseconds(3'500));
  CHECK_FALSE(lasting.ended());
  port.serves();
}

TEST_CASE("session: messages out of their order are wrong_phase [SESSION-6, JOIN-1, JOIN-3]") {
  Port port;
  const InRound<ToAggregator> in_round{SessionId{}, Refusal{Reason::input_declined, ""}};
  const auto before_hello = [&](const FrameToAggregator& frame) {
    SocketClient client(port.number());
    challenge_of(client);
    REQUIRE(send_to(client, frame));
    return error_of(client);
  };
  CHECK(before_hello(Join{"t"}) == Reason::wrong_phase);
  CHECK(before_hello(Leave{}) == Reason::wrong_phase);
  CHECK(before_hello(in_round) == Reason::wrong_phase);
  const auto after_welcome = [&](const FrameToAggregator& frame) {
    SocketClient client(port.number());
    be_welcome(client, port.world, 0);
    REQUIRE(send_to(client, frame));
    return error_of(client);
  };
  CHECK(after_welcome(Hello{}) == Reason::wrong_phase);
  CHECK(after_welcome(Leave{}) == Reason::wrong_phase);
  CHECK(after_welcome(in_round) == Reason::wrong_phase);
  CHECK(after_welcome(Join{"other"}) == Reason::task_not_served);
  SocketClient client(port.number());
  join_task(client, port.world, 0);
  REQUIRE(send_to(client, Leave{}));
  REQUIRE(send_to(client, Join{"t"}));
  CHECK(std::holds_alternative<Joined>(next_of(client)));
  REQUIRE(send_to(client, Join{"t"}));
  CHECK(error_of(client) == Reason::wrong_phase);
  port.serves();
}

TEST_CASE("session: the newest session of an identity wins [SESSION-5]") {
  Port port;
  SocketClient older(port.number());
  join_task(older, port.world, 0);
  SocketClient newer(port.number());
  join_task(newer, port.world, 0);
  CHECK(error_of(older) == Reason::superseded);
  REQUIRE(send_to(newer, Leave{}));
  REQUIRE(send_to(newer, Join{"t"}));
  CHECK(std::get<Joined>(next_of(newer)).waiting == 1);
  port.serves();
}

TEST_CASE("session: a message of a round that is not held is told wrong_round, no more [WIRE-5]") {
  Port port;
  SocketClient client(port.number());
  join_task(client, port.world, 0);
  const auto rejected = [&] {
    while (true) {
      const auto message = next_of(client);
      const auto* in_round = std::get_if<InRound<ToParticipant>>(&message);
      if (in_round != nullptr) return std::get<Rejection>(in_round->message).reason;
    }
  };
  REQUIRE(send_to(client, InRound<ToAggregator>{SessionId{}, Receipt{}}));
  CHECK(rejected() == Reason::wrong_round);
  // Malformed, of a round: an Advert of 99 bytes.
  Bytes advert{0, 0x42, 0x87, 0x01, 0x0A, 32};
  advert.resize(advert.size() + 32);
  put_bytes(advert, Bytes{0x12, 99});
  advert.resize(advert.size() + 99);
  REQUIRE(client.send(advert));
  CHECK(rejected() == Reason::wrong_round);
  auto chunk = chunk_header(ChunkType::upload, SessionId{}, 0);
  chunk.push_back(1);
  REQUIRE(client.send(chunk));
  CHECK(rejected() == Reason::wrong_round);
  port.serves();
}

TEST_CASE("session: a peer that does not read is slow_reader [SESSION-8]") {
  Port port(
      "queued_per_session = \"8MiB\"\nwrite_time = \"1s\"\n"
      "frames_per_second = 1000000");
  SocketClient client(port.number());
  join_task(client, port.world, 0);
  const auto frame = encode_frame(InRound<ToAggregator>{SessionId{}, Receipt{}});
  for (int i = 0; i < 400'000; ++i) {
    if (i % 1000 == 0 && port.running.log().count("slow_reader") > 0) break;
    if (!client.send(frame)) break;
  }
  CHECK(port.logged("slow_reader"));
  port.serves();
}

TEST_CASE("session: who waits is told how many do; draining says so [JOIN-1]") {
  World world(5);
  RunningServer running(world, world.configuration(5));
  SocketClient one(running.port());
  join_task(one, world, 0);
  SocketClient two(running.port());
  join_task(two, world, 1);
  const auto counts = std::get<Joined>(next_of(one));
  CHECK(counts.waiting == 2);
  CHECK(counts.needed == 5);
  SocketClient stranger(running.port());
  challenge_of(stranger);
  running.server().drain();
  CHECK(error_of(one) == Reason::server_draining);
  CHECK(error_of(two) == Reason::server_draining);
  CHECK(error_of(stranger) == Reason::server_draining);
  running.drain_and_wait();
  CHECK(running.log().count("draining: no new rounds") == 1);
}

}  // namespace
}  // namespace blindsum
