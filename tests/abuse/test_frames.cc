// Frames that cost more than they bring, from a member, who may send more than a stranger: pings,
// fragments of one byte, compression, lengths that are not true, messages made to be parsed for
// long.
#include <doctest/doctest.h>

#include "tests/abuse/siege.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("frames");

constexpr std::uint16_t kProtocolError = 1002;  // RFC 6455, 7.4.1

TEST_CASE("ping floods: answered or not read, at full speed") {
  Siege siege("new_connections_per_address = 100000\nidle_time = \"2s\"");
  const Bytes payload(125, 0x55);
  const auto flood = [&](bool reads) {
    return [&, reads](const std::atomic<bool>& over) {
      again(over, [&] {
        const auto client = enter(siege, reads ? kFirstTraitor : kFirstTraitor + 1);
        while (!over && client->send_frame(Opcode::ping, payload)) {
          if (reads) static_cast<void>(client->receive(std::chrono::milliseconds(0)));
        }
      });
    };
  };
  siege.withstands("ping flood, pongs read", 1, flood(true), "ended: too_many_frames");
  siege.withstands("ping flood, pongs not read", 1, flood(false), "m6 (6): ended: too_many_frames");
}

TEST_CASE("fragments of one byte, and of none") {
  Siege siege("new_connections_per_address = 100000");
  const auto flood = [&](std::size_t size) {
    return [&, size](const std::atomic<bool>& over) {
      again(over, [&] {
        const auto client = enter(siege, size > 0 ? kFirstTraitor : kFirstTraitor + 1);
        const Bytes some(size, 0x01);
        auto opcode = Opcode::binary;
        while (!over && client->send_frame(opcode, some, {.final = false})) {
          opcode = Opcode::continuation;
        }
      });
    };
  };
  siege.withstands("fragments of one byte", 1, flood(1), "ended: too_many_frames");
  siege.withstands("fragments of no byte", 1, flood(0), "m6 (6): ended: too_many_frames");
}

TEST_CASE("new keys of TLS without end: each costs more than it brings") {
  Siege siege("new_connections_per_address = 100000");
  siege.withstands(
      "new keys without end", 1,
      [&](const auto& over) {
        again(over, [&] {
          const auto client = enter(siege, kFirstTraitor);
          while (!over && client->renew_key()) {
          }
        });
      },
      "m5 (5): ended: too_many_frames");
}

TEST_CASE("compression bombs: the offer is not taken, and what is compressed ends it [WIRE-8]") {
  Siege siege("new_connections_per_address = 100000");
  auto client = knock(siege);
  REQUIRE(client->start_tls());
  REQUIRE(client->upgrade("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  CHECK(client->answer().find("Extensions") == std::string::npos);
  const Bytes bomb(3000, 0x00);
  client->send_frame(Opcode::binary, bomb, {.reserved_bits = 4});  // RSV1: "compressed"
  CHECK(session_error(*client) == "closed");
  CHECK(client->close_code() == kProtocolError);
  siege.withstands(
      "compression bombs", 1,
      [&](const auto& over) {
        again(over, [&] {
          const auto member = enter(siege, kFirstTraitor);
          member->send_frame(Opcode::binary, bomb, {.reserved_bits = 4});
          static_cast<void>(session_error(*member));
        });
      },
      "ended: websocket_failed");
}

TEST_CASE("lengths of 4 GiB and more [WIRE-4, WIRE-9]") {
  Siege siege("new_connections_per_address = 100000");
  const Bytes some(5000, 0x01);
  siege.withstands(
      "a length of 4 GiB", 1,
      [&](const auto& over) {
        again(over, [&] {
          for (const int bits : {32, 40, 63}) {
            const auto client = enter(siege, kFirstTraitor);
            client->send_frame(Opcode::binary, some, {.claimed_size = std::uint64_t{1} << bits});
            static_cast<void>(session_error(*client));
          }
        });
      },
      "m5 (5): closed: message_too_large");
  const auto client = enter(siege, kFirstTraitor);
  client->send_frame(Opcode::binary, some, {.claimed_size = ~std::uint64_t{0}});
  CHECK(session_error(*client) == "message_too_large");
}

void put_varint(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

// The message wrapped in length-delimited fields of this number, again and again.
Bytes nested(std::uint32_t field, std::size_t most_bytes) {
  Bytes inner;
  while (inner.size() + 8 < most_bytes) {
    Bytes outer;
    put_varint(outer, field << 3 | 2);
    put_varint(outer, inner.size());
    put_bytes(outer, inner);
    inner = std::move(outer);
  }
  return inner;
}

Bytes enveloped(ByteView body) {
  Bytes frame{0};
  put_bytes(frame, body);
  return frame;
}

TEST_CASE("Protobuf bombs: deep nesting, endless groups, counts of what is not there [WIRE-2]") {
  Siege siege("new_connections_per_address = 100000");
  std::vector<Bytes> bombs;
  for (const std::uint32_t field : {1U, 2U, 8U, 10U, 26U, 1000U}) {
    bombs.push_back(enveloped(nested(field, 4000)));
  }
  bombs.push_back(enveloped(Bytes(4000, 0x0b)));  // groups that begin, one in the other
  Bytes many;                                     // Join, a thousand times
  while (many.size() < 4000) put_bytes(many, Bytes{5 << 3 | 2, 0});
  bombs.push_back(enveloped(many));
  Bytes claims{10 << 3 | 2};  // Shares of nearly 4 GiB
  put_varint(claims, 0xfffffff0);
  claims.resize(3000, 0x01);
  bombs.push_back(enveloped(claims));
  siege.withstands(
      "Protobuf bombs", 1,
      [&](const auto& over) {
        again(over, [&] {
          for (const auto& bomb : bombs) {
            const auto client = enter(siege, kFirstTraitor);
            client->send(bomb);
            if (session_error(*client) != "bad_frame") throw std::runtime_error("no bad_frame");
          }
        });
      },
      "m5 (5): closed: bad_frame");
  for (const auto& bomb : bombs) {
    const auto client = enter(siege, kFirstTraitor);
    client->send(bomb);
    CHECK(session_error(*client) == "bad_frame");
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
