#include "tests/server/port.h"

#include <doctest/doctest.h>

namespace blindsum {

FrameToParticipant next_of(SocketClient& client) {
  const auto frame = client.receive();
  REQUIRE(frame.has_value());
  return decode_to_participant(*frame).value();
}

Challenge challenge_of(SocketClient& client) {
  return std::get<Challenge>(next_of(client));
}

Reason error_of(SocketClient& client) {
  while (true) {
    const auto frame = client.receive();
    if (!frame) return Reason::ok;
    const auto message = decode_to_participant(*frame).value();
    const auto* error = std::get_if<SessionError>(&message);
    if (error == nullptr) continue;
    CHECK_FALSE(client.receive().has_value());
    CHECK(client.ended());
    return error->reason;
  }
}

bool send_to(SocketClient& client, const FrameToAggregator& frame) {
  return client.send(encode_frame(frame));
}

void be_welcome(SocketClient& client, World& world, std::uint32_t position) {
  const TestMember member(world, position);
  REQUIRE(client.send(member.hello(challenge_of(client), client.exporter())));
  const auto welcome = std::get<Welcome>(next_of(client));
  CHECK(welcome.roster_epoch == world.roster().epoch());
  CHECK(welcome.roster_hash == world.roster().hash());
}

void join_task(SocketClient& client, World& world, std::uint32_t position) {
  be_welcome(client, world, position);
  REQUIRE(send_to(client, Join{"t"}));
  CHECK(std::get<Joined>(next_of(client)).task == "t");
}

void Port::serves() {
  SocketClient client(number());
  CHECK(client.is_open());
  join_task(client, world, 4);
}

}  // namespace blindsum
