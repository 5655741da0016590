// The flow control of the mask phase: who may upload when, and what it costs in memory.
#include <doctest/doctest.h>

#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;
using Reasons = std::vector<Reason>;

WorldOptions in_flight(std::uint32_t uploads, std::uint32_t stall_ms = 1'000) {
  WorldOptions options;
  options.limits = {.uploads_in_flight = uploads, .upload_stall_ms = stall_ms};
  return options;
}

void begin_mask(AggregatorWorld& world) {
  world.begin_and_run_to(Phase::mask);
  for (const std::uint32_t i : world.all()) world.member(i).receive(*world.last<Delivery>(i));
}

// Members that may send bytes now.
std::vector<std::uint32_t> granted(AggregatorWorld& world) {
  std::vector<std::uint32_t> numbers;
  for (const std::uint32_t i : world.all()) {
    if (world.round().expects_chunk_from(world.index(i))) numbers.push_back(i);
  }
  return numbers;
}

void finish(AggregatorWorld& world, std::uint32_t i) {
  world.send_chunks(i);
  world.say(i, world.member(i).receipt());
}

TEST_CASE("[UPLOAD-2] a bounded number of uploads is in flight, the others wait in turn") {
  AggregatorWorld world(in_flight(2));
  begin_mask(world);
  CHECK(granted(world) == std::vector<std::uint32_t>{0, 1});
  CHECK(world.last<UploadGrant>(0)->offset == 0);
  CHECK(world.last<UploadGrant>(2) == nullptr);
  finish(world, 1);
  CHECK(granted(world) == std::vector<std::uint32_t>{0, 2});
  finish(world, 2);
  CHECK(granted(world) == std::vector<std::uint32_t>{0, 3});
  finish(world, 0);
  CHECK(granted(world) == std::vector<std::uint32_t>{3, 4});
  finish(world, 4);
  finish(world, 3);
  CHECK(world.phase() == Phase::attest);
}

TEST_CASE("[LIMIT-2] a complete upload keeps its place until it is added") {
  AggregatorWorld world(in_flight(2));
  world.accumulates = false;
  begin_mask(world);
  finish(world, 0);
  CHECK(granted(world) == std::vector<std::uint32_t>{1});
  world.send_chunks(1);
  CHECK(granted(world).empty());
  world.wait(900);
  CHECK(world.last<UploadGrant>(2) == nullptr);
  world.accumulate_next();
  CHECK(granted(world) == std::vector<std::uint32_t>{2});
}

TEST_CASE("[UPLOAD-1] bytes without a grant are out of phase") {
  AggregatorWorld world(in_flight(1));
  begin_mask(world);
  world.say(1, UploadChunk{0, world.member(1).upload()});
  CHECK(world.rejections(1) == Reasons{Reason::wrong_phase});
  world.say(1, world.member(1).receipt());
  CHECK(world.rejections(1) == Reasons{Reason::wrong_phase, Reason::wrong_phase});
}

TEST_CASE("[UPLOAD-3] a chunk that is not the next is dropped, and a grant names the offset") {
  AggregatorWorld world;
  begin_mask(world);
  const Bytes packed = world.member(0).upload();
  const auto piece = [&](std::size_t from, std::size_t to) {
    return UploadChunk{from, Bytes(packed.begin() + static_cast<std::ptrdiff_t>(from),
                                   packed.begin() + static_cast<std::ptrdiff_t>(to))};
  };
  world.say(0, piece(0, 10));
  world.clear_log();
  world.say(0, piece(20, 30));
  world.say(0, piece(30, 40));  // of the same run: it was told already
  CHECK(world.rejections(0) == Reasons{Reason::wrong_offset});
  REQUIRE(world.count<UploadGrant>(0) == 1);
  CHECK(world.last<UploadGrant>(0)->offset == 10);
  // Back from the grant's offset, with bytes again that came meanwhile: no further grant, or the
  // two would go back and forth for good.
  world.say(0, piece(10, 40));
  world.say(0, piece(10, 20));
  world.say(0, piece(20, 40));
  CHECK(world.rejections(0) == Reasons{Reason::wrong_offset, Reason::wrong_offset});
  CHECK(world.count<UploadGrant>(0) == 1);
  world.say(0, piece(40, packed.size()));
  world.say(0, world.member(0).receipt());
  CHECK(world.last<UploadAck>(0) != nullptr);
}

