#include "transport/tls_engine.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cstring>
#include <new>

namespace blindsum {
namespace {

namespace asio = boost::asio;

// Of one record [RFC 8446, 5.1].
constexpr std::size_t kRecordBytes = std::size_t{16} << 10;
// One recv() for two whole records; else it is two for each, the first for five bytes. Held only
// while there is something in it.
constexpr std::size_t kReadAheadBytes = std::size_t{34} << 10;

// Read from the socket by one call. More than a buffer of Beast's takes; and if they are records of
// a byte each, a few milliseconds.
constexpr std::size_t kTurnBytes = std::size_t{128} << 10;
// Handshake messages that a peer may send: those of the handshake, and some tickets. Later ones
// renew keys, which peers do after gigabytes: each costs as much as kilobytes do.
constexpr std::uint64_t kHandshakeMessages = 32;
constexpr std::uint64_t kBytesForOneMore = std::uint64_t{1} << 20;

// Called by OpenSSL for all that goes in and out. It reads on after such a message, for as long as
// there are any, and is stopped by being told that the peer has said goodbye.
void count_message(int is_sent, int /*version*/, int type, const void* /*bytes*/,
                   std::size_t /*size*/, SSL* ssl, void* counted_in) {
  if (is_sent != 0 || type != SSL3_RT_HANDSHAKE) return;
  auto& state = *static_cast<detail::SocketState*>(counted_in);
  if (++state.handshake_messages <= kHandshakeMessages + state.read_bytes / kBytesForOneMore) {
    return;
  }
  state.too_many_messages = true;
  SSL_set_shutdown(ssl, SSL_get_shutdown(ssl) | SSL_RECEIVED_SHUTDOWN);
}

// The next bytes to write: where they are, or, if they are scattered, a copy of a record's worth,
// as a record each would cost more than copying them.
struct Piece {
  const void* data = nullptr;
  std::size_t size = 0;
};

Piece next_piece(std::span<const asio::const_buffer> buffers, std::size_t skip,
                 std::span<std::uint8_t, kRecordBytes> copy) {
  std::size_t copied = 0;
  for (std::size_t i = 0; i < buffers.size() && copied < copy.size(); ++i) {
    const asio::const_buffer rest = buffers[i] + skip;
    skip -= std::min(skip, buffers[i].size());
    if (rest.size() == 0) continue;
    const bool whole = rest.size() >= copy.size() || i + 1 == buffers.size();
    if (copied == 0 && whole) return {rest.data(), rest.size()};
    const std::size_t size = std::min(rest.size(), copy.size() - copied);
    std::memcpy(copy.data() + copied, rest.data(), size);
    copied += size;
  }
  return {copy.data(), copied};
}

}  // namespace

void TlsEngine::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

TlsEngine::TlsEngine(ssl_ctx_st* context, TlsRole role)
    : state_(std::make_unique<detail::SocketState>()), ssl_(SSL_new(context)) {
  BIO* const bio = ssl_ ? detail::make_socket_bio(*state_) : nullptr;
  if (bio == nullptr) {
    ERR_clear_error();
    throw std::bad_alloc();
  }
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
  // Else OpenSSL reads on for as long as there is nothing but messages of TLS itself.
  SSL_clear_mode(ssl_.get(), SSL_MODE_AUTO_RETRY);
  SSL_set_msg_callback(ssl_.get(), count_message);
  SSL_set_msg_callback_arg(ssl_.get(), state_.get());
  SSL_set_read_ahead(ssl_.get(), 1);
  SSL_set_default_read_buffer_len(ssl_.get(), kReadAheadBytes);
  if (role == TlsRole::server) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
  }
}

// The queue of errors is the thread's: what others left in it would be taken for ours.
void TlsEngine::prepare(int socket) {
  ERR_clear_error();
  state_->socket = socket;
  state_->turn_bytes = kTurnBytes;
}

// What a call that did not succeed has come to.
TlsStep TlsEngine::ended(int result) {
  if (state_->too_many_messages) {
    ERR_clear_error();
    failure_ = make_error_code(boost::system::errc::protocol_error);
    return {TlsStep::Wants::nothing, 0, failure_};
  }
  const int kind = SSL_get_error(ssl_.get(), result);
  if (kind == SSL_ERROR_WANT_READ) return {TlsStep::Wants::to_read, 0, {}};
  if (kind == SSL_ERROR_WANT_WRITE) return {TlsStep::Wants::to_write, 0, {}};
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (kind == SSL_ERROR_ZERO_RETURN) {
    failure_ = asio::error::eof;
  } else if (kind == SSL_ERROR_SSL && code != 0) {
    failure_.assign(static_cast<int>(code), asio::error::get_ssl_category());
  } else if (state_->error) {
    failure_ = state_->error;
  } else if (state_->ended) {
    failure_ = asio::ssl::error::stream_truncated;
  } else {
    failure_ = asio::ssl::error::unexpected_result;
  }
  return {TlsStep::Wants::nothing, 0, failure_};
}

// Bytes come first; an error is kept for the next call.
TlsStep TlsEngine::some_or(std::size_t done, TlsStep last) {
  if (done == 0) return last;
  return {TlsStep::Wants::nothing, done, {}};
}

TlsStep TlsEngine::handshake(int socket) {
  prepare(socket);
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? TlsStep{} : ended(result);
}

TlsStep TlsEngine::read(int socket, std::span<const asio::mutable_buffer> into) {
  if (failure_) return {TlsStep::Wants::nothing, 0, failure_};
  prepare(socket);
  std::size_t done = 0;
  for (asio::mutable_buffer buffer : into) {
    // A call gives what is in one record.
    while (buffer.size() > 0) {
      std::size_t count = 0;
      const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &count);
      if (result != 1) return some_or(done, ended(result));
      buffer += count;
      done += count;
      received_bytes_ += count;
    }
  }
  return {TlsStep::Wants::nothing, done, {}};
}

TlsStep TlsEngine::write(int socket, std::span<const asio::const_buffer> from) {
  if (failure_) return {TlsStep::Wants::nothing, 0, failure_};
  prepare(socket);
  std::array<std::uint8_t, kRecordBytes> copy;
  std::size_t done = 0;
  while (true) {
    const Piece piece = next_piece(from, done, copy);
    if (piece.size == 0) break;
    std::size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), piece.data, piece.size, &count);
    if (result != 1) return some_or(done, ended(result));
    done += count;
  }
  return {TlsStep::Wants::nothing, done, {}};
}

TlsStep TlsEngine::shutdown(int socket) {
  if (failure_ && failure_ != asio::error::eof) return {TlsStep::Wants::nothing, 0, failure_};
  prepare(socket);
  int result = SSL_shutdown(ssl_.get());
  if (result == 0) result = SSL_shutdown(ssl_.get());
  return result == 1 ? TlsStep{} : ended(result);
}

}  // namespace blindsum
