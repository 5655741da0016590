#include "server/probe.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <memory>
#include <tuple>
#include <utility>

#include "transport/tls_stream.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

// Only what g++ 12 compiles rightly is written around a co_await: see beast_connection.cc.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::seconds kLimit{3};
constexpr std::size_t kMostAnswer = std::size_t{64} << 10;

struct Answer {
  Error error;
  std::string text;
};

// Sends the question and reads until the other side closes.
template <class Stream>
asio::awaitable<void> ask(Stream& stream, const std::string& question, Answer& answer) {
  const auto written = co_await asio::async_write(stream, asio::buffer(question), kAwait);
  answer.error = std::get<0>(written);
  if (answer.error) co_return;
  const auto read = co_await asio::async_read(
      stream, asio::dynamic_buffer(answer.text, kMostAnswer), asio::transfer_all(), kAwait);
  answer.error = std::get<0>(read);
  // It closes after each answer; without a goodbye, too, if it has said it all.
  if (answer.error && !answer.text.empty()) answer.error = {};
}

asio::awaitable<void> ask_over_tls(TlsStream& stream, const std::string& question, Answer& answer) {
  const auto shaken = co_await stream.async_handshake(kAwait);
  answer.error = std::get<0>(shaken);
  if (answer.error) co_return;
  co_await ask(stream, question, answer);
}

// Runs what was started; an error if it takes too long.
void run(asio::io_context& io, asio::awaitable<void> asking, Answer& answer) {
  bool over = false;
  asio::co_spawn(io, std::move(asking), [&over](const std::exception_ptr&) { over = true; });
  io.run_for(kLimit);
  if (!over) answer.error = asio::error::timed_out;
}

Answer ask_port(const AdminConfig& config, const std::string& question) {
  Answer answer;
  const auto address = asio::ip::make_address(config.address, answer.error);
  if (answer.error) return answer;
  asio::io_context io{1};
  tcp::socket socket(io);
  socket.connect({address, config.port.value_or(0)}, answer.error);
  if (answer.error) return answer;
  if (config.certificate.empty()) {
    run(io, ask(socket, question, answer), answer);
    return answer;
  }
  // The certificate is not looked at: it is this machine's own port, the answer is no secret, and
  // the file may be newer than what the port has.
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  if (!context) {
    answer.error = asio::error::no_memory;
    return answer;
  }
  TlsStream stream(std::move(socket), context.get(), TlsRole::client);
  run(io, ask_over_tls(stream, question, answer), answer);
  return answer;
}

// Told after TLS is made, by a port with `client_ca`: so it is alive, and says no more than that.
bool wants_a_certificate(const Error& error) {
  return ERR_GET_REASON(static_cast<unsigned long>(error.value())) ==
             SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED &&
         ERR_GET_LIB(static_cast<unsigned long>(error.value())) == ERR_LIB_SSL;
}

}  // namespace

Probe probe(const AdminConfig& config, std::string_view path) {
  if (!config.port) return {false, "[admin] has no port, so nothing can be asked"};
  const auto answer = ask_port(
      config, fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path));
  if (!config.client_ca.empty() && wants_a_certificate(answer.error)) {
    return {path == "/healthz",
            fmt::format("it answers, and tells {} to clients with a certificate only", path)};
  }
  if (answer.error) return {false, answer.error.message()};
  const auto body = answer.text.find("\r\n\r\n");
  const auto space = answer.text.find(' ');
  if (body == std::string::npos || space > body) return {false, "no answer of HTTP"};
  auto text = answer.text.substr(body + 4);
  while (text.ends_with('\n')) text.pop_back();
  const auto status = answer.text.substr(space + 1, 3);
  return {status == "200", fmt::format("{} {}", status, text)};
}

}  // namespace blindsum
