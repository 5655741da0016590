// One connection to the aggregator: whole binary messages over WebSocket over TLS 1.3 [WIRE-1].
// Knows nothing of what is in them. All of Beast is in connection.cc, which takes half a minute to
// compile.
//
// To be used on one executor (a strand, or a context with one thread): a reader, a writer and
// cut() there do not get in each other's way. Errors: ClientError; time_limit, message_too_large,
// bad_frame (a text message, or no WebSocket any more); the operating system's.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>

#include "client/participant.h"
#include "client/tls.h"
#include "crypto/bytes.h"
#include "crypto/result.h"

namespace blindsum {

class ClientConnection {
 public:
  ClientConnection(const boost::asio::any_io_executor& executor, const ClientTls& tls);
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;
  ~ClientConnection();

  // Resolves, connects, checks the certificate, asks for the WebSocket. The endpoint must stay
  // until it is done.
  boost::asio::awaitable<Error> open(const Endpoint& endpoint);
  // One at a time.
  boost::asio::awaitable<Result<Bytes>> read();
  // One at a time. The frame must stay until it is done.
  boost::asio::awaitable<Error> write(const Bytes& frame);
  // Says goodbye, within a second or so, and if `why` is set what the peer did wrong, by name. An
  // error says only how that went.
  boost::asio::awaitable<Error> close(Error why);

  // A larger message ends the connection, message_too_large [WIRE-4].
  void set_largest_frame(std::size_t bytes);
  // Of an open connection. Errors: library_failed.
  Result<Hash> exporter() const;
  // Whatever is under way ends with an error. Harmless at any time.
  void cut();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blindsum
