#include "tests/bench/tls_sink.h"

#include <time.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "client/tls.h"
#include "crypto/entropy.h"
#include "crypto/mask_stream.h"
#include "server/tls.h"
#include "tests/server/temporary_folder.h"
#include "tests/server/world.h"
#include "transport/tls_stream.h"
#include "transport/websocket_teardown.h"

namespace blindsum::bench {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using WebSocket = websocket::stream<TlsStream, false>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMessageBytes = std::size_t{1} << 20;
constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

void require(bool good, const std::string& what) {
  if (!good) throw std::runtime_error(what);
}

double thread_cpu_s() {
  ::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double wall_s() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

// Both ends' TLS, from a certificate made for it.
struct Ends {
  Ends() {
    write_certificate(folder / "crt", folder / "key");
    TlsContext::Failure failure;
    server = TlsContext::load(folder / "crt", folder / "key", failure);
    require(server.has_value(), failure.what);
    auto loaded = ClientTls::load(folder / "crt");
    require(loaded.has_value(), "ClientTls");
    client.emplace(*std::move(loaded));
  }
  TemporaryFolder folder;
  std::optional<TlsContext> server;
  std::optional<ClientTls> client;
};

// What a participant computes before it sends a message of 1 MiB of 20-bit elements.
class Masking {
 public:
  Masking() {
    SystemEntropy entropy;
    for (std::uint32_t i = 0; i < kPacedStreams; ++i) {
      const auto key = StreamKey::random(entropy);
      require(key.has_value(), "entropy");
      auto stream = MaskStream::create(*key, MaskSign::add);
      require(stream.has_value(), "a mask stream");
      streams_.push_back(*std::move(stream));
    }
  }
  void mask_one_message() {
    const auto masked = apply_masks(streams_, 0, std::span<std::uint32_t>(words_));
    require(masked.has_value(), "masking");
  }

 private:
  std::vector<MaskStream> streams_;
  std::vector<std::uint32_t> words_ = std::vector<std::uint32_t>(kMessageBytes * 8 / 20);
};

// A WebSocket whose peer is there, after its upgrade if it is to have one.
class Peer {
 public:
  Peer(tcp::socket socket, ssl_ctx_st* context, TlsRole role)
      : role_(role), stream_(std::move(socket), context, role) {
    stream_.next_layer().next_layer().set_option(tcp::no_delay(true));
  }

  asio::awaitable<bool> open(SinkKind kind) {
    const auto shaken = co_await stream_.next_layer().async_handshake(kAwait);
    if (std::get<0>(shaken)) co_return false;
    if (kind == SinkKind::tls) co_return true;
    stream_.auto_fragment(false);
    stream_.write_buffer_bytes(kBufferBytes);
    stream_.read_message_max(0);
    stream_.binary(true);
    if (role_ == TlsRole::server) {
      const auto accepted = co_await stream_.async_accept(kAwait);
      co_return !std::get<0>(accepted);
    }
    const std::string host = "localhost";
    const std::string target = "/";
    const auto upgraded = co_await stream_.async_handshake(host, target, kAwait);
    co_return !std::get<0>(upgraded);
  }

  // Until nothing comes any more.
  asio::awaitable<void> receive(SinkKind kind, std::uint64_t& bytes) {
    std::vector<std::uint8_t> room(kBufferBytes);
    const auto buffer = asio::buffer(room);
    while (true) {
      std::size_t count = 0;
      if (kind == SinkKind::tls) {
        const auto read = co_await stream_.next_layer().async_read_some(buffer, kAwait);
        if (std::get<0>(read)) break;
        count = std::get<1>(read);
      } else {
        const auto read = co_await stream_.async_read_some(buffer, kAwait);
        if (std::get<0>(read)) break;
        count = std::get<1>(read);
      }
      bytes += count;
    }
  }

  asio::awaitable<void> send(SinkKind kind, std::uint64_t bytes) {
    const std::vector<std::uint8_t> message(kMessageBytes, 0x5a);
    const auto buffer = asio::buffer(message);
    std::optional<Masking> masking;
    if (kind == SinkKind::paced_websocket) masking.emplace();
    for (std::uint64_t sent = 0; sent < bytes; sent += kMessageBytes) {
      if (masking) masking->mask_one_message();
      if (kind == SinkKind::tls) {
        const auto written = co_await asio::async_write(stream_.next_layer(), buffer, kAwait);
        if (std::get<0>(written)) co_return;
      } else {
        const auto written = co_await stream_.async_write(buffer, kAwait);
        if (std::get<0>(written)) co_return;
      }
    }
  }

 private:
  TlsRole role_;
  WebSocket stream_;
};

// Runs it to its end on the calling thread.
void run(asio::io_context& io, asio::awaitable<void> what) {
  std::exception_ptr failure;
  asio::co_spawn(io, std::move(what), [&](const std::exception_ptr& thrown) { failure = thrown; });
  io.run();
  if (failure) std::rethrow_exception(failure);
}

// The receiving thread's account, from when the last connection is open.
class Account {
 public:
  explicit Account(std::uint32_t connections) : to_open_(connections) {}
  void opened() {
    if (--to_open_ > 0) return;
    before_ = bytes_;
    cpu_s_ = thread_cpu_s();
    wall_s_ = wall_s();
  }
  std::uint64_t& bytes() { return bytes_; }
  SinkCost cost() const { return {bytes_ - before_, thread_cpu_s() - cpu_s_, wall_s() - wall_s_}; }

 private:
  std::uint32_t to_open_;
  std::uint64_t bytes_ = 0;
  std::uint64_t before_ = 0;
  double cpu_s_ = 0;
  double wall_s_ = 0;
};

asio::awaitable<void> be_sink(Peer& peer, SinkKind kind, Account& account) {
  const bool open = co_await peer.open(kind);
  require(open, "the sink's handshake");
  account.opened();
  co_await peer.receive(kind, account.bytes());
}

asio::awaitable<void> be_sender(Peer& peer, SinkKind kind, std::uint64_t bytes) {
  const bool open = co_await peer.open(kind);
  require(open, "the sender's handshake");
  co_await peer.send(kind, bytes);
}

// Connects, sends, goes.
void send_all(const Ends& ends, std::uint16_t port, SinkKind kind, std::uint64_t bytes) {
  asio::io_context io{1};
  tcp::socket socket(io);
  socket.connect({asio::ip::address_v4::loopback(), port});
  Peer peer(std::move(socket), ends.client->context().native_handle(), TlsRole::client);
  run(io, be_sender(peer, kind, bytes));
}

// Threads that send the same number of bytes each, over a connection each.
class Senders {
 public:
  Senders(const Ends& ends, std::uint16_t port, SinkKind kind, std::uint64_t bytes,
          std::uint32_t count)
      : failures_(count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      threads_.emplace_back([this, &ends, port, kind, bytes, i] {
        try {
          send_all(ends, port, kind, bytes);
        } catch (...) {
          failures_[i] = std::current_exception();
        }
      });
    }
  }
  void join() {
    for (auto& thread : threads_) thread.join();
    for (const auto& failure : failures_) {
      if (failure) std::rethrow_exception(failure);
    }
  }

 private:
  std::vector<std::exception_ptr> failures_;
  std::vector<std::thread> threads_;
};

// The receiving side of the connections, on the calling thread.
SinkCost receive_all(const Ends& ends, tcp::acceptor& acceptor, asio::io_context& io, SinkKind kind,
                     std::uint32_t connections) {
  Account account(connections);
  std::exception_ptr failure;
  std::vector<std::unique_ptr<Peer>> peers;
  for (std::uint32_t i = 0; i < connections; ++i) {
    peers.push_back(
        std::make_unique<Peer>(acceptor.accept(), ends.server->native(), TlsRole::server));
    asio::co_spawn(io, be_sink(*peers.back(), kind, account),
                   [&failure](const std::exception_ptr& thrown) {
                     if (thrown) failure = thrown;
                   });
  }
  io.run();
  if (failure) std::rethrow_exception(failure);
  return account.cost();
}

SinkCost exchange(const Ends& ends, SinkKind kind, std::uint64_t bytes, std::uint32_t connections) {
  asio::io_context io{1};
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  Senders senders(ends, acceptor.local_endpoint().port(), kind, bytes / connections, connections);
  std::exception_ptr failure;
  SinkCost cost;
  try {
    cost = receive_all(ends, acceptor, io, kind, connections);
  } catch (...) {
    failure = std::current_exception();
  }
  senders.join();
  if (failure) std::rethrow_exception(failure);
  return cost;
}

}  // namespace

SinkCost measure_tls_sink(SinkKind kind, std::uint64_t bytes) {
  const Ends ends;
  const bool is_paced = kind == SinkKind::paced_websocket;
  const auto cost = exchange(ends, kind, bytes, is_paced ? kPacedSenders : 1);
  require(cost.bytes >= bytes / 2, "bytes are missing");
  return cost;
}

double handshakes_per_cpu_second(std::uint32_t count) {
  const Ends ends;
  const double begin = thread_cpu_s();
  for (std::uint32_t i = 0; i < count; ++i) exchange(ends, SinkKind::websocket, 0, 1);
  return count / (thread_cpu_s() - begin);
}

}  // namespace blindsum::bench
