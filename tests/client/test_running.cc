// The two forms of running a participant, the ways to end them, and programs that throw.
#include <doctest/doctest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <stdexcept>
#include <thread>

#include "client/error.h"
#include "client/program.h"
#include "client/worker_pool.h"
#include "protocol/round/reason.h"
#include "tests/client/fake_aggregator.h"
#include "tests/client/running_participant.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum {
namespace {

// Lets member 0 in, whose task has run all its rounds.
FakeAggregator::Script finished(const ParticipantWorld& world) {
  return [&world](FakeConnection& connection) {
    connection.join(world, 0);
    connection.say(SessionError{Reason::task_finished, ""});
    connection.wait_for_end();
  };
}

TEST_CASE("stopped before it runs, a participant does not begin") {
  ParticipantWorld world;
  auto participant = Participant::create(world.options(0)).value();
  participant.stop();
  const auto summary = participant.run();
  REQUIRE(summary.has_value());
  CHECK(summary->last_reason == "participant_stopped");
}

TEST_CASE("stop() from another thread up to the very end of the run, and beyond it") {
  const ParticipantWorld world;
  for (int i = 0; i < 20; ++i) {
    const FakeAggregator aggregator(door_of(world), {finished(world)});
    std::atomic<bool> connected = false;
    std::atomic<bool> over = false;
    auto options = world.options(0);
    options.endpoint.port = aggregator.port();
    options.on_progress = [&](const Progress& progress) {
      if (progress.kind == ProgressKind::connected) connected = true;
    };
    auto participant = Participant::create(options).value();
    bool ended_well = false;
    std::thread runner([&] {
      ended_well = participant.run().has_value();
      over = true;
    });
    while (!over) {
      if (connected) participant.stop();
    }
    runner.join();
    participant.stop();
    CHECK(ended_well);
  }
}

TEST_CASE("the coroutine form runs on the caller's executor") {
  ParticipantWorld world;
  const FakeAggregator aggregator(door_of(world), {finished(world)});
  auto options = world.options(0);
  options.endpoint.port = aggregator.port();
  auto participant = Participant::create(options).value();
  boost::asio::io_context io;
  std::optional<Result<RunSummary>> ended;
  boost::asio::co_spawn(io, participant.async_run(),
                        [&](const std::exception_ptr&, Result<RunSummary> summary) {
                          ended.emplace(std::move(summary));
                        });
  io.run_for(std::chrono::seconds(20));
  REQUIRE(ended.has_value());
  REQUIRE(ended->has_value());
  CHECK((*ended)->last_reason == "task_finished");
}

// Everything of the participant is on one thread, and that one is busy with its display: what comes
// meanwhile has to wait, and is not answered any more once it was told to leave.
TEST_CASE("[JOIN-3] what is yet to be handled when it is stopped is dropped") {
  ParticipantWorld world;
  std::promise<void> shown;
  std::promise<void> sent;
  std::promise<FrameToAggregator> first_answer;
  const FakeAggregator aggregator(
      door_of(world), {[&](FakeConnection& connection) {
        connection.join(world, 0);
        shown.get_future().wait();
        for (std::uint8_t i = 1; i <= 100; ++i) {
          SessionId id;
          id.bytes.fill(i);
          connection.send(encode_in_round(id, ToParticipant(UploadGrant{0})));
        }
        sent.set_value();
        first_answer.set_value(connection.hear());
        connection.wait_for_end();
      }});
  auto options = world.options(0);
  options.endpoint.port = aggregator.port();
  options.workers = std::make_shared<WorkerPool>(1);
  std::promise<void> may_go;
  options.on_progress = [&](const Progress& progress) {
    if (progress.kind != ProgressKind::connected) return;
    shown.set_value();
    may_go.get_future().wait();
  };
  auto participant = Participant::create(options).value();
  std::thread runner([&] { CHECK(participant.run().has_value()); });
  sent.get_future().wait();
  // The thread of the connection has to take them, and to hear of the end; nothing tells when it
  // has.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  participant.stop();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  may_go.set_value();
  runner.join();
  CHECK(std::holds_alternative<Leave>(first_answer.get_future().get()));
}

// A door that lets member 0 join, and counts who took leave.
class Door {
 public:
  explicit Door(const ParticipantWorld& world)
      : aggregator_(door_of(world), {[&](FakeConnection& connection) {
                      connection.join(world, 0);
                      left_ = std::holds_alternative<Leave>(connection.hear());
                      connection.wait_for_end();
                    }}) {}
  ParticipantOptions options(const ParticipantWorld& world) const {
    auto options = world.options(0);
    options.endpoint.port = aggregator_.port();
    return options;
  }
  bool left() const { return left_; }

