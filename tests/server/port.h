// A server that nobody of five members joins enough of for a round to start, and what a client says
// to it frame by frame. Used by the tests of sockets and sessions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/wire/frames.h"
#include "tests/server/running.h"

namespace blindsum {

FrameToParticipant next_of(SocketClient& client);
Challenge challenge_of(SocketClient& client);
// The reason of the SessionError that comes next, after which the connection ends.
Reason error_of(SocketClient& client);
bool send_to(SocketClient& client, const FrameToAggregator& frame);
// As the member at this position of the world's roster.
void be_welcome(SocketClient& client, World& world, std::uint32_t position);
void join_task(SocketClient& client, World& world, std::uint32_t position);

struct Port {
  World world{5};
  RunningServer running;
  explicit Port(const std::string& limits = "", Watcher& watcher = nobody())
      : running(world, world.configuration(5, "", limits), watcher) {}
  std::uint16_t number() const { return running.port(); }
  bool logged(std::string_view text) { return running.log().wait_for(text); }
  // An honest member is served as ever.
  void serves();
};

}  // namespace blindsum
