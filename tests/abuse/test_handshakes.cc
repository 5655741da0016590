// Before there is a session: whoever has not said who it is gets 8 KiB and a few seconds, and one
// address only so many connections [SESSION-4].
#include <doctest/doctest.h>

#include <deque>
#include <memory>

#include "tests/abuse/siege.h"

namespace blindsum::e2e {
namespace {

TEST_SUITE_BEGIN("handshakes");

using std::chrono::milliseconds;

constexpr std::size_t kCrowd = 100;

// Many connections that each say the next byte of this at the same time, and begin anew when they
// are cut. `begin` takes a connection as far as it is to get.
template <class Begin>
void dribble(Siege& siege, const std::atomic<bool>& over, const Bytes& text, Begin begin) {
  struct Slow {
    std::unique_ptr<RawClient> client;
    std::size_t sent = 0;
  };
  std::vector<Slow> crowd(kCrowd);
  while (!over) {
    for (auto& slow : crowd) {
      if (over) return;
      if (slow.client && slow.sent < text.size() &&
          slow.client->send_bytes(ByteView(text).subspan(slow.sent, 1))) {
        ++slow.sent;
        continue;
      }
      slow = {knock(siege), 0};
      if (!begin(*slow.client)) slow.client.reset();
    }
    std::this_thread::sleep_for(milliseconds(30));
  }
}

// The first bytes of a ClientHello that will never be whole.
Bytes half_a_hello() {
  Bytes bytes{0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03};
  bytes.resize(400, 0x42);
  return bytes;
}

// A whole one, of a client that does key exchanges in the largest group only. It is sent again and
// again, since a new one would cost the attacker as much as the server.
Bytes hello_of_large_group() {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                             SSL_CTX_free);
  REQUIRE(SSL_CTX_set1_groups_list(context.get(), "ffdhe8192") == 1);
  const std::unique_ptr<SSL, void (*)(SSL*)> tls(SSL_new(context.get()), SSL_free);
  BIO* const said = BIO_new(BIO_s_mem());
  SSL_set_bio(tls.get(), BIO_new(BIO_s_mem()), said);
  REQUIRE(SSL_connect(tls.get()) == -1);  // nobody answers
  Bytes hello(4096);
  const int size = BIO_read(said, hello.data(), static_cast<int>(hello.size()));
  REQUIRE(size > 1000);
  hello.resize(static_cast<std::size_t>(size));
  return hello;
}

// The first bytes of one as large as a record may be.
Bytes large_hello() {
  Bytes bytes{0x16, 0x03, 0x01, 0x3f, 0xff, 0x01, 0x00, 0x3f, 0xfb, 0x03, 0x03};
  bytes.resize(12'000, 0x42);
  return bytes;
}

Bytes text(const std::string& characters) {
  return Bytes(characters.begin(), characters.end());
}

constexpr const char* kShort =
    "handshake_time = \"1s\"\nhello_time = \"1s\"\n"
    "new_connections_per_address = 100000\n";

TEST_CASE("slow loris in TLS: half of a ClientHello, byte by byte [SESSION-4]") {
  Siege siege(kShort);
  siege.withstands(
      "slow loris, TLS", 1,
      [&](const auto& over) {
        dribble(siege, over, half_a_hello(), [](RawClient&) { return true; });
      },
      "not opened: handshake_timeout");
}

TEST_CASE("key exchanges in a large group are not done, and cost nothing") {
  Siege siege(kShort);
  const auto client = knock(siege);
  CHECK_FALSE(client->start_tls(TLS1_3_VERSION, "ffdhe8192"));
  CHECK(client->tls_failure().find("alert handshake failure") != std::string::npos);
  const Bytes hello = hello_of_large_group();
  siege.withstands(
      "key exchanges in a large group", 1,
      [&](const auto& over) {
        again(over, [&] {
          const auto stranger = knock(siege);
          stranger->send_bytes(hello);
          stranger->end_sending();
          stranger->read_to_end();
        });
      },
      "not opened: tls_failed");
}

TEST_CASE("slow loris in HTTP: a header that does not end [SESSION-4]") {
  Siege siege(kShort);
  const auto header = text("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + std::string(500, 'x'));
  siege.withstands(
      "slow loris, HTTP", 1,
      [&](const auto& over) {
        dribble(siege, over, header, [](RawClient& client) { return client.start_tls(); });
      },
      "not opened: handshake_timeout");
}

TEST_CASE("slow loris in WebSocket: a Hello that does not end [SESSION-4]") {
  Siege siege(kShort);
  Bytes frame{0x82, 0xfe, 0x0f, 0x00, 1, 2, 3, 4};  // 3840 bytes are to come
  frame.resize(400);
  siege.withstands(
      "slow loris, WebSocket", 1,
      [&](const auto& over) {
        dribble(siege, over, frame,
                [](RawClient& client) { return client.start_tls() && client.upgrade(); });
      },
      "closed: time_limit, no Hello in time");
}

TEST_CASE("half-open connections: nothing ever comes [SESSION-4]") {
  Siege siege("handshake_time = \"2s\"\nhello_time = \"2s\"");
  siege.withstands("half-open, 500 connections", 1, [&](const auto& over) {
    std::deque<std::unique_ptr<RawClient>> held;
    for (int i = 0; i < 500 && !over; ++i) held.push_back(knock(siege));
    while (!over) std::this_thread::sleep_for(milliseconds(20));
  });
  const auto silent = knock(siege);
  silent->read_to_end();
  CHECK(silent->closed());
  CHECK(siege.scene().logs("not opened: handshake_timeout"));
}

TEST_CASE("half-open sessions: members who have gone without a word") {
  Siege siege("idle_time = \"2s\"");
  siege.withstands(
      "half-open, sessions", 1,
      [&](const auto& over) {
        again(over, [&] {
          const auto silent = enter(siege, kFirstTraitor);
          for (int i = 0; i < 100 && !over; ++i) std::this_thread::sleep_for(milliseconds(50));
        });
      },
      "ended: idle_timeout");
}

TEST_CASE("a flood of connections from one address leaves the others theirs") {
  SUBCASE("held") {
    Siege siege("max_connections_per_address = 50");
    siege.withstands(
        "connections of one address, held", 2,
        [&](const auto& over) {
          std::deque<std::unique_ptr<RawClient>> held;
          again(over, [&] {
            held.push_back(knock(siege));
            if (held.size() > 200) held.pop_front();
            std::this_thread::sleep_for(milliseconds(1));
          });
        },
        "closed at once: too_many_from_address");
    siege.lets_in(6);
  }
  SUBCASE("one after the other, with TLS") {
    Siege siege("new_connections_per_address = 60");
    siege.withstands(
        "connections of one address, in turn", 2,
        [&](const auto& over) {
          again(over, [&] {
            const auto client = knock(siege);
            if (!client->start_tls()) std::this_thread::sleep_for(milliseconds(1));
          });
        },
        "closed at once: connects_too_often");
    siege.lets_in(6);
  }
}

TEST_CASE("more than 8 KiB before Hello, at every stage [SESSION-4]") {
  Siege siege;
  const Bytes much(20'000, 0x01);
  siege.withstands(
      "more than 8 KiB before Hello", 1,
      [&](const auto& over) {
        again(over, [&] {
          const auto hello = knock(siege);
          hello->send_bytes(large_hello());
          const auto http = knock(siege);
          if (!http->start_tls()) return;
          http->send_text("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
          const auto socket = knock(siege);
          if (!socket->start_tls() || !socket->upgrade()) return;
          for (int i = 0; i < 200; ++i) socket->send_frame(Opcode::ping, ByteView(much).first(100));
          std::this_thread::sleep_for(milliseconds(20));
        });
      },
      "too_much_before_hello");
  CHECK(siege.scene().logs("not opened: too_much_before_hello"));
  CHECK(siege.scene().logs("ended: too_much_before_hello"));
}

TEST_SUITE_END();

}  // namespace
}  // namespace blindsum::e2e