TEST_CASE("[UPLOAD-3] more bytes than a vector has end the upload") {
  AggregatorWorld world;
  begin_mask(world);
  Bytes packed = world.member(0).upload();
  packed.push_back(0);
  world.say(0, UploadChunk{0, packed});
  CHECK(world.rejections(0) == Reasons{Reason::wrong_length});
  world.say(0, world.member(0).receipt());
  CHECK(world.rejections(0) == Reasons{Reason::wrong_length, Reason::wrong_phase});

  world.send_chunks(1);
  world.say(1, UploadChunk{packed.size() - 1, {0}});
  CHECK(world.rejections(1) == Reasons{Reason::wrong_length});
  world.say(2, UploadChunk{0, {}});
  CHECK(world.rejections(2) == Reasons{Reason::wrong_length});

  // A correct one may follow, from the start [PHASE-3].
  CHECK(world.last<UploadGrant>(0)->offset == 0);
  world.mask(world.all());
  CHECK(world.phase() == Phase::attest);
}

TEST_CASE("[UPLOAD-3] after completion more is rejected") {
  AggregatorWorld world;
  world.accumulates = false;
  begin_mask(world);
  finish(world, 0);
  world.say(0, UploadChunk{0, world.member(0).upload()});
  CHECK(world.rejections(0) == Reasons{Reason::conflicting_answer});
  world.accumulate_next();
  world.say(0, UploadChunk{0, world.member(0).upload()});
  CHECK(world.rejections(0) == Reasons(2, Reason::conflicting_answer));
  CHECK(world.waiting.empty());
}

TEST_CASE("[UPLOAD-4] bytes that a repeated grant brings again after completion do no harm") {
  AggregatorWorld world;
  begin_mask(world);
  world.connect(0);  // the grant a second time
  REQUIRE(world.count<UploadGrant>(0) == 2);
  finish(world, 0);
  finish(world, 0);
  CHECK(world.rejected().empty());
  CHECK(world.count<UploadAck>(0) == 2);
  world.mask(world.all_but({0}));
  world.run_to(Phase::over);
  CHECK(world.sum() == world.inputs_of(world.all()));
}

