// What strangers, scanners and broken peers do to the port before there is a session: each gets a
// named error, and the server goes on.
#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "tests/server/port.h"

namespace blindsum {
namespace {

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
  tls_exchange(port.number(), std::string(7000, 'x') + "\r\n\r\n");
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
  Port port("handshake_time = \"3s\"\nmax_connections = 3");
  raw_exchange(port.number(), "", std::chrono::seconds(20));
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
  join_task(client, world, 0);
  running->server().stop();
  CHECK_FALSE(client.receive().has_value());
  CHECK(client.ended());
  CHECK(running->log().wait_for("closed_by_server"));
}

// Takes frames and is not done with them.
struct Hoarder final : ConnectionEvents {
  explicit Hoarder(std::shared_ptr<Connection> from) : connection(std::move(from)) {}
  void received(Bytes frame) override {
    const std::lock_guard lock(mutex);
    CHECK(frame.empty());
    ++frames;
    changed.notify_all();
  }
  void violated(Error) override {}
  void closed(Error) override {}
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] { return frames >= count; });
  }
  const std::shared_ptr<Connection> connection;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t frames = 0;
};

TEST_CASE("sockets: frames that are not dealt with are bounded in number, empty ones, too") {
  const World world(5);
  TlsContext::Failure failure;
  const auto tls = TlsContext::load(world.path("server.crt"), world.path("server.key"), failure);
  REQUIRE(tls.has_value());
  std::promise<std::shared_ptr<Hoarder>> accepted;
  MemoryLog log;
  WebSocketOptions options;
  options.address = "127.0.0.1";
  options.first_frame_bytes = 1024;
  SUBCASE("of one connection") {
    options.most_unhandled_bytes = 1024;
  }
  SUBCASE("of all together") {
    options.most_unhandled_in_all = 1024;
  }
  auto server = WebSocketServer::listen(
      options, *tls,
      [&](const std::shared_ptr<Connection>& connection) {
        auto hoarder = std::make_shared<Hoarder>(connection);
        accepted.set_value(hoarder);
        return hoarder;
      },
      log);
  REQUIRE(server.has_value());
  std::thread thread([&] { server->run(); });
  {
    SocketClient client(server->port());
    for (int i = 0; i < 100; ++i) CHECK(client.send({}));
    const auto hoarder = accepted.get_future().get();
    CHECK(hoarder->wait_for(3));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // for those that must not come
    std::size_t held = 0;
    {
      const std::lock_guard lock(hoarder->mutex);
      held = hoarder->frames;
    }
    CHECK(held < 10);
    // Each that is done with lets one more in.
    for (std::size_t i = 0; i + held < 100; ++i) {
      hoarder->connection->consumed(0);
      CHECK(hoarder->wait_for(held + i + 1));
    }
  }
  server->stop();
  thread.join();
}

TEST_CASE("sockets: an idle peer that does not answer a ping is ended") {
  Port port("idle_time = \"1s\"");
  const SocketClient silent(port.number());
  CHECK(port.logged("idle_timeout"));
  port.serves();
}

// What audit and metrics are told of sessions that are over.
class Ends final : public Watcher {
 public:
  void see(const ServerEvent& event) override {
    const auto* const closed = std::get_if<SessionClosed>(&event);
    if (closed == nullptr) return;
    const std::lock_guard lock(mutex_);
    seen_.push_back(std::string(closed->why) + (closed->welcomed ? ", a member" : ", a stranger") +
                    (closed->expected ? ", expected" : ""));
    changed_.notify_all();
  }
  bool has(const std::string& end) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] {
      return std::find(seen_.begin(), seen_.end(), end) != seen_.end();
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> seen_;
};

TEST_CASE("sockets: who is cut is told of by the limit it met, and not as one that went") {
  Ends ends;
  Port port("idle_time = \"1s\"\nhello_time = \"10s\"", ends);
  {
    SocketClient gone(port.number());
    join_task(gone, port.world, 0);
  }
  CHECK(ends.has("ok, a member, expected"));
  {
    SocketClient silent(port.number());
    join_task(silent, port.world, 1);
    const SocketClient nobody_known(port.number());
    CHECK(ends.has("idle_timeout, a member"));
    CHECK(ends.has("idle_timeout, a stranger"));
  }
  SocketClient talker(port.number());
  challenge_of(talker);
  for (int i = 0; i < 100; ++i) {
    if (!talker.ping(std::string(125, 'x'))) break;
  }
  CHECK(ends.has("too_much_before_hello, a stranger"));
  port.running.server().stop();
}

}  // namespace
}  // namespace blindsum
