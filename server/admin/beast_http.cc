#include "server/admin/beast_http.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <string>

#include "server/admin/deadline.h"
#include "server/connection_error.h"
#include "transport/tls_stream.h"

namespace blindsum::detail {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

// Only what g++ 12 compiles rightly is written around a co_await: see beast_connection.cc.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::seconds kRequestLimit{5};  // TLS, header and body
constexpr std::chrono::seconds kWriteLimit{5};    // for a piece of the answer
constexpr std::chrono::seconds kLinger{1};
constexpr std::chrono::milliseconds kFeedStep{200};
constexpr std::chrono::milliseconds kTurn{1};  // of others, during work
constexpr int kQuietSteps = 50;                // then a comment shows that the line lives
constexpr std::uint32_t kHeaderBytes = 8192;
constexpr std::uint64_t kBodyBytes = std::uint64_t{64} << 10;

bool is_certified(tcp::socket&) {
  return false;
}
bool is_certified(TlsStream& stream) {
  return tls_certified(stream.native_handle());
}

std::string subject_of(tcp::socket&) {
  return {};
}
std::string subject_of(TlsStream& stream) {
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      SSL_get1_peer_certificate(stream.native_handle()), X509_free);
  if (!certificate) return {};
  std::array<char, 256> text{};
  X509_NAME_oneline(X509_get_subject_name(certificate.get()), text.data(),
                    static_cast<int>(text.size()));
  return text.data();
}

template <class Message>
void set_headers(Message& message, const AdminResponse& response) {
  message.set(http::field::content_type, response.content_type);
  message.set(http::field::cache_control, "no-store");
  message.set(http::field::connection, "close");
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) message.set(name, value);
}

// Piece by piece: what matters is that the reader goes on reading.
template <class Stream, class Body>
asio::awaitable<void> write_message(Stream& stream, http::response<Body>& message,
                                    Deadline& deadline) {
  http::response_serializer<Body> serializer(message);
  while (!serializer.is_done()) {
    deadline.expires_after(kWriteLimit);
    const auto written = co_await http::async_write_some(stream, serializer, kAwait);
    const Error error = std::get<0>(written);
    if (error) co_return;
  }
}

template <class Stream>
asio::awaitable<void> write_text(Stream& stream, const AdminResponse& response, unsigned version,
                                 Deadline& deadline) {
  http::response<http::string_body> message(http::int_to_status(response.status), version);
  set_headers(message, response);
  message.body() = response.body;
  message.prepare_payload();
  // What stands there would be taken for the length of what is not sent.
  if (message.result() == http::status::not_modified) message.erase(http::field::content_length);
  co_await write_message(stream, message, deadline);
}

template <class Stream>
asio::awaitable<void> write_file(Stream& stream, const AdminResponse& response, unsigned version,
                                 Deadline& deadline) {
  http::response<http::file_body> message(http::int_to_status(response.status), version);
  Error error;
  message.body().open(response.file.c_str(), beast::file_mode::scan, error);
  if (error) {
    const auto missing = error_response(404, "not_found");
    co_await write_text(stream, missing, version, deadline);
    co_return;
  }
  set_headers(message, response);
  message.prepare_payload();
  co_await write_message(stream, message, deadline);
}

template <class Stream>
asio::awaitable<void> write_feed(Stream& stream, const AdminResponse& response, unsigned version,
                                 Deadline& deadline) {
  http::response<http::empty_body> head(http::int_to_status(response.status), version);
  set_headers(head, response);
  http::response_serializer<http::empty_body> serializer(head);
  deadline.expires_after(kWriteLimit);
  const auto begun = co_await http::async_write_header(stream, serializer, kAwait);
  Error error = std::get<0>(begun);
  asio::steady_timer step(stream.get_executor());
  for (int quiet = 0; !error; ++quiet) {
    auto text = response.feed->take();
    if (!text) break;
    if (text->empty() && quiet >= kQuietSteps) text = ": nothing new\n\n";
    if (!text->empty()) {
      quiet = 0;
      deadline.expires_after(kWriteLimit);
      const auto written = co_await asio::async_write(stream, asio::buffer(*text), kAwait);
      error = std::get<0>(written);
      deadline.expires_after(std::chrono::hours(1));
    }
    step.expires_after(kFeedStep);
    const auto waited = co_await step.async_wait(kAwait);
    static_cast<void>(waited);
  }
}

// What the parser refuses is told, where it was a request at all.
AdminResponse broken_request(const Error& error) {
  if (error == http::error::body_limit) return error_response(413, "body_too_large");
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return error_response(431, "header_too_large");
  }
  return error_response(400, "bad_request", error.message());
}

