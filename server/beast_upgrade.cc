// How a connection begins: TLS, an HTTP request, the upgrade to WebSocket. In a file of its own, as
// it uses other parts of Beast than what comes after, and these take long to compile, too.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "server/beast_connection.h"
#include "server/beast_error.h"
#include "server/tls.h"
#include "transport/websocket_teardown.h"

namespace blindsum::detail {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

// Only what g++ 12 compiles rightly is written around a co_await: see beast_connection.cc.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::uint32_t kHttpHeaderBytes = 8192;
constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 10;

}  // namespace

asio::awaitable<bool> BeastConnection::upgrade() {
  auto& tls = stream_->next_layer();
  const auto handshake = co_await tls.async_handshake(kAwait);
  const Error tls_error = std::get<0>(handshake);
  context_.watcher.see(HandshakeEnded{!tls_error.failed()});
  if (tls_error) {
    const bool too_much = tls_error == boost::system::errc::no_buffer_space;
    if (!why_.failed() && !too_much) detail_ = ": " + tls_error.message();
    fail(too_much ? ConnectionError::too_much_before_hello : ConnectionError::tls_failed);
    co_return false;
  }
  if (const auto exporter = tls_exporter(tls.native_handle())) exporter_ = *exporter;

  beast::flat_buffer buffer(kHttpHeaderBytes);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kHttpHeaderBytes);
  const auto request = co_await http::async_read_header(tls, buffer, parser, kAwait);
  const Error http_error = std::get<0>(request);
  if (http_error) {
    fail(named_error(http_error, ConnectionError::http_failed));
    co_return false;
  }
  if (!websocket::is_upgrade(parser.get())) {
    const unsigned version = parser.get().version();
    co_await answer_plain_http(version);
    co_return false;
  }
  websocket::stream_base::timeout timeouts{};
  timeouts.handshake_timeout = options_.close_limit;
  timeouts.idle_timeout = options_.idle_limit;
  timeouts.keep_alive_pings = true;
  stream_->set_option(timeouts);
  stream_->auto_fragment(false);
  stream_->write_buffer_bytes(kWriteBufferBytes);
  stream_->read_message_max(0);  // read_frame() counts, so that the sender can be told by name
  stream_->binary(true);
  const auto accepted = co_await stream_->async_accept(parser.get(), kAwait);
  const Error accept_error = std::get<0>(accepted);
  if (accept_error) {
    fail(named_error(accept_error, ConnectionError::websocket_failed));
    co_return false;
  }
  co_return true;
}

asio::awaitable<void> BeastConnection::answer_plain_http(unsigned version) {
  fail(ConnectionError::upgrade_required);
  auto& tls = stream_->next_layer();
  http::response<http::string_body> page(http::status::upgrade_required, version);
  page.set(http::field::upgrade, "websocket");
  page.set(http::field::connection, "Upgrade, close");
  page.set(http::field::content_type, "text/plain; charset=utf-8");
  page.body() = "This port is a blindsum aggregator: it speaks WebSocket, to participants.\n";
  page.prepare_payload();
  const auto written = co_await http::async_write(tls, page, kAwait);
  const Error write_error = std::get<0>(written);
  if (write_error) co_return;
  // The answer does not depend on whether the peer closes well, too.
  const auto shut = co_await tls.async_shutdown(kAwait);
  static_cast<void>(shut);
}

}  // namespace blindsum::detail
