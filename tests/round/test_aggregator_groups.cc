// Uploads that are taken one by one and made durable in groups: a place is free as soon as its
// upload is in the sum, and nobody is acknowledged, nor a phase closed, before it is there for good
// [RECEIPT-2, UPLOAD-2, DISK-7].
#include <doctest/doctest.h>

#include "protocol/vector/vector_error.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;
using Reasons = std::vector<Reason>;

// One upload in flight; what is handed over waits for the test.
struct Groups : AggregatorWorld {
  static WorldOptions options() {
    WorldOptions options;
    options.limits.uploads_in_flight = 1;
    return options;
  }
  Groups() : AggregatorWorld(options()) {
    accumulates = false;
    begin_and_run_to(Phase::mask);
    for (const std::uint32_t i : all()) member(i).receive(*last<Delivery>(i));
  }
  void upload(std::uint32_t i) {
    REQUIRE(last<UploadGrant>(i) != nullptr);
    send_chunks(i);
    say(i, member(i).receipt());
    REQUIRE(waiting.size() == 1);
  }
  // The machine hears that it is in the sum; whether it is, is the test's to say later.
  void take(std::uint32_t i) {
    upload(i);
    taken.push_back(waiting.front().roster_index);
    waiting.pop_front();
    event(UploadTaken{taken.back(), {}});
  }
  std::vector<std::uint32_t> taken;
};

TEST_CASE("[UPLOAD-2, DISK-7] the next grant goes out as soon as the upload is in the sum") {
  Groups groups;
  groups.upload(0);
  CHECK(groups.last<UploadGrant>(1) == nullptr);
  const std::uint32_t first = groups.waiting.front().roster_index;
  groups.waiting.clear();
  groups.event(UploadTaken{first, {}});
  CHECK(groups.last<UploadGrant>(1) != nullptr);
  CHECK(groups.last<UploadAck>(0) == nullptr);
  groups.event(UploadTaken{first, {}});  // twice: nothing
  groups.event(Accumulated{first, {}});
  CHECK(groups.count<UploadAck>(0) == 1);
  groups.event(Accumulated{first, {}});
  CHECK(groups.count<UploadAck>(0) == 1);
}

TEST_CASE("[RECEIPT-2] the phase closes when the last group is durable, not before") {
  Groups groups;
  for (const std::uint32_t i : groups.all()) {
    CHECK(groups.round().awaits_uploads());
    groups.take(i);
  }
  CHECK_FALSE(groups.round().awaits_uploads());
  for (const std::uint32_t index : groups.taken) {
    CHECK(groups.phase() == Phase::mask);
    groups.event(Accumulated{index, {}});
  }
  CHECK(groups.phase() == Phase::attest);
  CHECK(groups.last<Survivors>(0) != nullptr);
}

TEST_CASE("[PHASE-1, DISK-7] past its limit the phase waits for what is in the sum already") {
  Groups groups;
  for (const std::uint32_t i : {0U, 1U, 2U, 3U}) groups.take(i);
  groups.to_deadline();
  CHECK(groups.phase() == Phase::mask);
  CHECK_FALSE(groups.round().awaits_uploads());
  for (const std::uint32_t index : groups.taken) groups.event(Accumulated{index, {}});
  CHECK(groups.phase() == Phase::attest);
}

TEST_CASE("[DISK-9] a group that is not kept ends the round, nobody of it is acknowledged") {
  Groups groups;
  for (const std::uint32_t i : {0U, 1U}) groups.take(i);
  for (const std::uint32_t index : groups.taken) {
    groups.event(Accumulated{index, Reason::store_failed});
  }
  CHECK(groups.phase() == Phase::voiding);
  CHECK(groups.record()->outcome == Reason::store_failed);
  for (const std::uint32_t i : {0U, 1U}) {
    CHECK(groups.last<UploadAck>(i) == nullptr);
    CHECK(groups.last<RoundAborted>(i)->reason == Reason::store_failed);
  }
}

TEST_CASE("[UPLOAD-3] an upload that is malformed is told so when it is taken, others go on") {
  Groups groups;
  groups.upload(0);
  const std::uint32_t first = groups.waiting.front().roster_index;
  groups.waiting.clear();
  groups.event(UploadTaken{first, VectorError::bad_padding});
  CHECK(groups.rejections(0) == Reasons{Reason::bad_padding});
  CHECK(groups.last<UploadGrant>(1) != nullptr);
  groups.event(Accumulated{first, {}});  // of an upload that is in nothing
  CHECK(groups.last<UploadAck>(0) == nullptr);
}

TEST_CASE("[JOIN-2] who is in the sum and not acknowledged is granted nothing when it comes back") {
  Groups groups;
  groups.take(0);
  groups.clear_log();
  groups.event(MemberDisconnected{groups.index(0)});
  groups.connect(0);
  CHECK(groups.last<UploadGrant>(0) == nullptr);
  CHECK(groups.last<UploadAck>(0) == nullptr);
  groups.event(Accumulated{groups.index(0), {}});
  CHECK(groups.last<UploadAck>(0) != nullptr);
}

}  // namespace
}  // namespace blindsum