bool is_of_parser(const Error& error) {
  return error.category() == make_error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

std::string text_of(beast::string_view view) {
  return {view.data(), view.size()};
}

AdminRequest head_of(const http::request<http::string_body>& message) {
  AdminRequest request;
  request.method = std::string(message.method_string());
  request.authorization = text_of(message[http::field::authorization]);
  request.last_event_id = text_of(message["Last-Event-ID"]);
  request.if_none_match = text_of(message[http::field::if_none_match]);
  request.host = text_of(message[http::field::host]);
  request.origin = text_of(message[http::field::origin]);
  return request;
}

// Into `response`, whose status is 0 if there is nothing to say; and then the handler hears of it.
void turn_away(AdminHandler& handler, const AdminRequest& head, AdminResponse what,
               AdminResponse& response) {
  response = std::move(what);
  handler.turned_away(head, response);
}

template <class Stream>
asio::awaitable<AdminResponse> take_request(Stream& stream, AdminHandler& handler,
                                            std::string peer) {
  beast::flat_buffer buffer(kHeaderBytes + kBodyBytes);
  http::request_parser<http::string_body> parser;
  parser.header_limit(kHeaderBytes);
  parser.body_limit(kBodyBytes);
  const auto headed = co_await http::async_read_header(stream, buffer, parser, kAwait);
  Error error = std::get<0>(headed);
  AdminResponse response;
  response.status = 0;  // nothing to say
  auto request = head_of(parser.get());
  request.peer = std::move(peer);
  request.certified = is_certified(stream);
  request.subject = subject_of(stream);
  const auto target = parser.get().target();
  const bool good = parse_target({target.data(), target.size()}, request);
  if (error && is_of_parser(error)) turn_away(handler, request, broken_request(error), response);
  if (error) co_return response;
  if (!good) {
    turn_away(handler, request, error_response(400, "bad_target"), response);
    co_return response;
  }
  auto refusal = handler.refuse(request);
  if (refusal) co_return *std::move(refusal);
  const auto whole = co_await http::async_read(stream, buffer, parser, kAwait);
  error = std::get<0>(whole);
  if (error && is_of_parser(error)) turn_away(handler, request, broken_request(error), response);
  if (error) co_return response;
  request.body = std::move(parser.get().body());
  response = handler.answer(request);
  co_return response;
}

// Others have their turn between two pieces.
template <class Stream>
asio::awaitable<AdminResponse> finish_work(Stream& stream, std::shared_ptr<AdminWork> work,
                                           Deadline& deadline) {
  asio::steady_timer turn(stream.get_executor());
  while (true) {
    deadline.expires_after(kWriteLimit);
    auto done = work->go_on();
    if (done) co_return *std::move(done);
    turn.expires_after(kTurn);
    const auto waited = co_await turn.async_wait(kAwait);
    static_cast<void>(waited);
  }
}

// What is still on its way in would make the system throw away what is on its way out.
asio::awaitable<void> say_goodbye(tcp::socket& socket, Deadline& deadline) {
  deadline.expires_after(kLinger);
  Error ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> rest{};
  Error error;
  while (!error) {
    const auto read = co_await socket.async_read_some(asio::buffer(rest), kAwait);
    error = std::get<0>(read);
  }
}

template <class Stream>
asio::awaitable<void> converse(Stream& stream, AdminHandler& handler, std::string peer,
                               Deadline& deadline) {
  constexpr unsigned version = 11;
  auto response = co_await take_request(stream, handler, std::move(peer));
  if (response.status == 0) co_return;
  if (response.work) {
    auto done = co_await finish_work(stream, std::move(response.work), deadline);
    response = std::move(done);
  }
  if (response.feed) {
    co_await write_feed(stream, response, version, deadline);
  } else if (!response.file.empty()) {
    co_await write_file(stream, response, version, deadline);
  } else {
    co_await write_text(stream, response, version, deadline);
  }
}

// Whoever only looks whether the port is open breaks no rule of TLS.
bool is_of_tls(const Error& error) {
  return error.category() == asio::error::get_ssl_category();
}

asio::awaitable<void> serve_tls(tcp::socket socket, std::string peer, const TlsContext& tls,
                                AdminHandler& handler) {
  TlsStream stream(std::move(socket), tls.native(), TlsRole::server);
  Deadline deadline(stream.next_layer());
  deadline.expires_after(kRequestLimit);
  const auto handshake = co_await stream.async_handshake(kAwait);
  const Error error = std::get<0>(handshake);
  if (is_of_tls(error)) tell_cut(handler, std::move(peer), ConnectionError::tls_failed);
  if (error) co_return;
  co_await converse(stream, handler, std::move(peer), deadline);
  deadline.expires_after(kLinger);
  const auto shut = co_await stream.async_shutdown(kAwait);
  static_cast<void>(shut);
}

}  // namespace

asio::awaitable<void> serve_http(tcp::socket socket, std::string peer, const TlsContext* tls,
                                 AdminHandler& handler) {
  if (tls != nullptr) {
    co_await serve_tls(std::move(socket), std::move(peer), *tls, handler);
    co_return;
  }
  Deadline deadline(socket);
  deadline.expires_after(kRequestLimit);
  co_await converse(socket, handler, std::move(peer), deadline);
  co_await say_goodbye(socket, deadline);
}

}  // namespace blindsum::detail
