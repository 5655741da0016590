#include <doctest/doctest.h>

#include "protocol/round/round_transcript.h"
#include "protocol/vector/vector_error.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;
using Reasons = std::vector<Reason>;

// Everybody has its delivery and has masked.
void begin_mask(AggregatorWorld& world) {
  world.begin_and_run_to(Phase::mask);
  for (const std::uint32_t i : world.all()) world.member(i).receive(*world.last<Delivery>(i));
}

TEST_CASE("[RECEIPT-2] a vector is added with its receipt, and acknowledged when that is durable") {
  AggregatorWorld world;
  world.accumulates = false;
  begin_mask(world);
  world.say(0, world.member(0).receipt());
  CHECK(world.rejections(0) == Reasons{Reason::wrong_phase});
  world.send_chunks(0);
  CHECK(world.waiting.empty());
  Receipt forged = world.member(0).receipt();
  forged.signature.bytes[1] ^= 1;
  world.say(0, forged);
  CHECK(world.rejections(0) == Reasons{Reason::wrong_phase, Reason::bad_signature});
  world.say(0, world.member(0).receipt());
  REQUIRE(world.waiting.size() == 1);
  CHECK(world.waiting.front().packed.joined() == world.member(0).upload());
  CHECK(world.waiting.front().fact.member == 0);
  CHECK(world.waiting.front().fact.receipt == world.member(0).receipt());
  CHECK(world.last<UploadAck>(0) == nullptr);
  world.accumulate_next();
  CHECK(world.last<UploadAck>(0) != nullptr);
}

TEST_CASE("[ONCE-3] the same receipt again has the same answer, another one is rejected") {
  AggregatorWorld world;
  world.accumulates = false;
  begin_mask(world);
  world.send_chunks(0);
  world.say(0, world.member(0).receipt());
  world.say(0, world.member(0).receipt());
  CHECK(world.waiting.size() == 1);
  world.accumulate_next();
  world.say(0, world.member(0).receipt());
  CHECK(world.count<UploadAck>(0) == 2);
  CHECK(world.rejected().empty());
  Receipt other = world.member(0).receipt();
  other.signature.bytes[1] ^= 1;
  world.say(0, other);
  CHECK(world.rejections(0) == Reasons{Reason::conflicting_answer});
  CHECK(world.waiting.empty());
}

TEST_CASE("[UPLOAD-3] an upload that is not well formed is rejected by name and not in the sum") {
  AggregatorWorld world;
  begin_mask(world);
  Bytes packed = world.member(1).upload();
  packed.back() |= 0xf0;
  world.say(1, UploadChunk{0, packed});
  world.say(1, world.member(1).receipt());
  CHECK(world.rejections(1) == Reasons{Reason::bad_padding});
  CHECK(world.dropped(1) == Reason::bad_padding);
  CHECK_FALSE(world.round().expects_chunk_from(world.index(1)));
  world.say(1, UploadChunk{0, world.member(1).upload()});
  CHECK(world.rejections(1) == Reasons{Reason::bad_padding, Reason::wrong_phase});
  world.mask(world.all_but({1}));  // is not waited for any more
  REQUIRE(world.phase() == Phase::attest);
  CHECK(world.sum() != world.inputs_of(world.all_but({1})));  // masks are on
  world.attest(world.all_but({1}));
  world.unmask(world.all_but({1}));
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.sum() == world.inputs_of(world.all_but({1})));
}

TEST_CASE("[PHASE-1] mask closes at its limit with enough survivors, with fewer it aborts") {
  AggregatorWorld enough;
  enough.begin_and_run_to(Phase::mask);
  enough.mask(enough.all_but({4}));
  CHECK(enough.phase() == Phase::mask);
  enough.to_deadline();
  CHECK(enough.phase() == Phase::attest);
  CHECK(enough.record() == std::nullopt);

  AggregatorWorld too_few;
  too_few.begin_and_run_to(Phase::mask);
  too_few.mask(too_few.all_but({3, 4}));
  too_few.to_deadline();
  REQUIRE(too_few.phase() == Phase::voiding);
  CHECK(too_few.record()->outcome == Reason::too_few_survivors);
  CHECK_FALSE(too_few.record()->u2.empty());
  CHECK(too_few.record()->u3.empty());
  CHECK(too_few.record()->timings.mask_ms == 60'000);
}

TEST_CASE("[PHASE-4] too many refusals end the mask phase at once") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.refuse(0, Reason::input_declined);
  CHECK(world.phase() == Phase::mask);
  world.refuse(1, Reason::input_declined);
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::too_few_survivors);
}