 private:
  std::atomic<bool> left_ = false;
  FakeAggregator aggregator_;
};

TEST_CASE("[JOIN-3] to cancel the coroutine is to stop: it takes leave, and returns") {
  ParticipantWorld world;
  const Door door(world);
  auto options = door.options(world);
  boost::asio::io_context io;
  boost::asio::cancellation_signal cancel;
  options.on_progress = [&](const Progress& progress) {
    if (progress.kind != ProgressKind::waiting) return;
    boost::asio::post(io, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  };
  auto participant = Participant::create(options).value();
  std::optional<Result<RunSummary>> ended;
  bool thrown = false;
  const auto done = [&](const std::exception_ptr& exception, Result<RunSummary> summary) {
    thrown = exception != nullptr;
    ended.emplace(std::move(summary));
  };
  boost::asio::co_spawn(io, participant.async_run(),
                        boost::asio::bind_cancellation_slot(cancel.slot(), done));
  io.run_for(std::chrono::seconds(20));
  REQUIRE(ended.has_value());
  CHECK_FALSE(thrown);
  CHECK(ended->has_value());
  CHECK(door.left());
}

TEST_CASE("a participant runs once at a time, and again when that is over") {
  ParticipantWorld world;
  const FakeAggregator aggregator(door_of(world), {finished(world)});
  auto options = world.options(0);
  options.endpoint.port = aggregator.port();
  auto participant = Participant::create(options).value();
  boost::asio::io_context io;
  std::vector<Result<RunSummary>> ended;
  const auto run = [&] {
    boost::asio::co_spawn(io, participant.async_run(),
                          [&](const std::exception_ptr&, Result<RunSummary> summary) {
                            ended.push_back(std::move(summary));
                          });
  };
  run();
  run();
  io.run_for(std::chrono::seconds(20));
  REQUIRE(ended.size() == 2);
  REQUIRE(ended[0].has_error());  // the second one, at once
  CHECK(ended[0].error() == ClientError::already_running);
  REQUIRE(ended[1].has_value());
  CHECK(ended[1]->last_reason == "task_finished");

  participant.stop();
  CHECK(participant.run()->last_reason == "participant_stopped");
}

TEST_CASE("what on_progress throws ends nothing") {
  ParticipantWorld world;
  const Door door(world);
  auto options = door.options(world);
  std::atomic<int> calls = 0;
  Participant* self = nullptr;
  options.on_progress = [&](const Progress& progress) {
    ++calls;
    if (progress.kind == ProgressKind::waiting) self->stop();
    throw std::runtime_error("a display that fails");
  };
  auto participant = Participant::create(options).value();
  self = &participant;
  CHECK(participant.run().has_value());
  CHECK(calls >= 2);  // connected, waiting
  CHECK(door.left());
}

RoundParameters some_parameters() {
  RoundParameters parameters;
  parameters.task = "t";
  parameters.round = 1;
  parameters.vector_length = 2;
  parameters.ring_bits = 20;
  parameters.codec = {.kind = CodecKind::integer, .bound = 100};
  parameters.schema.tensors = {{.name = "flat", .shape = {2}}};
  return parameters;
}

TEST_CASE("[INPUT-4] a program that throws, whatever it throws, has no update") {
  SeededEntropy entropy(3);
  ParticipantOptions options;
  const auto input = [&] { return make_input(options, some_parameters(), Bytes(), entropy); };
  const auto update = [](const RoundOffer&, ByteView) {
    return std::optional(Update{.values = std::vector<std::int64_t>{1, 2}, .weight = 1, .id = {}});
  };
  options.on_round = update;
  REQUIRE(input().has_value());
  options.on_round = [](const RoundOffer&, ByteView) -> std::optional<Update> {
    throw std::runtime_error("this program is broken");
  };
  CHECK(input().error() == Reason::input_declined);
  options.on_round = [](const RoundOffer&, ByteView) -> std::optional<Update> { throw 7; };
  CHECK(input().error() == Reason::input_declined);
  options.on_round = update;
  options.on_encoded = [](const RoundOffer&, const RingVector&) { throw std::bad_alloc(); };
  CHECK(input().error() == Reason::input_declined);
}

}  // namespace
}  // namespace blindsum
