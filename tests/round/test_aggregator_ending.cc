#include <doctest/doctest.h>

#include "protocol/round/round_transcript.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;
using Reasons = std::vector<Reason>;

void begin_voiding(AggregatorWorld& world) {
  world.begin_and_run_to(Phase::mask);
  world.mask({0, 1});
  world.to_deadline();
  REQUIRE(world.phase() == Phase::voiding);
  REQUIRE(world.record()->outcome == Reason::too_few_survivors);
}

bool holds(AggregatorWorld& world, const VoidCertificate& certificate) {
  std::vector<VerifyKey> keys;
  Bitmap all(5);
  for (const std::uint32_t i : world.all()) {
    keys.push_back(world.member(i).identity().verify_key());
    all.add(i);
  }
  return verify_quorum(certificate.votes, all, 4, keys, world.member(0).th1(), void_statement)
      .has_value();
}

TEST_CASE("[VOID-3] an aborted round is voided by a quorum, and all of the cohort learn it") {
  AggregatorWorld world;
  begin_voiding(world);
  for (const std::uint32_t i : world.all()) {
    CHECK(world.last<RoundAborted>(i)->reason == Reason::too_few_survivors);
    CHECK(world.count<VoidRequest>(i) == 1);
  }
  CHECK(world.records() == 1);
  world.vote_void({4, 1, 0});
  CHECK(world.phase() == Phase::voiding);
  CHECK(world.last<VoidCertificate>(0) == nullptr);
  world.vote_void({2});
  REQUIRE(world.phase() == Phase::over);
  for (const std::uint32_t i : world.all()) {
    REQUIRE(world.last<VoidCertificate>(i) != nullptr);
    CHECK(holds(world, *world.last<VoidCertificate>(i)));
  }
  CHECK(world.records() == 1);
  world.vote_void({3});  // too late to matter
  CHECK(world.rejected().empty());
  world.clear_log();
  world.connect(3);
  CHECK(world.last<RoundAborted>(3) != nullptr);
  CHECK(world.last<VoidCertificate>(3) != nullptr);
}

TEST_CASE("[VOID-1] a vote is verified and counts once") {
  AggregatorWorld world;
  begin_voiding(world);
  VoidVote forged = world.member(0).void_vote();
  forged.signature.bytes[0] ^= 1;
  world.say(0, forged);
  CHECK(world.rejections(0) == Reasons{Reason::bad_signature});
  world.vote_void({0, 0});
  world.say(0, forged);
  CHECK(world.rejections(0) == Reasons{Reason::bad_signature, Reason::conflicting_answer});
  world.vote_void({1, 2});
  CHECK(world.phase() == Phase::voiding);
}

TEST_CASE("[VOID-1] who refused, or is outside U2, may vote as well") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.share({0, 1, 2, 3});
  world.to_deadline();
  world.refuse(0, Reason::too_few_picks);
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.last<VoidRequest>(0) != nullptr);
  CHECK(world.last<VoidRequest>(4) != nullptr);
  world.vote_void({0, 1, 2});
  world.member(4).join(*world.last<Cohort>(4));
  world.vote_void({4});
  CHECK(world.last<VoidCertificate>(4) != nullptr);
}

TEST_CASE("[VOID-1] a vote before anybody asked is final, and counts when it comes to that") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  VoidVote forged = world.member(0).void_vote();
  forged.signature.bytes[0] ^= 1;
  world.say(0, forged);
  CHECK(world.rejections(0) == Reasons{Reason::bad_signature});
  world.vote_void({0});
  CHECK(world.dropped(0) == Reason::already_void);
  CHECK(world.phase() == Phase::mask);
  world.vote_void({1});  // now there are too few left
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.last<VoidRequest>(0) == nullptr);
  world.vote_void({2, 3});
  CHECK(world.phase() == Phase::over);
  CHECK(world.last<VoidCertificate>(0) != nullptr);
}

