#include "server/admin.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

namespace blindsum {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using tcp = asio::ip::tcp;

// Only what g++ 12 compiles rightly is written around a co_await: see beast_connection.cc.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::seconds kRequestLimit{5};
constexpr std::uint32_t kHeaderBytes = 4096;
constexpr unsigned kMostAtOnce = 16;
constexpr std::chrono::milliseconds kPause{100};

using Request = http::request<http::empty_body>;
using Page = http::response<http::string_body>;

Page page_of(const Request& request, http::status status, const json::object& content) {
  Page page(status, request.version());
  page.set(http::field::content_type, "application/json");
  page.set(http::field::cache_control, "no-store");
  page.set(http::field::connection, "close");
  page.body() = json::serialize(content) + "\n";
  page.prepare_payload();
  return page;
}

Page ready_page(const Request& request, const Readiness& readiness) {
  json::array reasons;
  for (const auto& reason : readiness.reasons) reasons.emplace_back(reason);
  const auto status = readiness.ready ? http::status::ok : http::status::service_unavailable;
  return page_of(request, status, {{"ready", readiness.ready}, {"reasons", std::move(reasons)}});
}

}  // namespace

struct AdminServer::Impl {
  explicit Impl(std::function<Readiness()> asked) : readiness(std::move(asked)) {}

  Result<void> listen(const AdminConfig& config);
  void run();
  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(tcp::socket socket);
  Page answer(const Request& request) const;

  const std::function<Readiness()> readiness;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  unsigned open = 0;
  std::thread thread;
};

Result<void> AdminServer::Impl::listen(const AdminConfig& config) {
  Error error;
  const auto address = asio::ip::make_address(config.address, error);
  if (error) return error;
  const tcp::endpoint endpoint(address, config.port.value_or(0));
  acceptor.open(endpoint.protocol(), error);
  if (error) return error;
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return error;
  acceptor.bind(endpoint, error);
  if (error) return error;
  acceptor.listen(kMostAtOnce, error);
  if (error) return error;
  return {};
}

void AdminServer::Impl::run() {
  asio::co_spawn(io, accept_all(), asio::detached);
  while (true) {
    try {
      io.run();
      return;
    } catch (const std::exception&) {
      // No memory for one answer; the next may have it.
    }
  }
}

asio::awaitable<void> AdminServer::Impl::accept_all() {
  while (acceptor.is_open()) {
    auto accepted = co_await acceptor.async_accept(kAwait);
    const Error error = std::get<0>(accepted);
    if (!error && open < kMostAtOnce) {
      ++open;
      asio::co_spawn(io, serve(std::move(std::get<1>(accepted))),
                     [this](const std::exception_ptr&) { --open; });
    }
    if (error) {
      pause.expires_after(kPause);
      const auto paused = co_await pause.async_wait(kAwait);
      static_cast<void>(paused);
    }
  }
}

asio::awaitable<void> AdminServer::Impl::serve(tcp::socket socket) {
  beast::tcp_stream stream(std::move(socket));
  stream.expires_after(kRequestLimit);
  beast::flat_buffer buffer(kHeaderBytes);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kHeaderBytes);
  const auto read = co_await http::async_read(stream, buffer, parser, kAwait);
  const Error read_error = std::get<0>(read);
  if (read_error) co_return;
  const Page page = answer(parser.get());
  const auto written = co_await http::async_write(stream, page, kAwait);
  static_cast<void>(written);  // who asked has gone: nobody else has to know
  Error ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

Page AdminServer::Impl::answer(const Request& request) const {
  const bool alive = request.target() == "/healthz";
  if (!alive && request.target() != "/readyz") {
    return page_of(request, http::status::not_found, {{"error", "not_found"}});
  }
  if (request.method() != http::verb::get) {
    auto page =
        page_of(request, http::status::method_not_allowed, {{"error", "method_not_allowed"}});
    page.set(http::field::allow, "GET");
    return page;
  }
  if (alive) return page_of(request, http::status::ok, {{"alive", true}});
  return ready_page(request, readiness());
}

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

AdminServer::~AdminServer() {
  impl_->io.stop();
  impl_->thread.join();
}

Result<std::unique_ptr<AdminServer>> AdminServer::start(const AdminConfig& config,
                                                        std::function<Readiness()> readiness) {
  auto impl = std::make_unique<Impl>(std::move(readiness));
  BLINDSUM_CHECK(impl->listen(config));
  impl->thread = std::thread([raw = impl.get()] { raw->run(); });
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(impl)));
}

std::uint16_t AdminServer::port() const {
  Error error;
  const auto endpoint = impl_->acceptor.local_endpoint(error);
  return error ? 0 : endpoint.port();
}

}  // namespace blindsum
