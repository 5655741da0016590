// One port, TLS 1.3, WebSocket (RFC 6455) [WIRE-1]. Moves frames, and knows nothing of what is in
// them. All of Beast is in beast_*.cc, which take long to compile.
//
// One I/O thread, the one that calls run(). Events come on it and must not block or compute; calls
// may come from any thread and take effect in order.
//
// Any browser origin is accepted: a session is authenticated by a signature over a fresh nonce
// [SESSION-2], never by a cookie or an address, so that a page of some other origin gains nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "crypto/bytes.h"
#include "crypto/result.h"
#include "server/log.h"
#include "server/outbox.h"
#include "server/tls.h"
#include "server/watcher.h"

namespace blindsum {

class Connection {
 public:
  virtual ~Connection() = default;

  virtual std::uint64_t id() const = 0;
  virtual const std::string& peer() const = 0;     // "address:port", for the log
  virtual const std::string& network() const = 0;  // what counts as one address in limits
  virtual const std::optional<Hash>& exporter() const = 0;

  // Above the bound on what waits, the connection is cut, slow_reader [SESSION-8].
  virtual void send(SharedBytes frame) = 0;
  virtual void send(Blob blob) = 0;
  // Sends what waits, then `last` if it is not null, and closes. Nothing is received any more,
  // sends that come later are dropped. What a peer does not read within the close limit is lost.
  virtual void finish(SharedBytes last) = 0;

  // The peer has proven who it is: it may send more than `most_before_hello` bytes.
  virtual void authenticated() = 0;
  // How long TLS and upgrade took: part of the time until Hello [SESSION-4].
  virtual std::chrono::milliseconds handshake_time() const = 0;
  // From now on a larger frame is an error of its sender, message_too_large [WIRE-4].
  virtual void set_largest_frame(std::uint64_t bytes) = 0;
  // The receiver is done with so many bytes that it got; reading pauses while more than the bounds
  // of the options are not.
  virtual void consumed(std::uint64_t bytes) = 0;
};

// Who a connection talks to. All calls on the I/O thread.
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;
  virtual void received(Bytes frame) = 0;
  // The peer broke the rules of frames (message_too_large, bad_frame for text): it should be told,
  // with finish(). Nothing more is received.
  virtual void violated(Error what) = 0;
  // The last event. ConnectionError, slow_reader, or the operating system's error.
  virtual void closed(Error why) = 0;
};

struct WebSocketOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;  // 0: any free one
  std::uint32_t max_connections = 10'000;
  std::uint32_t max_connections_per_address = 1'000;
  std::uint32_t new_connections_per_address = 1'000;  // a minute
  std::chrono::milliseconds handshake_limit{5'000};   // TLS and upgrade
  std::chrono::milliseconds idle_limit{60'000};       // nothing came, half of it after a ping
  std::chrono::milliseconds write_limit{30'000};      // for one message
  std::chrono::milliseconds close_limit{5'000};
  std::uint64_t most_queued_bytes = std::uint64_t{32} << 20;
  std::uint64_t first_frame_bytes = 4096;  // set_largest_frame() of a new connection
  // Below TLS, all in all, until authenticated().
  std::uint64_t most_before_hello = std::uint64_t{8} << 10;
  std::uint32_t frames_per_second = 500;  // pings and pieces of messages, see pace.h
  // Received and not consumed: of one connection, and of all.
  std::uint64_t most_unhandled_bytes = std::uint64_t{4} << 20;
  std::uint64_t most_unhandled_in_all = std::uint64_t{256} << 20;
};

class WebSocketServer {
 public:
  // Called on the I/O thread for each connection whose upgrade is done.
  using Accept =
      std::function<std::shared_ptr<ConnectionEvents>(const std::shared_ptr<Connection>&)>;

  // Listens at once. Errors: the operating system's (address in use, not a local address).
  [[nodiscard]] static Result<WebSocketServer> listen(const WebSocketOptions& options,
                                                      const TlsContext& tls, Accept accept,
                                                      Log& log, Watcher& watcher = nobody());
  WebSocketServer(WebSocketServer&&) noexcept;
  WebSocketServer& operator=(WebSocketServer&&) = delete;
  ~WebSocketServer();

  std::uint16_t port() const;
  // Received and not consumed, of all connections. From any thread.
  std::uint64_t unhandled_bytes() const;
  // Until finish() or stop(). On return every connection is closed and has had its closed() event.
  void run();
  // For connections that begin from now on; those that are there keep what they have.
  void use(TlsContext tls);
  // No new connections; run() returns once all that are there have been closed by others, and cuts
  // those that still are not when the close limit has passed.
  void finish();
  // Cuts everything now.
  void stop();

 private:
  struct Impl;
  explicit WebSocketServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace blindsum
