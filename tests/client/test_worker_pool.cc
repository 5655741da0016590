// Participants of one process that share threads and roster.
#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <memory>
#include <set>
#include <thread>

#include "client/error.h"
#include "client/local_state.h"
#include "client/worker_pool.h"
#include "protocol/round/reason.h"
#include "tests/client/fake_aggregator.h"

namespace blindsum {
namespace {

FakeAggregator::Script let_in(const ParticipantWorld& world) {
  return [&world](FakeConnection& connection) {
    connection.join(world, 0);
    connection.say(SessionError{Reason::task_finished, ""});
    connection.wait_for_end();
  };
}

TEST_CASE("what participants are told comes on the threads that they share") {
  const ParticipantWorld world;
  const auto workers = std::make_shared<WorkerPool>(1);
  std::set<std::thread::id> threads;  // of one thread, so without a lock
  for (int run = 0; run < 2; ++run) {
    const FakeAggregator aggregator(door_of(world), {let_in(world)});
    auto options = world.options(0);
    options.endpoint.port = aggregator.port();
    options.workers = workers;
    options.on_progress = [&](const Progress&) { threads.insert(std::this_thread::get_id()); };
    auto participant = Participant::create(options).value();
    const auto summary = participant.run();
    REQUIRE(summary.has_value());
    CHECK(summary->last_reason == "task_finished");
  }
  CHECK(threads.size() == 1);
  CHECK(!threads.contains(std::this_thread::get_id()));
}

TEST_CASE("a pool that has stopped runs nothing more") {
  WorkerPool workers(0);
  workers.stop();
  bool ran = false;
  boost::asio::post(workers.executor(), [&ran] { ran = true; });
  workers.stop();
  CHECK(!ran);
}

TEST_CASE("[ROSTER-2] a roster that is shared was verified under the authority's key") {
  ParticipantWorld world;
  auto options = world.options(0);
  options.roster_file = "nowhere";
  options.roster = std::make_shared<const Roster>(world.roster());
  {
    const auto local = load_local_state(options);
    REQUIRE(local.has_value());
    CHECK(local->roster == options.roster);
  }
  options.authority_key = world.identity(1).verify_key();
  CHECK(load_local_state(options).error() == in_file(LocalFile::roster, Reason::bad_signature));
}

}  // namespace
}  // namespace blindsum
