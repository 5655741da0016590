// One connection as the listener holds it: TLS handshake, HTTP upgrade, then frames both ways until
// it is closed. Between websocket.cc and beast_connection.cc only, so that Beast stays in
// beast_*.cc. Everything here happens on the I/O thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "protocol/round/clock.h"
#include "server/job.h"
#include "server/websocket.h"

namespace blindsum {

// The way onto the I/O thread for other threads. After shut() what is posted is dropped: somebody
// may hold a connection for longer than the I/O thread lives.
class IoGate {
 public:
  explicit IoGate(boost::asio::io_context& io) : io_(&io) {}
  void post(Job job);
  void shut();

 private:
  std::mutex mutex_;
  boost::asio::io_context* io_;
};

class LiveConnection : public Connection {
 public:
  // Looks at the time limits; the listener calls it a few times a second.
  virtual void sweep(Instant now) = 0;
  // Ends it at once, for this reason.
  virtual void cut(Error why) = 0;
};

// What a connection borrows from the listener; outlives its I/O.
struct ConnectionContext {
  const WebSocketOptions& options;
  const TlsContext& tls;
  const WebSocketServer::Accept& accept;
  std::function<void(std::uint64_t id)> gone;   // it is over and nothing runs for it any more
  std::atomic<std::uint64_t>& unhandled_bytes;  // received and not consumed, of all
  Log& log;
  Watcher& watcher;
};

// Whose connection it is.
struct Peer {
  std::uint64_t id = 0;
  std::string name;     // "address:port"
  std::string network;  // see address_limits.h
};

// Starts at once.
std::shared_ptr<LiveConnection> start_connection(boost::asio::ip::tcp::socket socket, Peer peer,
                                                 const ConnectionContext& context,
                                                 std::shared_ptr<IoGate> gate);

// The clock that sweep() is asked with.
Instant io_now();

}  // namespace blindsum
