#include "server/probe.h"

#include <fmt/core.h>
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <chrono>
#include <memory>
#include <tuple>
#include <utility>

#include "transport/tls_policy.h"
#include "transport/tls_stream.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

// Only what g++ 12 compiles rightly is written around a co_await: see beast_connection.cc.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::seconds kLimit{3};
constexpr std::size_t kMostAnswer = std::size_t{64} << 10;

struct Question {
  tcp::endpoint where;
  bool tls = false;
  std::string request;
  std::string answer;
  Error error = asio::error::timed_out;  // until it is answered
};

// Until the other side closes, which it does after one answer.
template <class Stream>
asio::awaitable<void> converse(Stream& stream, Question& question) {
  const auto written = co_await asio::async_write(stream, asio::buffer(question.request), kAwait);
  question.error = std::get<0>(written);
  if (question.error) co_return;
  question.error = asio::error::timed_out;
  auto room = asio::dynamic_buffer(question.answer, kMostAnswer);
  const auto read = co_await asio::async_read(stream, room, kAwait);
  question.error = std::get<0>(read);
  if (!question.answer.empty()) question.error = {};
}

// Not verified: nothing secret is sent, and a certificate that was renewed on disk or has ended
// must not make a process that lives look dead.
std::shared_ptr<SSL_CTX> tls_client() {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  const bool good = context && set_tls_policy(context.get());
  if (good) SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  return good ? context : nullptr;
}

asio::awaitable<void> ask(asio::io_context& io, Question& question) {
  tcp::socket socket(io);
  const auto connected = co_await socket.async_connect(question.where, kAwait);
  question.error = std::get<0>(connected);
  if (question.error) co_return;
  question.error = asio::error::timed_out;
  if (!question.tls) {
    co_await converse(socket, question);
    co_return;
  }
  const auto context = tls_client();
  if (!context) {
    question.error = asio::error::no_recovery;
    co_return;
  }
  TlsStream stream(std::move(socket), context.get(), TlsRole::client);
  const auto shaken = co_await stream.async_handshake(kAwait);
  question.error = std::get<0>(shaken);
  if (question.error) co_return;
  question.error = asio::error::timed_out;
  co_await converse(stream, question);
}

// "HTTP/1.1 200 OK" and so on; the body's last line ends go.
Probe read_answer(const std::string& answer) {
  constexpr std::string_view version = "HTTP/1.1 ";
  unsigned status = 0;
  const auto* const begin = answer.data() + std::min(version.size(), answer.size());
  const auto read = std::from_chars(begin, answer.data() + answer.size(), status);
  if (!answer.starts_with(version) || read.ec != std::errc{}) {
    return {false, "what answers there is no blindsumd"};
  }
  const auto body = answer.find("\r\n\r\n");
  auto text = body == std::string::npos ? "" : answer.substr(body + 4);
  while (text.ends_with('\n')) text.pop_back();
  return {status == 200, fmt::format("{} {}", status, text)};
}

}  // namespace

Probe probe(const AdminConfig& config, std::string_view path) {
  if (!config.port) return {false, "[admin] has no port, so nothing can be asked"};
  Question question;
  const auto address = asio::ip::make_address(config.address, question.error);
  if (question.error) return {false, question.error.message()};
  question.where = {address, *config.port};
  question.tls = !config.certificate.empty();
  question.request =
      fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
  question.error = asio::error::timed_out;
  asio::io_context io{1};
  asio::co_spawn(io, ask(io, question), asio::detached);
  io.run_for(kLimit);
  if (question.error) return {false, question.error.message()};
  return read_answer(question.answer);
}

}  // namespace blindsum
