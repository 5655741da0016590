// The aggregator dies and comes back: nothing that was decided is decided again, and the sum is
// exact all the same [ONCE-6].
#include <doctest/doctest.h>

#include "protocol/round/round_transcript.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;

void crash(AggregatorWorld& world) {
  REQUIRE(world.restart().has_value());
  for (const std::uint32_t i : world.all()) world.connect(i);
}

TEST_CASE("[ONCE-6] restored at the start of any phase, the round ends in the exact sum") {
  for (const Phase phase :
       {Phase::advertise, Phase::share, Phase::mask, Phase::attest, Phase::unmask}) {
    AggregatorWorld world;
    world.begin_and_run_to(phase);
    crash(world);
    CHECK(world.phase() == phase);
    world.run_to(Phase::over);
    CHECK(world.record()->outcome == Reason::ok);
    CHECK(world.sum() == world.inputs_of(world.all()));
    CHECK(world.records() == 1);
  }
}

TEST_CASE("[ONCE-6] restored after any event, the round ends in the exact sum") {
  bool is_done = false;
  for (std::uint32_t after = 1; !is_done; ++after) {
    AggregatorWorld world;
    REQUIRE(world.start().has_value());
    world.crash_after = after;
    for (int tries = 0; world.phase() != Phase::over && tries < 3; ++tries) {
      if (world.phase() == Phase::advertise) world.advertise(world.all());
      if (world.phase() == Phase::share) world.share(world.all());
      if (world.phase() == Phase::mask) world.mask(world.all());
      if (world.phase() == Phase::attest) world.attest(world.all());
      if (world.phase() == Phase::unmask) world.unmask(world.all());
    }
    is_done = world.crash_after > 0;  // the round had fewer events
    CAPTURE(after);
    REQUIRE(world.phase() == Phase::over);
    CHECK(world.record()->outcome == Reason::ok);
    CHECK(world.sum() == world.inputs_of(world.all()));
    // What was on its way when the machine died meets one that knows nothing of what came before,
    // or that has got what it needs already. None of this ends the round for a member [PHASE-5].
    for (const std::uint32_t i : world.all()) {
      for (const Reason reason : world.rejections(i)) {
        const bool is_harmless = reason == Reason::wrong_offset || reason == Reason::wrong_phase;
        CHECK(is_harmless);
      }
    }
  }
}

TEST_CASE("[ONCE-6] who is in the accumulator stays in the sum, and is not added twice") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.mask({0, 3});
  world.say(1, UploadChunk{0, Bytes(10, 1)});
  REQUIRE(world.restart().has_value());
  CHECK_FALSE(world.round().expects_chunk_from(world.index(1)));  // nobody is connected yet
  world.clear_log();
  world.connect(0);
  CHECK(world.last<UploadAck>(0) != nullptr);
  CHECK(world.last<UploadGrant>(0) == nullptr);
  world.connect(1);
  CHECK(world.last<UploadGrant>(1)->offset == 0);
  world.mask({1, 2, 4});
  CHECK(world.phase() == Phase::mask);  // 2 and 4 have not come back
  world.connect(2);
  world.connect(4);
  world.mask({2, 4});
  REQUIRE(world.phase() == Phase::attest);
  world.run_to(Phase::over);
  CHECK(world.sum() == world.inputs_of(world.all()));
}

TEST_CASE("[ONCE-6, CERT-3] a restored survivor set and certificate are those that were sent") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.mask(world.all_but({2}));
  world.to_deadline();
  const Survivors survivors = *world.last<Survivors>(0);
  world.clear_log();
  crash(world);
  CHECK(*world.last<Survivors>(0) == survivors);
  world.attest(world.all_but({2, 4}));
  CHECK(world.phase() == Phase::attest);
  world.attest({4});
  const Certificate certificate = *world.last<Certificate>(2);
  world.clear_log();
  crash(world);
  CHECK(*world.last<Certificate>(2) == certificate);
  world.unmask({0, 1});
  crash(world);  // answers are not kept: they come again
  world.unmask({0, 1, 3, 4});
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.sum() == world.inputs_of({0, 1, 3, 4}));
}

TEST_CASE("[ONCE-6] all uploads were added and nobody was told: restored, U3 is fixed at once") {
  WorldOptions options;
  options.limits.uploads_in_flight = 5;
  AggregatorWorld world(options);
  world.accumulates = false;
  world.begin_and_run_to(Phase::mask);
  world.mask(world.all());
  auto facts = world.store().facts(world.parameters().session_id).value();
  for (const Accumulate& effect : world.waiting) facts.push_back(effect.fact);
  REQUIRE(world.restart(facts).has_value());
  CHECK(world.phase() == Phase::attest);
}

