#include "client/cli/admin_http.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "client/cli/admin_advice.h"
#include "support/files.h"

namespace blindsum::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::uint64_t kMostBody = std::uint64_t{1} << 33;
constexpr std::uint64_t kMostToken = 1024;

std::optional<std::string> read_token(const std::string& file, std::string& problem) {
  if (file.empty()) return std::string();
  auto text = read_text_file(file, kMostToken);
  if (!text) {
    problem = "--token " + file + ": " + text.error().message();
    return std::nullopt;
  }
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  return *std::move(text);
}

template <class Stream>
std::optional<AdminAnswer> converse(Stream& stream, http::request<http::string_body>& request,
                                    const TakePiece& take, Error& error) {
  http::write(stream, request, error);
  // An answer may have come all the same: a request that is too large is refused early.
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMostBody);
  Error reading;
  http::read_header(stream, buffer, parser, reading);
  if (reading) {
    if (!error) error = reading;
    return std::nullopt;
  }
  error = {};
  auto& message = parser.get();
  const bool streams = take && message.result_int() == 200;
  while (!parser.is_done() && !error) {
    http::read_some(stream, buffer, parser, error);
    if (!streams) continue;
    if (!message.body().empty() && !take(message.body())) break;
    message.body().clear();
  }
  // A server that ends a stream, or says no goodbye in TLS after all was said, has said all.
  if (error == asio::ssl::error::stream_truncated || error == http::error::end_of_stream)
    error = {};
  if (error) return std::nullopt;
  const auto type = message[http::field::content_type];
  return AdminAnswer{message.result_int(), std::string(type.data(), type.size()),
                     std::move(message.body())};
}

bool prepare_tls(asio::ssl::context& context, const AdminPlace& place, std::string& problem) {
  Error error;
  context.set_verify_mode(asio::ssl::verify_peer);
  const auto failed = [&](const std::string& file) {
    if (error) problem = file + ": " + error.message();
    return error.failed();
  };
  if (place.ca.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(place.ca, error);
  }
  if (failed(place.ca)) return false;
  if (place.certificate.empty()) return true;
  context.use_certificate_chain_file(place.certificate, error);
  if (failed(place.certificate)) return false;
  context.use_private_key_file(place.key, asio::ssl::context::pem, error);
  return !failed(place.key);
}

http::request<http::string_body> make_request(const AdminUrl& url, const std::string& method,
                                              const std::string& target, const std::string& body,
                                              const std::string& token) {
  http::request<http::string_body> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, url.host + ":" + url.port);
  request.set(http::field::connection, "close");
  if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  request.body() = body;
  request.prepare_payload();
  return request;
}

}  // namespace

std::optional<AdminUrl> parse_admin_url(std::string_view text) {
  AdminUrl url;
  url.tls = text.starts_with("https://");
  if (!url.tls && !text.starts_with("http://")) return std::nullopt;
  text.remove_prefix(url.tls ? 8 : 7);
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  url.host = text.substr(0, colon);
  url.port = text.substr(colon + 1);
  if (url.host.starts_with('[') && url.host.ends_with(']')) {
    url.host = url.host.substr(1, url.host.size() - 2);
  }
  const bool good = !url.host.empty() && !url.port.empty() &&
                    url.port.find_first_not_of("0123456789") == std::string::npos;
  return good ? std::optional(url) : std::nullopt;
}

std::optional<AdminAnswer> ask_admin(const AdminPlace& place, const AdminUrl& url,
                                     const std::string& method, const std::string& target,
                                     const std::string& body, const TakePiece& take,
                                     std::string& problem) {
  const auto token = read_token(place.token_file, problem);
  if (!token) return std::nullopt;
  auto request = make_request(url, method, target, body, *token);
  asio::io_context io;
  asio::ssl::context context(asio::ssl::context::tls_client);
  if (url.tls && !prepare_tls(context, place, problem)) return std::nullopt;
  Error error;
  asio::ssl::stream<tcp::socket> stream(io, context);
  const auto found = tcp::resolver(io).resolve(url.host, url.port, error);
  if (!error) asio::connect(stream.next_layer(), found, error);
  std::optional<AdminAnswer> answer;
  if (!error && url.tls) {
    stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
    stream.handshake(asio::ssl::stream_base::client, error);
    if (!error) answer = converse(stream, request, take, error);
  } else if (!error) {
    answer = converse(stream.next_layer(), request, take, error);
  }
  if (!answer) {
    const auto advice = connection_advice(error, url.tls);
    problem = place.url + ": " + error.message();
    if (!advice.empty()) problem += ": " + std::string(advice);
  }
  return answer;
}

}  // namespace blindsum::cli
