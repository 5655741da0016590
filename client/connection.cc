#include "client/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <string>
#include <tuple>

#include "client/error.h"
#include "client/watch.h"
#include "protocol/round/reason.h"
#include "protocol/wire/frames.h"
#include "transport/tls_stream.h"
#include "transport/websocket_teardown.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;

constexpr bool kDeflate = false;  // masked bytes are noise [WIRE-8]
using WebSocket = websocket::stream<TlsStream, kDeflate>;

constexpr std::chrono::seconds kConnectLimit{10};  // for each address that the name has
constexpr std::chrono::seconds kHandshakeLimit{10};
constexpr std::chrono::seconds kIdleLimit{60};   // nothing came, half of it after a ping
constexpr std::chrono::seconds kWriteLimit{60};  // for one message
constexpr std::chrono::milliseconds kCloseLimit{1000};
// The default of 4 KiB halves the throughput.
constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 10;

// Errors come as values.
const auto kTuple = asio::as_tuple(asio::use_awaitable);

bool of_category(const Error& error, const Error& example) {
  return error.category() == example.category();
}

// What Beast, Asio and OpenSSL call it, in our words; the operating system's errors stay.
Error in_our_words(const Error& error) {
  if (!error) return {};
  if (error == beast::error::timeout) return Reason::time_limit;
  const bool ended = error == websocket::error::closed || error == asio::error::eof ||
                     error == asio::error::connection_reset || error == asio::error::broken_pipe ||
                     error == asio::ssl::error::stream_truncated;
  if (ended) return ClientError::connection_closed;
  if (of_category(error, websocket::error::closed)) return Reason::bad_frame;
  const bool of_tls = error.category() == asio::error::get_ssl_category() ||
                      error == boost::system::errc::protocol_error;
  return of_tls ? make_error_code(ClientError::tls_failed) : error;
}

Error upgrade_failure(const Error& error) {
  const bool not_a_websocket = of_category(error, websocket::error::closed) ||
                               of_category(error, beast::http::error::end_of_stream);
  return not_a_websocket ? make_error_code(ClientError::upgrade_refused) : in_our_words(error);
}

}  // namespace

struct ClientConnection::Impl {
  Impl(const asio::any_io_executor& executor, const ClientTls& tls_context)
      : tls(tls_context),
        resolver(executor),
        stream(tcp::socket(executor), tls.context().native_handle(), TlsRole::client),
        open_watch(executor),
        write_watch(executor),
        close_watch(executor) {}

  tcp::socket& socket() { return stream.next_layer().next_layer(); }
  ssl_st* native_tls() { return stream.next_layer().native_handle(); }

  void cut() {
    is_cut = true;
    resolver.cancel();
    close_socket();
  }
  // Whatever it says itself adds nothing.
  void close_socket() {
    Error ignored;
    socket().close(ignored);
  }
  // What is under way ends with an error, which is_late explains.
  void too_late() {
    is_late = true;
    close_socket();
  }
  Error in_time_or(const Error& error) const {
    return is_late ? make_error_code(Reason::time_limit) : in_our_words(error);
  }

  asio::awaitable<Error> connect(const Endpoint& endpoint);
  asio::awaitable<Error> upgrade(const Endpoint& endpoint);

  ClientTls tls;
  tcp::resolver resolver;
  WebSocket stream;
  Watch open_watch;
  Watch write_watch;
  Watch close_watch;
  std::size_t largest_frame = kMaxFirstFrameBytes;
  bool is_cut = false;
  bool is_late = false;
};

ClientConnection::ClientConnection(const asio::any_io_executor& executor, const ClientTls& tls)
    : impl_(std::make_unique<Impl>(executor, tls)) {}
ClientConnection::~ClientConnection() = default;