TEST_CASE("[PHASE-2] time limits begin anew") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.wait(59'000);
  REQUIRE(world.restart().has_value());
  CHECK(world.round().next_deadline() == world.now() + Instant(60'000));
}

TEST_CASE("[RECORD-2] a round that has ended gives the same record again") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::over);
  const RecordContent record = *world.record();
  const RecordProof proof = world.proof();
  crash(world);
  CHECK(world.phase() == Phase::over);
  CHECK(world.records() == 2);
  CHECK(*world.record() == record);
  CHECK(world.proof() == proof);
}

TEST_CASE("[VOID-3] an aborted round is still voided after a crash") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.to_deadline();
  REQUIRE(world.phase() == Phase::voiding);
  const RecordContent record = *world.record();
  const RecordProof proof = world.proof();
  world.vote_void({0, 1});
  world.clear_log();
  crash(world);
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(*world.record() == record);
  CHECK(world.proof() == proof);
  CHECK(world.last<RoundAborted>(0)->reason == Reason::certificate_short);
  CHECK(world.last<VoidRequest>(0) != nullptr);
  world.vote_void({0, 1, 2, 3});
  CHECK(world.last<VoidCertificate>(4) != nullptr);
}

TEST_CASE("[ONCE-6] a round that aborted without a cohort is over after a crash") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.to_deadline();
  REQUIRE(world.phase() == Phase::over);
  world.clear_log();
  crash(world);
  CHECK(world.phase() == Phase::over);
  CHECK(world.last<RoundAborted>(0)->reason == Reason::too_few_members);
}

TEST_CASE("[ONCE-6] facts that are not those of a round are refused") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  const auto facts = world.store().facts(world.parameters().session_id).value();
  CHECK(world.restart(std::vector<RoundFact>{}).error() == Reason::internal_error);
  CHECK(world.restart({facts.begin() + 1, facts.end()}).error() == Reason::internal_error);
  const auto with = [&](const auto& change) {
    auto changed = facts;
    for (RoundFact& fact : changed) change(fact);
    return world.restart(changed).error();
  };
  CHECK(with([](RoundFact& fact) {
          if (auto* const offered = std::get_if<OfferedFact>(&fact)) {
            offered->offer.signature.bytes[0] ^= 1;
          }
        }) == Reason::bad_signature);
  CHECK(with([](RoundFact& fact) {
          if (auto* const cohort = std::get_if<CohortFact>(&fact)) {
            cohort->adverts[0].advert.roster_index = 9;
          }
        }) == Reason::unknown_member);
  CHECK(with([](RoundFact& fact) {
          if (auto* const shares = std::get_if<SharesFact>(&fact)) shares->shares.pop_back();
        }) == Reason::internal_error);
  CHECK(with([](RoundFact& fact) {
          if (auto* const shares = std::get_if<SharesFact>(&fact)) {
            shares->shares[0].items.pop_back();
          }
        }) == Reason::internal_error);
  CHECK(with([](RoundFact& fact) {
          if (auto* const survivors = std::get_if<SurvivorsFact>(&fact)) survivors->u3 = Bitmap(5);
        }) == Reason::internal_error);
  CHECK(with([](RoundFact& fact) {
          if (auto* const kept = std::get_if<CertificateFact>(&fact)) {
            kept->certificate.attestations.signatures[0].bytes[0] ^= 1;
          }
        }) == CryptoError::bad_signature);
  CHECK(with([](RoundFact& fact) {
          if (auto* const kept = std::get_if<CertificateFact>(&fact)) {
            kept->certificate.attestations.signatures.pop_back();
          }
        }) == Reason::wrong_length);
  CHECK(with([](RoundFact& fact) {
          if (auto* const kept = std::get_if<CertificateFact>(&fact)) {
            kept->certificate.attestations.signers = {0x07};  // the first three, of a quorum of 4
            kept->certificate.attestations.signatures.resize(3);
          }
        }) == Reason::certificate_short);
}

TEST_CASE("[CERT-1, ONCE-6] a kept certificate with a signer outside U3 is refused") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::mask);
  world.mask(world.all_but({2}));
  world.to_deadline();
  world.attest(world.all_but({2}));
  REQUIRE(world.phase() == Phase::unmask);
  auto facts = world.store().facts(world.parameters().session_id).value();
  const Encoded text = attest_statement(world.member(0).th3(), 2);
  for (RoundFact& fact : facts) {
    auto* const kept = std::get_if<CertificateFact>(&fact);
    if (kept == nullptr) continue;
    QuorumSignatures& attestations = kept->certificate.attestations;
    REQUIRE(attestations.signers == Bytes{0x1b});
    attestations.signers = {0x1f};
    attestations.signatures.insert(attestations.signatures.begin() + 2,
                                   world.member(2).identity().sign(text).value());
  }
  CHECK(world.restart(facts).error() == Reason::bad_bitmap);
}

}  // namespace
}  // namespace blindsum
