#include "server/admin/admin_server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "server/admin/beast_http.h"
#include "server/admin/places.h"
#include "server/connection_error.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

// Only what g++ 12 compiles rightly is written around a co_await: see beast_connection.cc.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::milliseconds kPause{100};

}  // namespace

struct AdminServer::Impl {
  Impl(std::optional<TlsContext> context, AdminHandler& the_handler)
      : tls(std::move(context)), handler(the_handler) {}

  Result<void> listen(const AdminConfig& config);
  void run();
  void keep_accepting();
  asio::awaitable<void> accept_all();
  void begin(tcp::socket socket);

  std::optional<TlsContext> tls;
  AdminHandler& handler;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  AdminPlaces places;
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
  acceptor.listen(static_cast<int>(AdminPlaces::kMost), error);
  if (error) return error;
  return {};
}

void AdminServer::Impl::run() {
  keep_accepting();
  while (true) {
    try {
      io.run();
      return;
    } catch (const std::exception&) {
      // No memory for one answer; the next may have it.
    }
  }
}

// Without it nobody would get in any more; what throws is that there is no memory for one.
void AdminServer::Impl::keep_accepting() {
  asio::co_spawn(io, accept_all(), [this](const std::exception_ptr& thrown) {
    if (thrown) keep_accepting();
  });
}

void AdminServer::Impl::begin(tcp::socket socket) {
  Error error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;  // it has gone already
  const auto address = endpoint.address();
  auto peer = address.to_string() + ":" + std::to_string(endpoint.port());
  if (!places.take(address)) {
    return tell_cut(handler, std::move(peer), ConnectionError::too_many_connections);
  }
  try {
    asio::co_spawn(
        io, detail::serve_http(std::move(socket), std::move(peer), tls ? &*tls : nullptr, handler),
        [this, address](const std::exception_ptr&) { places.leave(address); });
  } catch (const std::exception&) {
    places.leave(address);
    throw;
  }
}

asio::awaitable<void> AdminServer::Impl::accept_all() {
  while (acceptor.is_open()) {
    auto accepted = co_await acceptor.async_accept(kAwait);
    const Error error = std::get<0>(accepted);
    if (!error) begin(std::move(std::get<1>(accepted)));
    if (error) {
      pause.expires_after(kPause);
      const auto paused = co_await pause.async_wait(kAwait);
      static_cast<void>(paused);
    }
  }
}

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

AdminServer::~AdminServer() {
  impl_->io.stop();
  impl_->thread.join();
}

Result<std::unique_ptr<AdminServer>> AdminServer::start(const AdminConfig& config,
                                                        const std::optional<TlsContext>& tls,
                                                        AdminHandler& handler) {
  auto impl = std::make_unique<Impl>(tls, handler);
  BLINDSUM_CHECK(impl->listen(config));
  impl->thread = std::thread([raw = impl.get()] { raw->run(); });
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(impl)));
}

void AdminServer::use(std::optional<TlsContext> tls, std::function<void()> with) {
  asio::post(impl_->io, [impl = impl_.get(), tls = std::move(tls), with = std::move(with)] {
    impl->tls = tls;
    with();
  });
}

std::uint16_t AdminServer::port() const {
  Error error;
  const auto endpoint = impl_->acceptor.local_endpoint(error);
  return error ? 0 : endpoint.port();
}

}  // namespace blindsum
