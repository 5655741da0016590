#include "tests/client/fake_aggregator.h"

#include <openssl/ssl.h>

#include <array>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace blindsum {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using WebSocket = beast::websocket::stream<beast::ssl_stream<tcp::socket>>;

// So that a test that goes wrong ends.
void limit_waiting(tcp::socket& socket) {
  const timeval limit{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

Hash exporter_of(SSL* connection) {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  Hash exporter;
  if (SSL_export_keying_material(connection, exporter.bytes.data(), exporter.bytes.size(),
                                 label.data(), label.size(), nullptr, 0, 1) != 1) {
    throw std::runtime_error("no exporter");
  }
  return exporter;
}

class WebSocketConnection final : public FakeConnection {
 public:
  explicit WebSocketConnection(WebSocket& stream)
      : stream_(stream), exporter_(exporter_of(stream.next_layer().native_handle())) {
    stream_.binary(true);
    stream_.auto_fragment(false);
  }
  void send(ByteView frame) override { stream_.write(asio::buffer(frame.data(), frame.size())); }
  void send_text(const std::string& text) override {
    stream_.text(true);
    stream_.write(asio::buffer(text));
    stream_.binary(true);
  }
  Bytes receive() override {
    Bytes frame;
    auto buffer = asio::dynamic_buffer(frame);
    stream_.read(buffer);
    return frame;
  }
  const Hash& exporter() const override { return exporter_; }
  std::string close_reason() const override {
    const auto& reason = stream_.reason().reason;
    return {reason.data(), reason.size()};
  }

 private:
  WebSocket& stream_;
  Hash exporter_;
};

}  // namespace

void FakeConnection::wait_for_end() {
  try {
    while (true) receive();
  } catch (const boost::system::system_error&) {
    // That is what was waited for.
  }
}

void FakeConnection::challenge(const VerifyKey& aggregator) {
  nonce_.bytes.fill(0x42);
  say(Challenge{.nonce = nonce_, .aggregator_key = aggregator, .version = kProtocolVersion});
}

Hello FakeConnection::welcome(const ParticipantWorld& world, std::uint32_t member) {
  challenge(world.aggregator().verify_key());
  const Hello hello = std::get<Hello>(hear());
  const auto& key = world.aggregator().verify_key();
  const auto statement = session_statement(nonce_, key, hello.roster_index, exporter());
  verify(world.identity(member).verify_key(), statement, hello.signature).value();
  say(Welcome{.roster_epoch = world.roster().epoch(), .roster_hash = world.roster().hash()});
  return hello;
}

void FakeConnection::join(const ParticipantWorld& world, std::uint32_t member) {
  welcome(world, member);
  const auto join = std::get<Join>(hear());
  say(Joined{.task = join.task, .waiting = 1, .needed = 3});
}

struct FakeAggregator::Impl {
  Impl(FakeDoor door_given, std::vector<Script> scripts_given)
      : door(std::move(door_given)),
        scripts(std::move(scripts_given)),
        tls(asio::ssl::context::tls_server),
        acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    tls.use_certificate_chain_file(door.certificate.string());
    tls.use_private_key_file(door.key.string(), asio::ssl::context::pem);
    if (door.tls_1_2) SSL_CTX_set_max_proto_version(tls.native_handle(), TLS1_2_VERSION);
    thread = std::thread([this] { serve(); });
  }
  ~Impl() {
    over = true;
    // Wakes accept(), which does not return by itself.
    tcp::socket knock(io);
    boost::system::error_code ignored;
    knock.connect(acceptor.local_endpoint(), ignored);
    thread.join();
  }

  void serve() {
    while (true) {
      tcp::socket socket(io);
      acceptor.accept(socket);
      if (over) return;
      const std::size_t number = count++;
      if (number >= scripts.size()) continue;
      try {
        converse(std::move(socket), scripts[number]);
      } catch (const std::exception& error) {
        const std::lock_guard lock(mutex);
        complaints.emplace_back(error.what());
      }
    }
  }

  void converse(tcp::socket socket, const Script& script) {
    limit_waiting(socket);
    WebSocket stream(std::move(socket), tls);
    stream.next_layer().handshake(asio::ssl::stream_base::server);
    if (!door.plain_answer.empty()) {
      // What is not read when the socket closes would make the answer be thrown away.
      std::array<char, 4096> request{};
      stream.next_layer().read_some(asio::buffer(request));
      asio::write(stream.next_layer(), asio::buffer(door.plain_answer));
      return;
    }
    stream.accept();
    WebSocketConnection connection(stream);
    script(connection);
  }

  FakeDoor door;
  std::vector<Script> scripts;
  asio::io_context io;
  asio::ssl::context tls;
  tcp::acceptor acceptor;
  std::atomic<std::size_t> count = 0;
  std::atomic<bool> over = false;
  mutable std::mutex mutex;
  std::vector<std::string> complaints;
  std::thread thread;
};

FakeAggregator::FakeAggregator(FakeDoor door, std::vector<Script> scripts)
    : impl_(std::make_unique<Impl>(std::move(door), std::move(scripts))) {}
FakeAggregator::~FakeAggregator() = default;

std::uint16_t FakeAggregator::port() const {
  return impl_->acceptor.local_endpoint().port();
}

std::size_t FakeAggregator::connections() const {
  return impl_->count;
}

std::vector<std::string> FakeAggregator::complaints() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->complaints;
}

FakeDoor door_of(const ParticipantWorld& world) {
  return {.certificate = world.path("server.crt"), .key = world.path("server.key")};
}

}  // namespace blindsum
