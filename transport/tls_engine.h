// TLS over a socket, one attempt at a time: each call does what can be done now and says what has
// to be waited for. Waiting is done by tls_stream.h.
//
// Errors: asio's eof (the peer said goodbye), asio's ssl stream_truncated (it went without), those
// of OpenSSL in asio's SSL category, the operating system's; no_buffer_space, see allow_bytes();
// protocol_error: the peer renews keys, or gives tickets, without end. An error is final.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "transport/socket_bio.h"

struct ssl_ctx_st;
struct ssl_st;

namespace blindsum {

enum class TlsRole { client, server };

struct TlsStep {
  enum class Wants { nothing, to_read, to_write };

  Wants wants = Wants::nothing;  // else the same call is to be made again once the socket can
  std::size_t bytes = 0;
  boost::system::error_code error;
};

class TlsEngine {
 public:
  // Throws std::bad_alloc.
  TlsEngine(ssl_ctx_st* context, TlsRole role);
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

  ssl_st* native_handle() const { return ssl_.get(); }

  // From now on so many bytes are read from the socket and no more: after that reading fails with
  // no_buffer_space. Without limit until it is called.
  void allow_bytes(std::uint64_t bytes) { state_->allowed_bytes = bytes; }
  // That read() has handed out.
  std::uint64_t received_bytes() const { return received_bytes_; }

  TlsStep handshake(int socket);
  // As much as is there, up to the size of the buffers and to what is one connection's turn.
  TlsStep read(int socket, std::span<const boost::asio::mutable_buffer> into);
  // As much as the socket takes. What is called again after a wait, or for the rest, begins with
  // the very bytes that were not taken: some may be in an encrypted record already.
  TlsStep write(int socket, std::span<const boost::asio::const_buffer> from);
  // Says goodbye and waits for the peer's.
  TlsStep shutdown(int socket);

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  void prepare(int socket);
  TlsStep ended(int result);
  TlsStep some_or(std::size_t done, TlsStep last);

  std::unique_ptr<detail::SocketState> state_;
  std::unique_ptr<ssl_st, Free> ssl_;
  boost::system::error_code failure_;  // came after bytes that were handed out first
  std::uint64_t received_bytes_ = 0;
};

}  // namespace blindsum
