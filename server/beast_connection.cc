#include "server/beast_connection.h"

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <utility>

#include "protocol/round/reason.h"
#include "server/tls.h"

namespace blindsum {
namespace detail {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

// g++ 12 miscompiles much of what may stand around a co_await. What is safe on every compiler is
// `auto x = co_await call(named arguments);`, and nothing else is written here.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::uint32_t kHttpHeaderBytes = 8192;
// An idle session waits with a small buffer; one that receives an upload gets a large one.
constexpr std::size_t kFirstReadBytes = 4096;
constexpr std::size_t kNextReadBytes = std::size_t{64} << 10;
constexpr std::size_t kWriteBufferBytes = std::size_t{64} << 10;

// The library's error as one of ours. `otherwise` is what a broken handshake of this stage is.
Error named(const Error& error, ConnectionError otherwise) {
  if (error == websocket::error::closed || error == asio::error::eof ||
      error == asio::error::connection_reset || error == asio::error::operation_aborted ||
      error == asio::error::broken_pipe || error == asio::ssl::error::stream_truncated) {
    return ConnectionError::closed_by_peer;
  }
  if (error == beast::error::timeout) return ConnectionError::idle_timeout;
  if (error.category() == asio::error::get_ssl_category()) return ConnectionError::tls_failed;
  if (error.category() == boost::system::system_category()) return error;
  return otherwise;
}

}  // namespace

void BeastConnection::spawn(asio::awaitable<void> coroutine) {
  ++coroutines_;
  asio::co_spawn(stream_->get_executor(), std::move(coroutine),
                 [self = shared_from_this()](const std::exception_ptr& thrown) {
                   self->coroutine_ended(thrown);
                 });
}

void BeastConnection::coroutine_ended(const std::exception_ptr& thrown) {
  if (thrown) {
    context_.log.error("session {} ({}): internal_error, no memory?", id_, peer_);
    cut(Reason::internal_error);
  }
  if (--coroutines_ > 0) return;
  if (!why_.failed()) why_ = ConnectionError::closed_by_peer;
  // Whoever holds this object for longer than the listener lives must not hold its executor.
  stream_.reset();
  wake_.reset();
  outbox_.clear();
  if (events_) {
    std::exchange(events_, nullptr)->closed(why_);
  } else {
    context_.log.info("session {} ({}): not opened: {}{}", id_, peer_, why_.message(), detail_);
  }
  context_.gone(id_);
}

asio::awaitable<void> BeastConnection::run(Self self) {
  const bool upgraded = co_await upgrade();
  if (upgraded) {
    limit_at_.reset();
    events_ = context_.accept(self);
    while (true) {
      Bytes frame;
      const bool whole = co_await read_frame(frame);
      if (!whole) break;
      if (!finishing_) {
        unconsumed_ += frame.size();
        events_->received(std::move(frame));
      }
      co_await wait_until_consumed();
    }
    if (violated_) co_await wait_until_finishing();
  }
  // A write that is under way, and the close after it, end by themselves or by their limits.
  if (!finishing_) cut(why_);
}

asio::awaitable<bool> BeastConnection::upgrade() {
  auto& tls = stream_->next_layer();
  const auto handshake = co_await tls.async_handshake(asio::ssl::stream_base::server, kAwait);
  const Error tls_error = std::get<0>(handshake);
  if (tls_error) {
    if (!why_.failed()) detail_ = ": " + tls_error.message();
    fail(ConnectionError::tls_failed);
    co_return false;
  }
  if (const auto exporter = tls_exporter(tls.native_handle())) exporter_ = *exporter;

  beast::flat_buffer buffer(kHttpHeaderBytes);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kHttpHeaderBytes);
  const auto request = co_await http::async_read_header(tls, buffer, parser, kAwait);
  const Error http_error = std::get<0>(request);
  if (http_error) {
    fail(named(http_error, ConnectionError::http_failed));
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
    fail(named(accept_error, ConnectionError::websocket_failed));
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

// One message, or part of what is thrown away while the connection finishes; false when reading is
// over.
asio::awaitable<bool> BeastConnection::read_frame(Bytes& frame) {
  std::size_t filled = 0;
  while (true) {
    const std::size_t step = filled == 0 ? kFirstReadBytes : kNextReadBytes;
    frame.resize(filled + step);
    const auto buffer = asio::buffer(frame.data() + filled, step);
    const auto read = co_await stream_->async_read_some(buffer, kAwait);
    const Error read_error = std::get<0>(read);
    if (read_error) {
      fail(named(read_error, ConnectionError::websocket_failed));
      co_return false;
    }
    filled += std::get<1>(read);
    if (finishing_) filled = 0;
    const bool text = stream_->got_text();
    if (!finishing_ && (text || filled > largest_frame_)) {
      const Error what = text ? Reason::bad_frame : Reason::message_too_large;
      fail(what);
      // The receiver answers with finish(); whatever else the peer sends meanwhile is not read.
      violated_ = true;
      limit_at_ = io_now() + options_.close_limit;
      events_->violated(what);
      co_return false;
    }
    if (stream_->is_message_done()) break;
  }
  frame.resize(filled);
  co_return true;
}

asio::awaitable<void> BeastConnection::wait_until_consumed() {
  while (unconsumed_ > largest_frame_ && !finishing_ && !why_.failed()) {
    const auto woken = co_await wake_->async_wait(kAwait);
    static_cast<void>(woken);
  }
}

asio::awaitable<void> BeastConnection::wait_until_finishing() {
  while (!finishing_ && limit_at_) {
    const auto woken = co_await wake_->async_wait(kAwait);
    static_cast<void>(woken);
  }
}

template <class Item>
void BeastConnection::queue(const Item& item) {
  if (!stream_ || finishing_ || !events_) return;
  if (outbox_.push(item)) {
    begin_writing();
  } else {
    cut(Reason::slow_reader);
  }
}

void BeastConnection::finish_now(const SharedBytes& last) {
  if (!stream_ || finishing_) return;
  finishing_ = true;
  limit_at_ = io_now() + options_.close_limit;
  // No room for it means that the peer does not read: then it is not told why.
  if (last && !outbox_.push(last)) outbox_.clear();
  begin_writing();
  wake();
}

void BeastConnection::begin_writing() {
  if (std::exchange(writing_, true)) return;
  spawn(write_waiting(shared_from_this()));
}

asio::awaitable<void> BeastConnection::write_waiting([[maybe_unused]] Self self) {
  while (auto message = outbox_.next()) {
    write_limit_at_ = io_now() + options_.write_limit;
    const std::array<asio::const_buffer, 2> buffers{
        asio::buffer(message->header), asio::buffer(message->body.data(), message->body.size())};
    const auto written = co_await stream_->async_write(buffers, kAwait);
    write_limit_at_.reset();
    const Error write_error = std::get<0>(written);
    if (write_error) {
      cut(named(write_error, ConnectionError::websocket_failed));
      co_return;
    }
  }
  if (finishing_) {
    const websocket::close_reason reason(websocket::close_code::normal);
    const auto closed = co_await stream_->async_close(reason, kAwait);
    const Error close_error = std::get<0>(closed);
    cut(close_error ? named(close_error, ConnectionError::websocket_failed)
                    : Error(ConnectionError::closed_by_peer));
  }
  writing_ = false;
}

void BeastConnection::sweep(Instant now) {
  if (limit_at_ && now >= *limit_at_) {
    cut(events_ ? Error(Reason::slow_reader) : Error(ConnectionError::handshake_timeout));
  } else if (write_limit_at_ && now >= *write_limit_at_) {
    cut(Reason::slow_reader);
  }
}

void BeastConnection::cut(Error why) {
  if (!stream_) return;
  fail(why);
  limit_at_.reset();
  write_limit_at_.reset();
  outbox_.clear();
  // Makes everything that is under way come back with an error. What it says itself adds nothing.
  Error ignored;
  beast::get_lowest_layer(*stream_).close(ignored);
  wake();
}

}  // namespace detail

std::shared_ptr<LiveConnection> start_connection(boost::asio::ip::tcp::socket socket,
                                                 std::uint64_t id, const ConnectionContext& context,
                                                 std::shared_ptr<IoGate> gate) {
  Error error;
  const auto endpoint = socket.remote_endpoint(error);
  std::string peer = error ? "unknown" : endpoint.address().to_string();
  if (!error) peer += ":" + std::to_string(endpoint.port());
  // Chunks are written whole: waiting for more to fill a segment only delays small messages.
  socket.set_option(boost::asio::ip::tcp::no_delay(true), error);
  const auto connection = std::make_shared<detail::BeastConnection>(
      std::move(socket), id, std::move(peer), context, std::move(gate));
  connection->start();
  return connection;
}

Instant io_now() {
  return std::chrono::duration_cast<Instant>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace blindsum
