#include "server/websocket.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <unordered_map>
#include <utility>

#include "server/address_limits.h"
#include "server/connection_error.h"
#include "server/websocket_connection.h"

namespace blindsum {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
// How late a time limit of a connection may be noticed.
constexpr std::chrono::milliseconds kSweepInterval{200};
// Looking at thousands of idle ones that often would be most of what they cost.
constexpr std::size_t kManyConnections = 256;
constexpr std::chrono::milliseconds kSweepIntervalOfMany{1000};
// After an accept() that failed for want of descriptors: others have to go first.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

void IoGate::post(Job job) {
  const std::lock_guard lock(mutex_);
  if (io_ == nullptr) return;
  asio::post(*io_, [job = std::make_shared<Job>(std::move(job))] { (*job)(); });
}

void IoGate::shut() {
  const std::lock_guard lock(mutex_);
  io_ = nullptr;
}

struct WebSocketServer::Impl {
  Impl(const WebSocketOptions& given, TlsContext given_tls, Accept on_accept, Log& sink,
       Watcher& sight)
      : options(given),
        accept(std::move(on_accept)),
        log(sink),
        watcher(sight),
        tls(std::move(given_tls)),
        gate(std::make_shared<IoGate>(io)),
        limits(options.max_connections, options.max_connections_per_address,
               options.new_connections_per_address),
        context{options,         tls, accept, [this](std::uint64_t id) { forget(id); },
                unhandled_bytes, log, watcher} {}

  Result<void> bind();
  asio::awaitable<void> accept_all();
  asio::awaitable<void> sweep_all();
  void keep_up(asio::awaitable<void> (Impl::*loop)());
  void begin(tcp::socket socket);
  void forget(std::uint64_t id);
  void close_acceptor();
  void cut_all();

  const WebSocketOptions options;
  const Accept accept;
  Log& log;
  Watcher& watcher;
  asio::io_context io{1};
  TlsContext tls;
  tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  asio::steady_timer sweeper{io};
  std::shared_ptr<IoGate> gate;
  AddressLimits limits;
  std::atomic<std::uint64_t> unhandled_bytes = 0;
  ConnectionContext context;
  std::unordered_map<std::uint64_t, std::shared_ptr<LiveConnection>> live;
  std::uint64_t next_id = 1;
  bool stopped = false;
  std::optional<Instant> finish_at;
};

Result<void> WebSocketServer::Impl::bind() {
  Error error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return error;
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), error);
  if (error) return error;
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return error;
  acceptor.bind(endpoint, error);
  if (error) return error;
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return error;
  return {};
}

asio::awaitable<void> WebSocketServer::Impl::accept_all() {
  while (acceptor.is_open()) {
    auto accepted = co_await acceptor.async_accept(kAwait);
    const Error error = std::get<0>(accepted);
    if (!error) {
      begin(std::move(std::get<1>(accepted)));
    } else if (error != asio::error::operation_aborted) {
      log.warning("accepting connections: {}", error.message());
      pause.expires_after(kAcceptPause);
      const auto paused = co_await pause.async_wait(kAwait);
      static_cast<void>(paused);
    }
  }
}

void WebSocketServer::Impl::begin(tcp::socket socket) {
  // finish() or stop() came after the accept() and before us: nobody would end this one any more.
  if (!acceptor.is_open()) return;
  Error error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;  // it has gone already
  Peer peer{next_id++, endpoint.address().to_string() + ":" + std::to_string(endpoint.port()),
            network_of(endpoint.address())};
  if (const auto admitted = limits.admit(peer.network, io_now()); !admitted) {
    log.warning("a connection from {} was closed at once: {} ({} are open)", peer.name,
                admitted.error().message(), limits.open());
    watcher.see(ConnectionRefused{peer.name, admitted.error().message()});
    return;
  }
  try {
    live.emplace(peer.id, start_connection(std::move(socket), peer, context, gate));
  } catch (const std::exception& exception) {
    limits.release(peer.network);
    log.error("a connection was closed at once: internal_error: {}", exception.what());
  }
}

void WebSocketServer::Impl::forget(std::uint64_t id) {
  const auto found = live.find(id);
  if (found == live.end()) return;
  limits.release(found->second->network());
  live.erase(found);
}

asio::awaitable<void> WebSocketServer::Impl::sweep_all() {
  while (!stopped && !(finish_at && live.empty())) {
    sweeper.expires_after(live.size() < kManyConnections ? kSweepInterval : kSweepIntervalOfMany);
    const auto woken = co_await sweeper.async_wait(kAwait);
    static_cast<void>(woken);
    const Instant now = io_now();
    if (finish_at && now >= *finish_at) cut_all();
    // What ends here leaves `live` later, not while it is being walked.
    for (const auto& [id, connection] : live) connection->sweep(now);
  }
}

// Without one of them nobody would get in any more, or no time limit be kept.
void WebSocketServer::Impl::keep_up(asio::awaitable<void> (Impl::*loop)()) {
  asio::co_spawn(io, (this->*loop)(), [this, loop](const std::exception_ptr& thrown) {
    if (!thrown) return;
    keep_up(loop);
    log.error("internal_error: the listener stumbled, no memory? It goes on");
  });
}

void WebSocketServer::Impl::close_acceptor() {
  Error ignored;  // nothing depends on it: no accept() succeeds any more
  acceptor.close(ignored);
  pause.cancel();
}

void WebSocketServer::Impl::cut_all() {
  stopped = true;
  close_acceptor();
  sweeper.cancel();
  for (const auto& [id, connection] : live) connection->cut(ConnectionError::closed_by_server);
}

WebSocketServer::WebSocketServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
WebSocketServer::WebSocketServer(WebSocketServer&&) noexcept = default;
WebSocketServer::~WebSocketServer() = default;

Result<WebSocketServer> WebSocketServer::listen(const WebSocketOptions& options,
                                                const TlsContext& tls, Accept accept, Log& log,
                                                Watcher& watcher) {
  auto impl = std::make_shared<Impl>(options, tls, std::move(accept), log, watcher);
  BLINDSUM_CHECK(impl->bind());
  return WebSocketServer(std::move(impl));
}

std::uint16_t WebSocketServer::port() const {
  Error error;
  const auto endpoint = impl_->acceptor.local_endpoint(error);
  return error ? 0 : endpoint.port();
}

std::uint64_t WebSocketServer::unhandled_bytes() const {
  return impl_->unhandled_bytes;
}

void WebSocketServer::run() {
  impl_->keep_up(&Impl::accept_all);
  impl_->keep_up(&Impl::sweep_all);
  while (true) {
    try {
      impl_->io.run();
      break;
    } catch (const std::exception& exception) {
      // No memory for one thing; the others go on.
      impl_->log.error("internal_error: {}", exception.what());
    }
  }
  impl_->gate->shut();
}

void WebSocketServer::use(TlsContext tls) {
  impl_->gate->post([impl = impl_.get(), tls = std::move(tls)] { impl->tls = tls; });
}

void WebSocketServer::finish() {
  impl_->gate->post([impl = impl_.get()] {
    impl->close_acceptor();
    impl->finish_at = io_now() + impl->options.close_limit;
    impl->sweeper.cancel();
  });
}

void WebSocketServer::stop() {
  impl_->gate->post([impl = impl_.get()] { impl->cut_all(); });
}

}  // namespace blindsum
