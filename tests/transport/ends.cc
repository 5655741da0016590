#include "tests/transport/ends.h"

#include <stdexcept>

#include "tests/server/world.h"

namespace blindsum {

using boost::asio::ip::tcp;

Ends::Ends() {
  write_certificate(folder_ / "crt", folder_ / "key");
  TlsContext::Failure failure;
  server_context_ = TlsContext::load(folder_ / "crt", folder_ / "key", failure);
  if (!server_context_) throw std::runtime_error(failure.what);
  client_context_.emplace(ClientTls::load(folder_ / "crt").value());
  tcp::acceptor acceptor(io_, {boost::asio::ip::address_v4::loopback(), 0});
  tcp::socket socket(io_);
  socket.connect(acceptor.local_endpoint());
  server_.emplace(acceptor.accept(), server_context_->native(), TlsRole::server);
  client_.emplace(std::move(socket), client_context_->context().native_handle(), TlsRole::client);
}

bool Ends::run_until(const Outcome& one, const Outcome& other) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  io_.restart();
  while (!one.done || !other.done) {
    if (io_.run_one_until(until) == 0) return one.done && other.done;
  }
  return true;
}

bool Ends::shake() {
  Outcome served;
  Outcome asked;
  server_->async_handshake(served.handler());
  client_->async_handshake(asked.handler());
  return run_until(served, asked) && !served.error && !asked.error;
}

}  // namespace blindsum
