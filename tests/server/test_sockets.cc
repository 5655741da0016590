// What strangers, scanners and broken peers do to the port: each gets a named error, and the server
// goes on.
#include <doctest/doctest.h>

#include "tests/server/running.h"

namespace blindsum {
namespace {

FrameToParticipant next(SocketClient& client) {
  const auto frame = client.receive();
  REQUIRE(frame.has_value());
  return decode_to_participant(*frame).value();
}

Challenge challenge_of(SocketClient& client) {
  return std::get<Challenge>(next(client));
}

// The reason of the SessionError that comes next, after which the connection ends.
Reason error_of(SocketClient& client) {
  while (true) {
    const auto frame = client.receive();
    if (!frame) return Reason::ok;
    const auto message = decode_to_participant(*frame).value();
    const auto* error = std::get_if<SessionError>(&message);
    if (error == nullptr) continue;
    CHECK_FALSE(client.receive().has_value());
    CHECK(client.ended());
    return error->reason;
  }
}

bool send(SocketClient& client, const FrameToAggregator& frame) {
  return client.send(encode_frame(frame));
}

void welcome(SocketClient& client, World& world, std::uint32_t position) {
  const TestMember member(world, position);
  REQUIRE(client.send(member.hello(challenge_of(client), client.exporter())));
  const auto welcome = std::get<Welcome>(next(client));
  CHECK(welcome.roster_epoch == world.roster().epoch());
  CHECK(welcome.roster_hash == world.roster().hash());
}

void join(SocketClient& client, World& world, std::uint32_t position) {
  welcome(client, world, position);
  REQUIRE(send(client, Join{"t"}));
  CHECK(std::get<Joined>(next(client)).task == "t");
}

// Not enough members ever wait in these tests for a round to start.
struct Port {
  World world{5};
  RunningServer running;
  explicit Port(const std::string& limits = "")
      : running(world, world.configuration(5, "", limits)) {}
  std::uint16_t number() const { return running.port(); }
  bool logged(std::string_view text) { return running.log().wait_for(text); }
  // An honest member is served as ever.
  void serves() {
    SocketClient client(number());
    CHECK(client.is_open());
    join(client, world, 4);
  }
};

TEST_CASE("sockets: what is not TLS 1.3 is tls_failed") {
  Port port;
  CHECK(raw_exchange(port.number(), "GET / HTTP/1.1\r\n\r\n").find("HTTP/1.1 200") ==
        std::string::npos);
  CHECK(port.logged("tls_failed"));
  raw_exchange(port.number(), std::string(5000, '\x16'));
  raw_exchange(port.number(), "");
  CHECK(tls_exchange(port.number(), "", true).find("TLS failed") == 0);
  CHECK(port.logged("unsupported protocol"));
  port.serves();
}

TEST_CASE("sockets: plain HTTP gets a short page that says what this is") {
  Port port;
  const auto page = tls_exchange(port.number(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(page.find("HTTP/1.1 426 Upgrade Required") == 0);
  CHECK(page.find("Upgrade: websocket") != std::string::npos);
  CHECK(page.find("blindsum") != std::string::npos);
  CHECK(page.size() < 500);
  CHECK(port.logged("upgrade_required"));
  port.serves();
}

TEST_CASE("sockets: broken HTTP and broken upgrades") {
  Port port;
  tls_exchange(port.number(), std::string(9000, 'x') + "\r\n\r\n");
  CHECK(port.logged("http_failed"));
  const auto refused = tls_exchange(
      port.number(),
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  CHECK(refused.find("HTTP/1.1 400") == 0);
  CHECK(port.logged("websocket_failed"));
  // Right so far, then not a WebSocket frame: reserved bits and an unmasked one.
  tls_exchange(port.number(),
               "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
               "\xFF\x05hello");
  port.serves();
}

TEST_CASE("sockets: any origin may come, and nothing is compressed [WIRE-8]") {
  Port port;
  const auto answer = tls_exchange(
      port.number(),
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Origin: https://elsewhere.example\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  CHECK(answer.find("HTTP/1.1 101") == 0);
  CHECK(answer.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != std::string::npos);
  CHECK(answer.find("permessage-deflate") == std::string::npos);
  port.serves();
}

TEST_CASE("sockets: handshakes that take too long, and connections above the limit, are ended") {
  Port port("handshake_time = \"300ms\"\nmax_connections = 3");
  raw_exchange(port.number(), "");
  CHECK(port.logged("handshake_timeout"));
  SocketClient one(port.number());
  SocketClient two(port.number());
  SocketClient three(port.number());
  CHECK(three.is_open());
  CHECK_FALSE(SocketClient(port.number()).is_open());
  CHECK(port.logged("too_many_connections"));
  one.shut_down();
  CHECK(port.logged("closed_by_peer"));
  port.serves();
}

TEST_CASE("sockets: a server that ends at once cuts its connections") {
  World world(5);
  auto running = std::make_unique<RunningServer>(world, world.configuration(5));
  SocketClient client(running->port());
  join(client, world, 0);
  running->server().stop();
  CHECK_FALSE(client.receive().has_value());
  CHECK(client.ended());
  CHECK(running->log().wait_for("closed_by_server"));
}

TEST_CASE("sockets: an idle peer that does not answer a ping is ended") {
  Port port("idle_time = \"1s\"");
  const SocketClient silent(port.number());
  CHECK(port.logged("idle_timeout"));
  port.serves();
}

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
    join(client, port.world, 0);
    client.send(Bytes(kMaxFrameBytes + 1));
    CHECK(error_of(client) == Reason::message_too_large);
  }
  {
    SocketClient client(port.number());
    join(client, port.world, 0);
    auto chunk = chunk_header(ChunkType::upload, SessionId{}, 0);
    chunk.resize(kMaxChunkFrameBytes + 1);
    REQUIRE(client.send(chunk));
    CHECK(error_of(client) == Reason::message_too_large);
  }
  CHECK(port.logged("closed: message_too_large"));
  port.serves();
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
  CHECK(std::holds_alternative<Welcome>(next(client)));
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
  Port port("hello_time = \"300ms\"");
  SocketClient client(port.number());
  challenge_of(client);
  CHECK(error_of(client) == Reason::time_limit);
  SocketClient lasting(port.number());
  join(lasting, port.world, 0);
  lasting.receive(std::chrono::milliseconds(600));
  CHECK_FALSE(lasting.ended());
  port.serves();
}

TEST_CASE("session: messages out of their order are wrong_phase [SESSION-6, JOIN-1, JOIN-3]") {
  Port port;
  const InRound<ToAggregator> in_round{SessionId{}, Refusal{Reason::input_declined, ""}};
  const auto before_hello = [&](const FrameToAggregator& frame) {
    SocketClient client(port.number());
    challenge_of(client);
    REQUIRE(send(client, frame));
    return error_of(client);
  };
  CHECK(before_hello(Join{"t"}) == Reason::wrong_phase);
  CHECK(before_hello(Leave{}) == Reason::wrong_phase);
  CHECK(before_hello(in_round) == Reason::wrong_phase);
  const auto after_welcome = [&](const FrameToAggregator& frame) {
    SocketClient client(port.number());
    welcome(client, port.world, 0);
    REQUIRE(send(client, frame));
    return error_of(client);
  };
  CHECK(after_welcome(Hello{}) == Reason::wrong_phase);
  CHECK(after_welcome(Leave{}) == Reason::wrong_phase);
  CHECK(after_welcome(in_round) == Reason::wrong_phase);
  CHECK(after_welcome(Join{"other"}) == Reason::task_not_served);
  SocketClient client(port.number());
  join(client, port.world, 0);
  REQUIRE(send(client, Leave{}));
  REQUIRE(send(client, Join{"t"}));
  CHECK(std::holds_alternative<Joined>(next(client)));
  REQUIRE(send(client, Join{"t"}));
  CHECK(error_of(client) == Reason::wrong_phase);
  port.serves();
}

TEST_CASE("session: the newest session of an identity wins [SESSION-5]") {
  Port port;
  SocketClient older(port.number());
  join(older, port.world, 0);
  SocketClient newer(port.number());
  join(newer, port.world, 0);
  CHECK(error_of(older) == Reason::superseded);
  REQUIRE(send(newer, Leave{}));
  REQUIRE(send(newer, Join{"t"}));
  CHECK(std::get<Joined>(next(newer)).waiting == 1);
  port.serves();
}

TEST_CASE("session: a message of a round that is not held is told wrong_round, no more [WIRE-5]") {
  Port port;
  SocketClient client(port.number());
  join(client, port.world, 0);
  const auto rejected = [&] {
    while (true) {
      const auto message = next(client);
      const auto* in_round = std::get_if<InRound<ToParticipant>>(&message);
      if (in_round != nullptr) return std::get<Rejection>(in_round->message).reason;
    }
  };
  REQUIRE(send(client, InRound<ToAggregator>{SessionId{}, Receipt{}}));
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
  Port port("queued_per_session = \"8MiB\"\nwrite_time = \"1s\"");
  SocketClient client(port.number());
  join(client, port.world, 0);
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
  join(one, world, 0);
  SocketClient two(running.port());
  join(two, world, 1);
  const auto counts = std::get<Joined>(next(one));
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
