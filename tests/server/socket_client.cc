#include "tests/server/socket_client.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <string_view>

namespace blindsum {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;
using Stream = beast::ssl_stream<tcp::socket>;

namespace {

constexpr std::chrono::seconds kPatience{20};

tcp::endpoint local(std::uint16_t port) {
  return {asio::ip::address_v4::loopback(), port};
}

// The text of what came until the other side closed.
template <class AnyStream>
std::string read_all(asio::io_context& io, AnyStream& stream,
                     std::chrono::seconds limit = std::chrono::seconds(2)) {
  std::string answer;
  asio::async_read(stream, asio::dynamic_buffer(answer), [](const Error&, std::size_t) {});
  io.restart();
  io.run_for(limit);
  return answer;
}

}  // namespace

struct SocketClient::Impl {
  asio::io_context io;
  asio::ssl::context context{asio::ssl::context::tls_client};
  beast::websocket::stream<Stream> stream{io, context};
  beast::flat_buffer buffer;
  Hash exporter;
  bool open = false;
  bool ended = false;
  bool reading = false;
  std::optional<Error> read_result;

  // False when the time is over first.
  template <class Done>
  bool run_until(Done done, std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    io.restart();
    while (!done()) {
      if (io.run_one_until(until) == 0) return done();
    }
    return true;
  }
};

SocketClient::SocketClient(std::uint16_t port) : impl_(std::make_unique<Impl>()) {
  auto& stream = impl_->stream;
  Error error;
  beast::get_lowest_layer(stream).connect(local(port), error);
  if (error) return;
  stream.next_layer().handshake(asio::ssl::stream_base::client, error);
  if (error) return;
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  SSL_export_keying_material(stream.next_layer().native_handle(), impl_->exporter.bytes.data(),
                             impl_->exporter.bytes.size(), label.data(), label.size(), nullptr, 0,
                             1);
  stream.handshake("localhost", "/", error);
  stream.binary(true);
  stream.auto_fragment(false);
  impl_->open = !error;
}

SocketClient::~SocketClient() = default;

bool SocketClient::is_open() const {
  return impl_->open;
}

const Hash& SocketClient::exporter() const {
  return impl_->exporter;
}

bool SocketClient::send(ByteView frame) {
  Error result;
  bool done = false;
  impl_->stream.async_write(asio::buffer(frame.data(), frame.size()),
                            [&](const Error& error, std::size_t) {
                              result = error;
                              done = true;
                            });
  if (!impl_->run_until([&] { return done; }, kPatience)) {
    // Its buffer is the caller's: it must not go on.
    Error ignored;
    beast::get_lowest_layer(impl_->stream).close(ignored);
    impl_->run_until([&] { return done; }, kPatience);
    return false;
  }
  return !result;
}

bool SocketClient::send_text(const std::string& text) {
  impl_->stream.text(true);
  const bool sent = send({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  impl_->stream.binary(true);
  return sent;
}

bool SocketClient::ping(const std::string& payload) {
  Error error;
  impl_->stream.ping({payload.data(), payload.size()}, error);
  return !error;
}

std::optional<Bytes> SocketClient::receive(std::chrono::milliseconds limit) {
  auto& impl = *impl_;
  if (impl.ended) return std::nullopt;
  if (!impl.reading) {
    impl.reading = true;
    impl.stream.async_read(impl.buffer,
                           [&impl](const Error& error, std::size_t) { impl.read_result = error; });
  }
  if (!impl.run_until([&] { return impl.read_result.has_value(); }, limit)) return std::nullopt;
  impl.reading = false;
  const Error error = *std::exchange(impl.read_result, std::nullopt);
  if (error) {
    impl.ended = true;
    return std::nullopt;
  }
  const auto data = impl.buffer.cdata();
  const auto* bytes = static_cast<const std::uint8_t*>(data.data());
  Bytes frame(bytes, bytes + data.size());
  impl.buffer.consume(impl.buffer.size());
  return frame;
}

bool SocketClient::ended() const {
  return impl_->ended;
}

void SocketClient::shut_down() {
  ::shutdown(beast::get_lowest_layer(impl_->stream).native_handle(), SHUT_RDWR);
}

std::string raw_exchange(std::uint16_t port, const std::string& request,
                         std::chrono::seconds limit) {
  asio::io_context io;
  tcp::socket socket(io);
  Error error;
  socket.connect(local(port), error);
  if (error) return "not connected";
  asio::write(socket, asio::buffer(request), error);
  return read_all(io, socket, limit);
}

std::string tls_exchange(std::uint16_t port, const std::string& request, bool old) {
  asio::io_context io;
  asio::ssl::context context(asio::ssl::context::tls_client);
  if (old) SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_2_VERSION);
  Stream stream(io, context);
  Error error;
  stream.next_layer().connect(local(port), error);
  if (error) return "not connected";
  stream.handshake(asio::ssl::stream_base::client, error);
  if (error) return "TLS failed: " + error.message();
  asio::write(stream, asio::buffer(request), error);
  return read_all(io, stream);
}

}  // namespace blindsum
