// Tells a connection that a frame has been dealt with, when it goes: it travels with the frame from
// the session to the round, so that a peer cannot send faster than the round takes it.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "server/websocket.h"

namespace blindsum {

class Consumed {
 public:
  Consumed() = default;
  Consumed(std::shared_ptr<Connection> connection, std::uint64_t bytes)
      : connection_(std::move(connection)), bytes_(bytes) {}
  Consumed(Consumed&&) noexcept = default;
  Consumed& operator=(Consumed&&) = delete;
  ~Consumed() {
    if (connection_) connection_->consumed(bytes_);
  }

 private:
  std::shared_ptr<Connection> connection_;
  std::uint64_t bytes_ = 0;
};

}  // namespace blindsum
