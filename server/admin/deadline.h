// Closes a socket unless it is put off in time. On the socket's thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "crypto/result.h"

namespace blindsum::detail {

// The timer's handler may be queued when this dies, so what it looks at is shared.
class Deadline {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  explicit Deadline(Socket& socket)
      : timer_(socket.get_executor()), watched_(std::make_shared<Socket*>(&socket)) {}
  ~Deadline() { *watched_ = nullptr; }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void expires_after(std::chrono::seconds limit) {
    timer_.expires_after(limit);
    timer_.async_wait([watched = watched_, round = ++*rounds_, rounds = rounds_](Error error) {
      if (error || *watched == nullptr || round != *rounds) return;
      Error ignored;
      (*watched)->close(ignored);
    });
  }

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<Socket*> watched_;
  std::shared_ptr<int> rounds_ = std::make_shared<int>(0);
};

}  // namespace blindsum::detail
