// Bytes that are not of the protocol: each ends its own session by name, and nothing else.
#include <doctest/doctest.h>

#include <optional>

#include "tests/e2e/harness/mixed_round.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("garbage");

constexpr std::uint16_t kProtocolError = 1002;  // RFC 6455, 7.4.1

Bytes filled(std::size_t size) {
  return Bytes(size, 0xa5);
}

// A session that has said Hello and Join; index 5 is in no round.
std::unique_ptr<RawClient> joined(Scene& scene, std::uint32_t index = 5) {
  auto greeted = greet(scene.port());
  const auto key = Keys::instance().secret(member_name(index));
  const auto hello = hello_for(greeted.challenge, index, key, greeted.client->exporter());
  greeted.client->send(encode_frame(FrameToAggregator(hello)));
  greeted.client->send(encode_frame(FrameToAggregator(Join{kTask})));
  return std::move(greeted.client);
}

TEST_CASE("no TLS, old TLS, no WebSocket") {
  PausedRound round;
  auto& scene = round.scene();
  SUBCASE("HTTP in the clear") {
    RawClient client(scene.port());
    client.send_text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.read_to_end();
    CHECK(client.closed());
    CHECK(scene.logs("not opened: tls_failed: http request"));
  }
  SUBCASE("bytes of no meaning") {
    RawClient client(scene.port());
    client.send_bytes(filled(3000));
    client.read_to_end();
    CHECK(client.closed());
    CHECK(scene.logs("not opened: tls_failed: wrong version number"));
  }
  SUBCASE("a record of TLS, and nothing in it") {
    RawClient client(scene.port());
    client.send_text("\x16\x03\x01\x01\x01" + std::string(0x101, 'x'));
    // An alert: fatal, unexpected_message.
    CHECK(client.read_to_end().ends_with("\x02\x0a"));
    CHECK(scene.logs("not opened: tls_failed: unexpected message"));
  }
  SUBCASE("TLS 1.2 [WIRE-1]") {
    RawClient client(scene.port());
    CHECK_FALSE(client.start_tls(TLS1_2_VERSION));
    CHECK(client.tls_failure() == "tlsv1 alert protocol version");
    CHECK(scene.logs("not opened: tls_failed: unsupported protocol"));
  }
  SUBCASE("a handshake that breaks off") {
    RawClient client(scene.port());
    client.send_bytes(Bytes{0x16, 0x03, 0x01, 0x02, 0x00});
    client.end_sending();
    client.read_to_end();
    CHECK(client.closed());
    CHECK(scene.logs("not opened: tls_failed"));
  }
  SUBCASE("HTTP without an upgrade") {
    {
      RawClient client(scene.port());
      REQUIRE(client.start_tls());
      client.send_text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      CHECK(client.read_to_end().starts_with("HTTP/1.1 426 "));
    }  // the server waits for the end of TLS, too
    CHECK(scene.logs("not opened: upgrade_required"));
  }
  SUBCASE("no HTTP inside TLS") {
    RawClient client(scene.port());
    REQUIRE(client.start_tls());
    client.send_bytes(filled(2'000));
    client.read_to_end();
    CHECK(client.closed());
    CHECK(scene.logs("not opened: http_failed"));
  }
  CHECK(round.completes());
}

TEST_CASE("WebSocket frames that RFC 6455 does not allow") {
  PausedRound round;
  auto client = joined(round.scene());
  const auto harmless = filled(10);
  SUBCASE("reserved opcode") {
    client->send_frame(Opcode::reserved, harmless);
  }
  SUBCASE("reserved bits") {
    client->send_frame(Opcode::binary, harmless, {.reserved_bits = 7});
  }
  SUBCASE("not masked") {
    client->send_frame(Opcode::binary, harmless, {.masked = false});
  }
  SUBCASE("a continuation of nothing") {
    client->send_frame(Opcode::continuation, harmless);
  }
  SUBCASE("a control frame in pieces") {
    client->send_frame(Opcode::ping, harmless, {.final = false});
  }
  SUBCASE("bytes that are no frame") {
    client->send_bytes(filled(500));
  }
  CHECK(session_error(*client) == "closed");
  CHECK(client->close_code() == kProtocolError);
  client.reset();
  CHECK(round.scene().logs("m5 (5): ended: websocket_failed"));
  CHECK(round.completes());
}

TEST_CASE("messages that are none of the protocol [WIRE-1, WIRE-2]") {
  PausedRound round;
  auto client = joined(round.scene());
  SUBCASE("text") {
    client->send_frame(Opcode::text, Bytes{'h', 'i'});
  }
  SUBCASE("empty") {
    client->send(Bytes());
  }
  SUBCASE("unknown type") {
    client->send(Bytes{9, 1, 2, 3});
  }
  SUBCASE("an envelope of noise") {
    auto noise = filled(300);
    noise[0] = 0;
    client->send(noise);
  }
  SUBCASE("a chunk without its header") {
    client->send(Bytes{1, 2, 3});
  }
  SUBCASE("a chunk in the wrong direction") {
    client->send(chunk_header(ChunkType::payload, round.hand().session_id(), 0));
  }
  SUBCASE("a message of the other side") {
    client->send(encode_frame(FrameToParticipant(Joined{kTask, 1, 2})));
  }
  CHECK(session_error(*client) == "bad_frame");
  CHECK(round.scene().logs("m5 (5): closed: bad_frame"));
  CHECK(round.completes());
}

TEST_CASE("messages that are too large, before and after Welcome [WIRE-4]") {
  PausedRound round;
  auto& scene = round.scene();
  SUBCASE("before Welcome") {
    auto greeted = greet(scene.port());
    greeted.client->send(filled(kMaxFirstFrameBytes + 1));
    CHECK(session_error(*greeted.client) == "message_too_large");
  }
  SUBCASE("before Welcome, in pieces that each are small enough") {
    auto greeted = greet(scene.port());
    greeted.client->send_frame(Opcode::binary, filled(4000), {.final = false});
    greeted.client->send_frame(Opcode::continuation, filled(1000), {.final = false});
    CHECK(session_error(*greeted.client) == "message_too_large");
  }
  SUBCASE("after it") {
    auto client = joined(scene);
    client->send(filled(kMaxFrameBytes + 1));
    CHECK(session_error(*client) == "message_too_large");
  }
  SUBCASE("more than anything that was asked for [WIRE-9]") {
    auto client = joined(scene);
    client->send(filled(kMaxFirstFrameBytes + 1));
    CHECK(session_error(*client) == "message_too_large");
  }
  SUBCASE("one that claims to be") {
    auto client = joined(scene);
    client->send_frame(Opcode::binary, filled(5'000'000), {.claimed_size = std::uint64_t{1} << 40});
    CHECK(session_error(*client) == "message_too_large");
  }
  SUBCASE("a chunk of more than a chunk") {
    auto client = joined(scene);
    auto frame = chunk_header(ChunkType::upload, round.hand().session_id(), 0);
    frame.resize(kMaxChunkFrameBytes + 1);
    client->send(frame);
    CHECK(session_error(*client) == "message_too_large");
  }
  CHECK(scene.logs("closed: message_too_large"));
  CHECK(round.completes());
}

TEST_CASE("messages out of their turn [SESSION-3, SESSION-4, SESSION-6]") {
  PausedRound round;
  auto& scene = round.scene();
  std::string expected = "wrong_phase";
  std::unique_ptr<RawClient> client;
  SUBCASE("Join before Hello") {
    client = greet(scene.port()).client;
    client->send(encode_frame(FrameToAggregator(Join{kTask})));
  }
  SUBCASE("a second Join") {
    client = joined(scene);
    client->send(encode_frame(FrameToAggregator(Join{kTask})));
  }
  SUBCASE("Hello of another version") {
    auto greeted = greet(scene.port());
    auto hello = hello_for(greeted.challenge, 5, Keys::instance().secret("m5"), std::nullopt);
    hello.version = 2;
    greeted.client->send(encode_frame(FrameToAggregator(hello)));
    client = std::move(greeted.client);
    expected = "unsupported_version";
  }
  SUBCASE("Hello of another challenge") {
    auto greeted = greet(scene.port());
    greeted.challenge.nonce.bytes[0] ^= 1;
    const auto hello =
        hello_for(greeted.challenge, 5, Keys::instance().secret("m5"), greeted.client->exporter());
    greeted.client->send(encode_frame(FrameToAggregator(hello)));
    client = std::move(greeted.client);
    expected = "bad_signature";
  }
  CHECK(session_error(*client) == expected);
  CHECK(scene.logs("closed: " + expected));
  CHECK(round.completes());
}

TEST_CASE("no Hello in time [SESSION-4]") {
  PausedRound round("hello_time = \"3s\"");
  const auto greeted = greet(round.scene().port());
  CHECK(session_error(*greeted.client) == "time_limit");
  CHECK(round.scene().logs("closed: time_limit"));
  CHECK(round.completes());
}

TEST_CASE("what a participant says about our frames as it closes is in the log") {
  PausedRound round;
  auto client = joined(round.scene());
  client->send_close(kProtocolError, "bad_frame");
  CHECK(session_error(*client) == "closed");
  CHECK(round.scene().logs("the peer says: bad_frame"));
  CHECK(round.completes());
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
