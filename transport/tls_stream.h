// A stream of TLS over a TCP socket, with the operations that Beast asks of one (AsyncStream). It
// reads and writes the socket itself, so that an idle one keeps little (asio's ssl::stream keeps
// two buffers of a record, and a pair of them in OpenSSL), and it waits only when it has to.
//
// As with any of asio's objects: one reading and one writing operation at a time, all on one
// executor. Closing the socket, next_layer().close(), ends what is under way: operation_aborted.
// Other errors are those of tls_engine.h.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <span>
#include <utility>

#include "transport/tls_engine.h"

namespace blindsum {

class TlsStream;

namespace detail {

// So many buffers of a sequence are looked at; the rest is left to the next call. An HTTP header
// has one a field, and should go out as one record.
inline constexpr std::size_t kMostBuffers = 32;

template <class Buffer>
struct FewBuffers {
  template <class Sequence>
  explicit FewBuffers(const Sequence& sequence) {
    const auto end = boost::asio::buffer_sequence_end(sequence);
    for (auto at = boost::asio::buffer_sequence_begin(sequence); at != end && count < kMostBuffers;
         ++at) {
      const Buffer one(*at);
      if (one.size() > 0) buffers[count++] = one;
    }
  }
  std::span<const Buffer> view() const { return {buffers.data(), count}; }

  std::array<Buffer, kMostBuffers> buffers;
  std::size_t count = 0;
};

// Tries, waits for the socket, tries again.
template <class Attempt>
class TlsOperation {
 public:
  TlsOperation(TlsStream& stream, Attempt attempt)
      : stream_(&stream), attempt_(std::move(attempt)) {}

  template <class Self>
  void operator()(Self& self, boost::system::error_code waited = {});

 private:
  enum class Stage { starting, waiting, done };

  TlsStream* stream_;
  Attempt attempt_;
  Stage stage_ = Stage::starting;
  TlsStep step_;
};

}  // namespace detail

class TlsStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using next_layer_type = Socket;
  using executor_type = Socket::executor_type;

  // Takes a reference of the context. Throws std::bad_alloc.
  TlsStream(Socket socket, ssl_ctx_st* context, TlsRole role)
      : socket_(std::move(socket)), engine_(context, role) {}

  executor_type get_executor() noexcept { return socket_.get_executor(); }
  Socket& next_layer() noexcept { return socket_; }
  const Socket& next_layer() const noexcept { return socket_; }
  ssl_st* native_handle() const { return engine_.native_handle(); }
  // See tls_engine.h.
  void allow_bytes(std::uint64_t bytes) { engine_.allow_bytes(bytes); }
  std::uint64_t received_bytes() const { return engine_.received_bytes(); }

  // Each completes with (error, bytes), as Beast wants it; there are none but of reading and
  // writing.
  template <class Token>
  auto async_handshake(Token&& token) {
    return start(token, [](TlsEngine& engine, int socket) { return engine.handshake(socket); });
  }
  template <class Token>
  auto async_shutdown(Token&& token) {
    return start(token, [](TlsEngine& engine, int socket) { return engine.shutdown(socket); });
  }
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return start(token, [buffers](TlsEngine& engine, int socket) {
      const detail::FewBuffers<boost::asio::mutable_buffer> few(buffers);
      return engine.read(socket, few.view());
    });
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return start(token, [buffers](TlsEngine& engine, int socket) {
      const detail::FewBuffers<boost::asio::const_buffer> few(buffers);
      return engine.write(socket, few.view());
    });
  }

 private:
  template <class Attempt>
  friend class detail::TlsOperation;

  template <class Token, class Attempt>
  auto start(Token& token, Attempt attempt) {
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        detail::TlsOperation<Attempt>(*this, std::move(attempt)), token, socket_);
  }

  Socket socket_;
  TlsEngine engine_;
};

template <class Attempt>
template <class Self>
void detail::TlsOperation<Attempt>::operator()(Self& self, boost::system::error_code waited) {
  if (stage_ == Stage::done) return self.complete(step_.error, step_.bytes);
  auto& socket = stream_->socket_;
  if (waited) {
    step_ = {TlsStep::Wants::nothing, 0, waited};
  } else if (!socket.is_open()) {
    step_ = {TlsStep::Wants::nothing, 0, boost::asio::error::operation_aborted};
  } else {
    step_ = attempt_(stream_->engine_, socket.native_handle());
  }
  if (step_.wants != TlsStep::Wants::nothing) {
    stage_ = Stage::waiting;
    const auto what = step_.wants == TlsStep::Wants::to_read ? boost::asio::socket_base::wait_read
                                                             : boost::asio::socket_base::wait_write;
    return socket.async_wait(what, std::move(self));
  }
  // Whoever starts an operation is not called back from within; and others get their turn.
  if (std::exchange(stage_, Stage::done) == Stage::starting) {
    return boost::asio::post(std::move(self));
  }
  self.complete(step_.error, step_.bytes);
}

}  // namespace blindsum