TEST_CASE("[INPUT-6] voiding ends when a quorum is out of reach") {
  AggregatorWorld world;
  begin_voiding(world);
  world.refuse(0, Reason::too_few_survivors);  // of the round: VOID may still follow [ONCE-4]
  world.refuse(1, Reason::already_unmasked);
  CHECK(world.phase() == Phase::voiding);
  world.vote_void({2});
  world.refuse(2, Reason::unknown_round);  // has voted all the same
  CHECK(world.phase() == Phase::voiding);
  world.refuse(3, Reason::unknown_round);
  CHECK(world.phase() == Phase::over);
  CHECK(world.last<VoidCertificate>(2) == nullptr);
  CHECK(world.rejected().empty());
}

TEST_CASE("[VOID-2] who first says that it cannot may still vote") {
  AggregatorWorld world;
  begin_voiding(world);
  world.refuse(0, Reason::unknown_round);
  world.vote_void({0, 1, 2, 3});
  CHECK(world.last<VoidCertificate>(0) != nullptr);
}

TEST_CASE("[VOID-3] voiding ends at its limit without a certificate") {
  AggregatorWorld world;
  begin_voiding(world);
  world.vote_void({0, 1, 2});
  CHECK(world.round().next_deadline() == world.now() + Instant(20'000));
  world.to_deadline();
  CHECK(world.phase() == Phase::over);
  CHECK(world.last<VoidCertificate>(0) == nullptr);
  world.clear_log();
  world.connect(0);
  CHECK(world.last<RoundAborted>(0) != nullptr);
  CHECK(world.last<VoidRequest>(0) == nullptr);
}

TEST_CASE("[JOIN-2] who connects while the round is voided hears of the abort and is asked") {
  AggregatorWorld world;
  begin_voiding(world);
  world.vote_void({0});
  world.clear_log();
  world.connect(0);
  world.connect(1);
  CHECK(world.last<RoundAborted>(0) != nullptr);
  CHECK(world.last<VoidRequest>(0) == nullptr);
  CHECK(world.last<RoundAborted>(1) != nullptr);
  CHECK(world.last<VoidRequest>(1) != nullptr);
}

TEST_CASE("[VOID-5] no unmask answer is taken once VOID was asked for") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.to_deadline();
  REQUIRE(world.phase() == Phase::voiding);
  world.unmask(world.all());
  for (const std::uint32_t i : world.all())
    CHECK(world.rejections(i) == Reasons{Reason::wrong_phase});
  CHECK(world.job() == nullptr);
}

TEST_CASE("a stop aborts the round by its name, in every phase") {
  for (const Phase phase : {Phase::advertise, Phase::share, Phase::mask, Phase::attest,
                            Phase::unmask, Phase::recover}) {
    AggregatorWorld world;
    world.recovers = false;
    world.begin_and_run_to(phase);
    world.event(AggregatorStop{Reason::server_draining});
    CHECK(world.record()->outcome == Reason::server_draining);
    CHECK(world.last<RoundAborted>(0)->reason == Reason::server_draining);
    const bool can_be_voided = phase != Phase::advertise && phase != Phase::recover;
    CHECK(world.phase() == (can_be_voided ? Phase::voiding : Phase::over));
    world.event(AggregatorStop{Reason::server_draining});
    CHECK(world.phase() == Phase::over);
    world.event(AggregatorStop{Reason::server_draining});
    CHECK(world.records() == 1);
    // What was under way comes too late.
    world.event(Recovered{});
    world.event(Accumulated{world.index(0), {}});
    CHECK(world.phase() == Phase::over);
  }
}

TEST_CASE("[RECORD-1] every round has a record, with what was fixed") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.wait(100);
  world.run_to(Phase::share);
  world.wait(200);
  world.run_to(Phase::mask);
  world.wait(300);
  world.run_to(Phase::attest);
  world.wait(400);
  world.run_to(Phase::unmask);
  world.recovers = false;
  world.wait(500);
  world.unmask(world.all());
  world.wait(60);
  Hash digest;
  digest.bytes.fill(8);
  world.event(Recovered{{Reason::ok, {}, {}, digest}});
  REQUIRE(world.phase() == Phase::over);
  const RecordContent& record = *world.record();
  CHECK(record.offer == world.offer());
  CHECK(world.proof().n() == 5);
  CHECK(record.th0 == hash_th0(world.offer().parameter_bytes).value());
  CHECK(record.th1 == world.member(0).th1());
  CHECK(record.th2 == world.member(0).th2());
  CHECK(record.th3 == world.member(0).th3());
  CHECK(record.u2 == Bytes{0x1f});
  CHECK(record.u3 == Bytes{0x1f});
  CHECK(record.certified);
  CHECK(world.proof().attestations == world.last<Certificate>(0)->attestations);
  CHECK(record.timings == PhaseTimings{100, 200, 300, 400, 560});
  CHECK(record.sum_digest == digest);
  CHECK(record.previous_record == world.parameters().previous_record);
  CHECK(record.detail.empty());
}