asio::awaitable<Error> ClientConnection::Impl::connect(const Endpoint& endpoint) {
  const std::string port = std::to_string(endpoint.port);
  auto resolved = co_await resolver.async_resolve(endpoint.host, port, kTuple);
  if (std::get<0>(resolved)) co_return std::get<0>(resolved);
  if (is_cut) co_return make_error_code(asio::error::operation_aborted);
  const tcp::resolver::results_type addresses = std::get<1>(resolved);
  Error error = asio::error::host_not_found;
  for (const auto& entry : addresses) {
    close_socket();
    is_late = false;
    open_watch.start(kConnectLimit, [this] { too_late(); });
    const tcp::endpoint address = entry.endpoint();
    const auto connected = co_await socket().async_connect(address, kTuple);
    open_watch.stop();
    error = in_time_or(std::get<0>(connected));
    if (is_cut) co_return make_error_code(asio::error::operation_aborted);
    if (!error) break;
  }
  if (error) co_return error;
  const tcp::no_delay no_delay(true);
  socket().set_option(no_delay, error);
  co_return error;
}

asio::awaitable<Error> ClientConnection::Impl::upgrade(const Endpoint& endpoint) {
  const std::string name = endpoint.server_name.empty() ? endpoint.host : endpoint.server_name;
  const auto expected = expect_server(native_tls(), name, tls.checks_name());
  if (!expected) co_return expected.error();
  open_watch.start(kHandshakeLimit, [this] { too_late(); });
  const auto shaken = co_await stream.next_layer().async_handshake(kTuple);
  open_watch.stop();
  const Error tls_error = std::get<0>(shaken);
  if (tls_error) {
    const Error named = handshake_failure(native_tls(), tls_error);
    co_return in_time_or(named);
  }
  // From here on the WebSocket keeps time itself.
  const websocket::stream_base::timeout limits{kHandshakeLimit, kIdleLimit, true};
  stream.set_option(limits);
  const std::string authority = name + ":" + std::to_string(endpoint.port);
  const std::string target = "/";
  auto upgraded = co_await stream.async_handshake(authority, target, kTuple);
  const Error error = std::get<0>(upgraded);
  if (error) co_return upgrade_failure(error);
  stream.binary(true);
  stream.read_message_max(0);  // read() has a limit of its own
  stream.auto_fragment(false);
  stream.write_buffer_bytes(kWriteBufferBytes);
  co_return Error();
}

asio::awaitable<Error> ClientConnection::open(const Endpoint& endpoint) {
  const Error not_connected = co_await impl_->connect(endpoint);
  if (not_connected) co_return not_connected;
  const Error not_upgraded = co_await impl_->upgrade(endpoint);
  co_return not_upgraded;
}

// The limit is held here, piece by piece: Beast's own closes first, and then its error is whatever
// came of that.
asio::awaitable<Result<Bytes>> ClientConnection::read() {
  Bytes frame;
  auto buffer = asio::dynamic_buffer(frame);
  bool done = false;
  while (!done) {
    const std::size_t room = impl_->largest_frame - frame.size() + 1;
    auto got = co_await impl_->stream.async_read_some(buffer, room, kTuple);
    const Error error = in_our_words(std::get<0>(got));
    if (error) co_return error;
    if (frame.size() > impl_->largest_frame) co_return Reason::message_too_large;
    done = impl_->stream.is_message_done();
  }
  if (!impl_->stream.got_binary()) co_return Reason::bad_frame;
  co_return frame;
}

asio::awaitable<Error> ClientConnection::write(const Bytes& frame) {
  const auto buffer = asio::buffer(frame);
  impl_->write_watch.start(kWriteLimit, [impl = impl_.get()] {
    impl->is_late = true;
    impl->cut();
  });
  auto written = co_await impl_->stream.async_write(buffer, kTuple);
  impl_->write_watch.stop();
  const Error error = std::get<0>(written);
  co_return impl_->in_time_or(error);
}

asio::awaitable<Error> ClientConnection::close(Error why) {
  const std::string name = why ? why.message() : std::string();
  const websocket::close_code code =
      why ? websocket::close_code::protocol_error : websocket::close_code::normal;
  const websocket::close_reason reason(code, name);
  impl_->close_watch.start(kCloseLimit, [impl = impl_.get()] { impl->cut(); });
  auto closed = co_await impl_->stream.async_close(reason, kTuple);
  impl_->close_watch.stop();
  cut();
  const Error error = std::get<0>(closed);
  co_return in_our_words(error);
}

void ClientConnection::set_largest_frame(std::size_t bytes) {
  impl_->largest_frame = bytes;
}

Result<Hash> ClientConnection::exporter() const {
  return client_exporter(impl_->native_tls());
}

void ClientConnection::cut() {
  impl_->cut();
}

}  // namespace blindsum