TEST_CASE("[RECEIPT-2] who is being added at the limit is still waited for, nobody else") {
  AggregatorWorld world;
  world.accumulates = false;
  begin_mask(world);
  for (const std::uint32_t i : {0U, 1U, 2U}) {
    world.send_chunks(i);
    world.say(i, world.member(i).receipt());
    world.accumulate_next();
  }
  world.send_chunks(3);
  world.say(3, world.member(3).receipt());
  world.send_chunks(4);
  world.to_deadline();
  CHECK(world.phase() == Phase::mask);
  CHECK_FALSE(world.round().next_deadline().has_value());
  world.say(4, world.member(4).receipt());
  CHECK(world.rejections(4) == Reasons{Reason::wrong_phase});
  world.accumulate_next();
  REQUIRE(world.phase() == Phase::attest);
  CHECK(Bitmap::parse(world.last<Survivors>(3)->u3, 5)->members() ==
        std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("[PHASE-1] an upload that fails after the limit leaves too few") {
  AggregatorWorld world;
  world.accumulates = false;
  begin_mask(world);
  for (const std::uint32_t i : {0U, 1U, 2U, 3U}) {
    world.send_chunks(i);
    world.say(i, world.member(i).receipt());
    if (i < 3) world.accumulate_next();
  }
  world.to_deadline();
  CHECK_FALSE(world.round().expects_chunk_from(world.index(4)));
  world.accumulate_next(VectorError::bad_padding);
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::too_few_survivors);
}

TEST_CASE("[KEY-3] an accumulator that fails is nobody's fault but ours") {
  for (const Reason reason : {Reason::store_failed, Reason::internal_error}) {
    AggregatorWorld world;
    world.accumulates = false;
    begin_mask(world);
    world.send_chunks(0);
    world.say(0, world.member(0).receipt());
    world.accumulate_next(reason);
    REQUIRE(world.phase() == Phase::voiding);
    CHECK(world.record()->outcome == reason);
    CHECK(world.rejected().empty());
  }
}

TEST_CASE("[ONCE-4] who refuses once its vector is in the sum stays in it") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.mask({0});
  world.refuse(0, Reason::participant_stopped);
  world.mask(world.all_but({0}));
  REQUIRE(world.phase() == Phase::attest);
  CHECK(Bitmap::parse(world.last<Survivors>(1)->u3, 5)->has(0));
  world.attest(world.all_but({0}));
  world.unmask(world.all_but({0}));
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.sum() == world.inputs_of(world.all()));
}

TEST_CASE("[ATTEST-1] survivors get the receipts of exactly their in-neighbours in U3") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.mask(world.all_but({2}));
  world.to_deadline();
  REQUIRE(world.phase() == Phase::attest);
  CHECK(world.last<Survivors>(2) == nullptr);
  for (const std::uint32_t u : {0U, 1U, 3U, 4U}) {
    const Survivors* const survivors = world.last<Survivors>(u);
    REQUIRE(survivors != nullptr);
    CHECK(survivors->th2 == world.member(u).th2());
    std::vector<MemberSignature> receipts;
    for (const std::uint32_t v : {0U, 1U, 3U, 4U}) {
      if (v != u) receipts.push_back({v, world.member(v).receipt().signature});
    }
    CHECK(survivors->receipts == receipts);
  }
}

TEST_CASE("[ONCE-6] U3 is kept before anybody is told") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.mask(world.all_but({4}));
  world.store().fail_after(0);
  world.to_deadline();
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::store_failed);
  CHECK(world.record()->u3.empty());
  CHECK(world.last<Survivors>(0) == nullptr);
}

TEST_CASE("[JOIN-2] who connects while masking gets its delivery and what is due") {
  WorldOptions options;
  options.limits.uploads_in_flight = 5;  // nobody waits for the place
  AggregatorWorld world(options);
  world.accumulates = false;
  begin_mask(world);
  const Delivery delivery = *world.last<Delivery>(0);
  world.say(0, UploadChunk{0, Bytes(10, 0)});
  world.clear_log();
  world.disconnect(0);
  world.connect(0);
  CHECK(*world.last<Delivery>(0) == delivery);
  REQUIRE(world.count<UploadGrant>(0) == 1);
  CHECK(world.last<UploadGrant>(0)->offset == 10);

  world.send_chunks(1);
  world.clear_log();
  world.connect(1);  // all bytes are there: the receipt is missing
  CHECK(world.last<UploadGrant>(1)->offset == world.member(1).upload().size());
  world.say(1, world.member(1).receipt());
  world.clear_log();
  world.connect(1);  // being added: the acknowledgement comes by itself
  CHECK(world.last<UploadGrant>(1) == nullptr);
  CHECK(world.last<UploadAck>(1) == nullptr);
  world.accumulate_next();
  CHECK(world.count<UploadAck>(1) == 1);
  world.connect(1);
  CHECK(world.count<UploadAck>(1) == 2);
}

TEST_CASE("[JOIN-2] who is outside U2 gets the bitmap alone, and no grant") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.share(world.all_but({3}));
  world.to_deadline();
  REQUIRE(world.phase() == Phase::mask);
  const std::size_t before = world.count<Delivery>(3);
  world.connect(3);
  REQUIRE(world.count<Delivery>(3) == before + 1);
  CHECK(world.last<Delivery>(3)->items.empty());
  CHECK(world.last<UploadGrant>(3) == nullptr);
  world.say(3, UploadChunk{0, {1}});
  world.say(3, Receipt{});
  CHECK(world.rejections(3) == Reasons(2, Reason::wrong_phase));
  world.mask(world.all_but({3}));
  CHECK(world.phase() == Phase::attest);
}

TEST_CASE("[WIRE-5] shares and attestations are out of phase while masking") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.share(world.all_but({3}));
  world.to_deadline();
  REQUIRE(world.phase() == Phase::mask);
  world.member(3).join(*world.last<Cohort>(3));
  world.say(3, world.member(3).shares());
  CHECK(world.rejections(3) == Reasons{Reason::wrong_phase});
  world.say(0, Attestation{});
  world.say(0, Unmask{});
  CHECK(world.rejections(0) == Reasons(2, Reason::wrong_phase));
}

}  // namespace
}  // namespace blindsum
