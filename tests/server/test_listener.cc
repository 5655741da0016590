// The listener itself: it accepts whatever happens to one connection, and ends when it is told to,
// whatever comes at that moment.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <future>
#include <new>
#include <string>
#include <thread>

#include "server/websocket.h"
#include "support/descriptor.h"
#include "tests/server/memory_log.h"
#include "tests/server/world.h"

namespace blindsum {
namespace {

// In the listener's queue when this returns.
Descriptor connect_from(const std::string& address, std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  REQUIRE(::inet_pton(AF_INET, address.c_str(), &where.sin_addr) == 1);
  auto* const generic = reinterpret_cast<sockaddr*>(&where);
  REQUIRE(::bind(socket.value(), generic, sizeof where) == 0);
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket.value(), generic, sizeof where) == 0);
  return socket;
}

class Refusals final : public Watcher {
 public:
  void see(const ServerEvent& event) override {
    if (std::holds_alternative<ConnectionRefused>(event)) then(++count);
  }
  std::atomic<int> count = 0;
  std::function<void(int count)> then;
};

// One new connection a minute from each address.
struct Listener {
  Listener() {
    TlsContext::Failure failure;
    const auto tls = TlsContext::load(world.path("server.crt"), world.path("server.key"), failure);
    REQUIRE(tls.has_value());
    WebSocketOptions options;
    options.address = "127.0.0.1";
    options.new_connections_per_address = 1;
    auto listening =
        WebSocketServer::listen(options, *tls, [](const auto&) { return nullptr; }, log, refusals);
    REQUIRE(listening.has_value());
    server.emplace(*std::move(listening));
  }

  World world{5};
  MemoryLog log;
  Refusals refusals;
  std::optional<WebSocketServer> server;
};

TEST_CASE("listener: a connection that was accepted as it ended does not keep it") {
  Listener listener;
  listener.refusals.then = [&](int) { listener.server->stop(); };
  const auto port = listener.server->port();
  const auto admitted = connect_from("127.0.0.1", port);
  const auto refused = connect_from("127.0.0.1", port);
  const auto next = connect_from("127.0.0.2", port);  // its accept() is done before the end is
  auto over = std::async(std::launch::async, [&] { listener.server->run(); });
  CHECK(over.wait_for(std::chrono::seconds(15)) == std::future_status::ready);
  CHECK(listener.refusals.count == 1);
}

TEST_CASE("listener: an exception costs one connection, and the next one is accepted") {
  Listener listener;
  listener.refusals.then = [](int count) {
    if (count == 1) throw std::bad_alloc();
  };
  const auto port = listener.server->port();
  const auto admitted = connect_from("127.0.0.1", port);
  std::thread thread([&] { listener.server->run(); });
  const auto thrown_at = connect_from("127.0.0.1", port);
  CHECK(listener.log.wait_for("internal_error: the listener stumbled"));
  const auto refused = connect_from("127.0.0.1", port);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (listener.refusals.count < 2 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(listener.refusals.count == 2);
  listener.server->stop();
  thread.join();
}

}  // namespace
}  // namespace blindsum