TEST_CASE("[DISK-9] a sum whose ending cannot be kept yet is not given up, and waits for room") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.store().fail_after(0);
  world.unmask(world.all());
  REQUIRE(world.phase() == Phase::recover);
  CHECK(world.records() == 0);
  CHECK(world.round().next_deadline() == world.now() + Instant(1000));
  world.connect(0);  // nothing is tried before its time
  world.to_deadline();
  CHECK(world.phase() == Phase::recover);
  CHECK(world.last<RoundAborted>(0) == nullptr);
  world.store().heal();
  CHECK(world.phase() == Phase::recover);
  world.to_deadline();
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::ok);
  CHECK(world.sum() == world.inputs_of(world.all()));
  CHECK(world.records() == 1);
}

TEST_CASE("[DISK-9] a stop ends a round whose ending waits for room") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.store().fail_after(0);
  world.unmask(world.all());
  REQUIRE(world.phase() == Phase::recover);
  world.event(AggregatorStop{Reason::server_draining});
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::server_draining);
  CHECK(world.record()->sum_digest == Hash{});
}

TEST_CASE("[RECORD-2] a sum whose ending cannot be kept is not published") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.store().fail_for_good();
  world.unmask(world.all());
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::store_failed);
  CHECK(world.record()->sum_digest == Hash{});
  CHECK(world.last<RoundAborted>(0)->reason == Reason::store_failed);
}

TEST_CASE("[KEY-3] an own fault in recovery aborts by name") {
  AggregatorWorld world;
  world.recovers = false;
  world.begin_and_run_to(Phase::recover);
  world.event(Recovered{{Reason::internal_error, {}, {}, {}}});
  CHECK(world.phase() == Phase::over);  // all have unmasked
  CHECK(world.record()->outcome == Reason::internal_error);
}

TEST_CASE("[WIRE-5] nothing is expected once the round is over") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::over);
  world.clear_log();
  world.say(0, world.member(0).unmask());
  world.say(0, world.member(0).receipt());
  world.say(0, world.member(0).advert(world.offer()));
  CHECK(world.rejections(0) == Reasons(3, Reason::wrong_phase));
  world.refuse(0, Reason::superseded);
  world.vote_void({0});
  world.connect(0);
  CHECK(world.rejections(0).size() == 3);
  CHECK(world.last<RoundAborted>(0) == nullptr);

  AggregatorWorld without_cohort;
  REQUIRE(without_cohort.start().has_value());
  without_cohort.to_deadline();
  without_cohort.advertise({0});
  CHECK(without_cohort.rejections(0) == Reasons{Reason::wrong_phase});
}

TEST_CASE("[JOIN-2] who refused hears no more of the round but VOID") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.refuse(0, Reason::input_declined);
  world.refuse(1, Reason::input_declined);
  REQUIRE(world.phase() == Phase::voiding);
  world.clear_log();
  world.connect(0);
  CHECK(world.last<RoundAborted>(0) == nullptr);
  CHECK(world.last<VoidRequest>(0) != nullptr);
  world.vote_void({0, 1, 2, 3});
  world.clear_log();
  world.connect(1);
  CHECK(world.last<RoundAborted>(1) == nullptr);
  CHECK(world.last<VoidCertificate>(1) != nullptr);
}

}  // namespace
}  // namespace blindsum
