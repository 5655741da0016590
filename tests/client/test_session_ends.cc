// How a session of a participant ends when something of its own fails.
#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "client/error.h"
#include "client/session.h"
#include "tests/client/fake_aggregator.h"

namespace blindsum {
namespace {

namespace asio = boost::asio;

asio::awaitable<Error> send_and_receive(std::shared_ptr<ClientSession> session) {
  const Result<Joined> joined = co_await session->establish();
  if (!joined) co_return joined.error();
  WipedFrame frame(encode_frame(FrameToAggregator(Leave{})));
  session->send(std::move(frame), [] { throw std::bad_alloc(); });
  const auto ignore = [](const Bytes&) {};
  const Error ended = co_await session->receive(ignore);
  co_return ended;
}

TEST_CASE("an exception while a frame goes out ends the session, and nobody waits for more") {
  const ParticipantWorld world;
  const FakeAggregator aggregator(door_of(world), {[&world](FakeConnection& connection) {
                                    connection.join(world, 0);
                                    connection.wait_for_end();
                                  }});
  auto options = world.options(0);
  options.endpoint.port = aggregator.port();
  const auto tls = ClientTls::load(options.endpoint.ca_file).value();
  const SessionIdentity identity{.endpoint = options.endpoint,
                                 .tls = tls,
                                 .key = world.identity(0),
                                 .roster_index = world.roster_index(0),
                                 .roster = world.roster(),
                                 .aggregator = options.policy.aggregator_key,
                                 .task = options.task};
  asio::io_context io{1};
  std::optional<Error> ended;
  asio::co_spawn(io, send_and_receive(std::make_shared<ClientSession>(io.get_executor(), identity)),
                 [&](const std::exception_ptr& thrown, Error error) {
                   if (!thrown) ended = error;
                 });
  io.run_for(std::chrono::seconds(20));
  REQUIRE(ended.has_value());
  CHECK(*ended == ClientError::connection_closed);
}

}  // namespace
}  // namespace blindsum
