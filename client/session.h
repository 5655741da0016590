// A session with the aggregator, from the connection to the Join and on (SPEC.md, chapter 8). What
// comes after it is handed on unread, what is sent waits its turn.
//
// On one executor, a strand or a context with one thread; kept by shared_ptr, since writing goes on
// in a coroutine of its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "client/connection.h"
#include "client/watch.h"
#include "client/wiped_frame.h"
#include "crypto/sign.h"
#include "protocol/round/roster.h"
#include "protocol/wire/frames.h"

namespace blindsum {

// Who one is, and whom one wants to talk to. All of it outlives the session.
struct SessionIdentity {
  const Endpoint& endpoint;
  const ClientTls& tls;
  const SigningKey& key;
  std::uint32_t roster_index;
  const Roster& roster;
  const VerifyKey& aggregator;  // pinned
  const std::string& task;
};

class ClientSession : public std::enable_shared_from_this<ClientSession> {
 public:
  ClientSession(const boost::asio::any_io_executor& executor, SessionIdentity identity);

  // Until Joined, which is returned. Errors: those of ClientConnection; the aggregator's reason;
  // wrong_aggregator, unsupported_version, roster_mismatch; time_limit. What is wrong with the
  // aggregator's frames is named to it by the close.
  boost::asio::awaitable<Result<Joined>> establish();
  // Hands every frame on until the connection ends, and says why it did. Pauses while more than
  // kMostUnhandledBytes were not handled() or kMostWaitingBytes wait to be written.
  boost::asio::awaitable<Error> receive(std::function<void(Bytes)> received);
  // Of a frame of so many bytes that was handed on.
  void handled(std::size_t bytes);

  // In order. `sent` is called when the connection has taken the frame, and never if it breaks
  // before.
  void send(WipedFrame frame, std::function<void()> sent);
  // Sends what waits, then closes; receive() ends. At most two seconds.
  void finish();
  // Closes because of what the aggregator sent, which the close names; receive() ends.
  void end(const Error& why);
  void cut();

 private:
  struct Outgoing {
    WipedFrame frame;
    std::function<void()> sent;
  };
  boost::asio::awaitable<Error> say_hello();
  boost::asio::awaitable<Result<Joined>> join();
  boost::asio::awaitable<Result<FrameToParticipant>> next_frame();
  Error unexpected(const FrameToParticipant& frame);
  void begin_writing();
  boost::asio::awaitable<void> write_waiting();
  void close_after_writing(const Error& why);
  bool is_full() const;

  boost::asio::any_io_executor executor_;
  SessionIdentity identity_;
  ClientConnection connection_;
  Watch watch_;
  boost::asio::steady_timer room_;  // cancelled when there is room again
  std::deque<Outgoing> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t unhandled_bytes_ = 0;
  bool writing_ = false;
  bool finishing_ = false;
  bool late_ = false;
  bool told_ = false;  // by the aggregator, why
  Error ended_;        // what the aggregator is told as the reason of the close
  Error broken_;       // why writing ended
};

}  // namespace blindsum