TEST_CASE("[UPLOAD-2] a stalled upload gives way when others wait") {
  AggregatorWorld world(in_flight(1));
  begin_mask(world);
  world.say(0, UploadChunk{0, Bytes(40, 1)});
  CHECK(world.round().next_deadline() == world.now() + Instant(1'000));
  world.wait(999);
  CHECK(granted(world) == std::vector<std::uint32_t>{0});
  world.wait(1);
  CHECK(granted(world) == std::vector<std::uint32_t>{1});
  CHECK(world.rejections(0) == Reasons{Reason::upload_stalled});
  world.say(0, UploadChunk{40, Bytes(10, 1)});  // was on its way
  CHECK(world.rejections(0) == Reasons{Reason::upload_stalled, Reason::wrong_phase});
  for (const std::uint32_t i : {1U, 2U, 3U, 4U}) finish(world, i);
  REQUIRE(granted(world) == std::vector<std::uint32_t>{0});
  CHECK(world.last<UploadGrant>(0)->offset == 0);  // its bytes are gone
  finish(world, 0);
  world.run_to(Phase::over);
  CHECK(world.sum() == world.inputs_of(world.all()));
}

TEST_CASE("[UPLOAD-2] a byte now and then is no progress, a complete vector is") {
  AggregatorWorld world(in_flight(1));
  begin_mask(world);
  world.wait(600);
  world.say(0, UploadChunk{0, {1}});
  world.wait(400);
  CHECK(granted(world) == std::vector<std::uint32_t>{1});
  world.wait(900);
  world.send_chunks(1);
  world.wait(900);
  CHECK(world.rejections(1).empty());
  world.say(1, world.member(1).receipt());
  CHECK(world.last<UploadAck>(1) != nullptr);
}

TEST_CASE("[UPLOAD-2] a complete upload without a receipt stalls, too") {
  AggregatorWorld world(in_flight(1));
  begin_mask(world);
  world.send_chunks(0);
  world.wait(1'000);
  CHECK(granted(world) == std::vector<std::uint32_t>{1});
  CHECK(world.rejections(0) == Reasons{Reason::upload_stalled});
}

TEST_CASE("[UPLOAD-2] 64 KiB within the stall time keep a place") {
  WorldOptions options = in_flight(1);
  options.vector_length = 200'000;  // 500 kB
  options.members = options.invited = 5;
  AggregatorWorld world(options);
  begin_mask(world);
  world.wait(900);
  world.say(0, UploadChunk{0, Bytes(64 * 1024, 1)});
  world.wait(900);
  CHECK(granted(world) == std::vector<std::uint32_t>{0});
  world.wait(100);
  CHECK(granted(world) == std::vector<std::uint32_t>{1});
}

TEST_CASE("[UPLOAD-2] while nobody waits a stalled upload keeps its place and its bytes") {
  AggregatorWorld world(in_flight(5));
  begin_mask(world);
  world.say(0, UploadChunk{0, Bytes(40, 1)});
  CHECK(world.round().next_deadline() == world.now() + Instant(60'000));
  world.wait(50'000);
  CHECK(world.rejected().empty());
  world.clear_log();
  world.connect(0);
  CHECK(world.last<UploadGrant>(0)->offset == 40);
}

TEST_CASE("[UPLOAD-2] a disconnected upload gives way at once when others wait") {
  AggregatorWorld world(in_flight(2));
  begin_mask(world);
  world.say(0, UploadChunk{0, Bytes(40, 1)});
  world.disconnect(0);
  CHECK(granted(world) == std::vector<std::uint32_t>{1, 2});
  CHECK(world.rejected().empty());  // there is nobody to tell
  world.clear_log();
  world.connect(0);
  CHECK(world.last<UploadGrant>(0) == nullptr);
  for (const std::uint32_t i : {1U, 2U, 3U, 4U}) finish(world, i);
  CHECK(world.last<UploadGrant>(0)->offset == 0);
}

TEST_CASE("[UPLOAD-2] who is not connected is not granted a place") {
  AggregatorWorld world(in_flight(1));
  world.begin_and_run_to(Phase::share);
  world.disconnect(0);
  for (const std::uint32_t i : {1U, 2U, 3U, 4U}) world.share({i});
  world.connect(0);
  world.share({0});
  world.disconnect(1);
  REQUIRE(world.phase() == Phase::mask);
  for (const std::uint32_t i : world.all()) world.member(i).receive(*world.last<Delivery>(i));
  CHECK(granted(world) == std::vector<std::uint32_t>{0});
  finish(world, 0);
  CHECK(granted(world) == std::vector<std::uint32_t>{2});
  world.connect(1);  // to the end of the queue
  finish(world, 2);
  finish(world, 3);
  CHECK(granted(world) == std::vector<std::uint32_t>{4});
  finish(world, 4);
  CHECK(granted(world) == std::vector<std::uint32_t>{1});
}

TEST_CASE("[UPLOAD-2] another session in place of the first is no progress") {
  AggregatorWorld world(in_flight(1));
  begin_mask(world);
  world.wait(700);
  world.connect(0);
  world.wait(300);
  CHECK(granted(world) == std::vector<std::uint32_t>{1});
}

TEST_CASE("[ONCE-4] who refuses gives its place up") {
  AggregatorWorld world(in_flight(1));
  begin_mask(world);
  world.say(0, UploadChunk{0, Bytes(40, 1)});
  world.refuse(0, Reason::participant_stopped);
  CHECK(granted(world) == std::vector<std::uint32_t>{1});
  world.connect(0);
  for (const std::uint32_t i : {1U, 2U, 3U, 4U}) finish(world, i);
  CHECK(world.phase() == Phase::attest);
}

TEST_CASE("[UPLOAD-2] stalled uploads give way to those who wait, not to each other") {
  AggregatorWorld world(in_flight(4));
  begin_mask(world);
  world.clear_log();
  world.wait(1'000);
  CHECK(granted(world) == std::vector<std::uint32_t>{1, 2, 3, 4});
  CHECK(world.rejected() == std::vector<std::uint32_t>{0});
}

}  // namespace
}  // namespace blindsum
