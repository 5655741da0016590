#include <doctest/doctest.h>

#include "protocol/round/aggregator/fixed.h"
#include "protocol/round/round_transcript.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;
using Reasons = std::vector<Reason>;
using Numbers = std::vector<std::uint32_t>;

// Member 2 shared and did not upload: it is in U2 and not in U3.
void begin_attest_without_2(AggregatorWorld& world) {
  world.begin_and_run_to(Phase::mask);
  world.mask(world.all_but({2}));
  world.to_deadline();
  REQUIRE(world.phase() == Phase::attest);
}

TEST_CASE("[CERT-2] the certificate goes to all of U2") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.share(world.all());
  world.mask(world.all_but({2}));
  world.to_deadline();
  world.attest(world.all_but({2}));
  REQUIRE(world.phase() == Phase::unmask);
  const Certificate* const certificate = world.last<Certificate>(2);
  REQUIRE(certificate != nullptr);
  CHECK(*certificate == *world.last<Certificate>(0));
  CHECK(certificate->th2 == world.member(0).th2());
  const Bitmap u3 = Bitmap::parse(certificate->u3, 5).value();
  CHECK(u3.members() == Numbers{0, 1, 3, 4});
  std::vector<VerifyKey> keys;
  for (const std::uint32_t i : world.all()) keys.push_back(world.member(i).identity().verify_key());
  const auto signers = verify_quorum(certificate->attestations, u3, 4, keys, world.member(0).th3(),
                                     attest_statement);
  REQUIRE(signers.has_value());
  CHECK(*signers == u3);
}

TEST_CASE("[ATTEST-3] an attestation is verified, and a correct one may follow") {
  AggregatorWorld world;
  begin_attest_without_2(world);
  Attestation forged = world.member(1).attest(*world.last<Survivors>(1));
  forged.signature.bytes[0] ^= 1;
  world.say(1, forged);
  CHECK(world.rejections(1) == Reasons{Reason::bad_signature});
  world.say(2, forged);
  CHECK(world.rejections(2) == Reasons{Reason::not_in_u3});
  world.attest(world.all_but({2}));
  CHECK(world.phase() == Phase::unmask);
}

TEST_CASE("[ONCE-3] the same attestation again is taken silently, another one is rejected") {
  AggregatorWorld world;
  begin_attest_without_2(world);
  world.attest({0});
  world.attest({0});
  CHECK(world.rejected().empty());
  Attestation other = world.member(0).attest(*world.last<Survivors>(0));
  other.signature.bytes[0] ^= 1;
  world.say(0, other);
  CHECK(world.rejections(0) == Reasons{Reason::conflicting_answer});
  Receipt receipt = world.member(0).receipt();
  world.say(0, receipt);  // of the phase before
  CHECK(world.rejections(0) == Reasons{Reason::conflicting_answer});
  receipt.signature.bytes[0] ^= 1;
  world.say(0, receipt);
  CHECK(world.rejections(0) == Reasons(2, Reason::conflicting_answer));
  world.say(2, world.member(2).receipt());  // was never acknowledged
  CHECK(world.rejections(2) == Reasons{Reason::wrong_phase});
}

TEST_CASE("[PHASE-1] attest closes at its limit with a quorum, with fewer it aborts") {
  AggregatorWorld enough;
  enough.begin_and_run_to(Phase::attest);
  enough.attest({0, 1, 2, 4});
  CHECK(enough.phase() == Phase::attest);
  CHECK(enough.round().next_deadline() == enough.now() + Instant(15'000));
  enough.to_deadline();
  REQUIRE(enough.phase() == Phase::unmask);
  const QuorumSignatures signatures = enough.last<Certificate>(0)->attestations;
  CHECK(Bitmap::parse(signatures.signers, 5)->members() == Numbers{0, 1, 2, 4});
  CHECK(signatures.signatures.size() == 4);

  AggregatorWorld too_few;
  too_few.begin_and_run_to(Phase::attest);
  too_few.attest({0, 1, 2});
  too_few.to_deadline();
  REQUIRE(too_few.phase() == Phase::voiding);
  CHECK(too_few.record()->outcome == Reason::certificate_short);
  CHECK_FALSE(too_few.record()->u3.empty());
  CHECK(too_few.proof().attestations.signers.empty());
  CHECK(too_few.last<Certificate>(0) == nullptr);
}

// Five attest, a quorum is four: the fifth counts, but is not in the certificate.
TEST_CASE("[CERT-3] a certificate has a quorum's signatures, and who else attested is waited for") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.attest(world.all());
  REQUIRE(world.phase() == Phase::unmask);
  const QuorumSignatures signatures = world.last<Certificate>(4)->attestations;
  CHECK(Bitmap::parse(signatures.signers, 5)->members() == Numbers{0, 1, 2, 3});
  CHECK(signatures.signatures.size() == 4);
  world.unmask({0, 1, 2, 3});
  CHECK(world.phase() == Phase::unmask);
  world.unmask({4});
  CHECK(world.phase() == Phase::over);
}

TEST_CASE("[CERT-3, ONCE-6] the certificate, and who attested beside it, survive a crash") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.attest(world.all());
  const Certificate before = *world.last<Certificate>(0);
  REQUIRE(world.restart().has_value());
  for (const std::uint32_t i : world.all()) world.event(MemberConnected{world.index(i)});
  CHECK(*world.last<Certificate>(0) == before);
  world.unmask({0, 1, 2, 3});
  CHECK(world.phase() == Phase::unmask);
  world.unmask({4});
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.proof().attestations == before.attestations);
  REQUIRE(world.restart().has_value());
  CHECK(world.proof().attestations == before.attestations);
}

TEST_CASE("[PHASE-4] too many refusals end the attest phase at once") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.refuse(0, Reason::missing_receipt);
  CHECK(world.phase() == Phase::attest);
  world.refuse(1, Reason::missing_receipt);
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::certificate_short);
}

TEST_CASE("[PHASE-4] an attestation counts also of a member that then leaves") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.attest({0});
  world.refuse(0, Reason::participant_stopped);
  world.refuse(1, Reason::participant_stopped);
  CHECK(world.phase() == Phase::attest);
  world.attest({2, 3, 4});
  CHECK(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::too_few_shares);
}

// t = 3 of each member's four holders would have to answer, and two have left.
TEST_CASE("[PHASE-1] nobody is asked to unmask when it cannot lead to a sum") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.attest({0, 1, 2, 3});
  world.refuse(0, Reason::participant_stopped);
  world.refuse(1, Reason::participant_stopped);
  world.attest({4});
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::too_few_shares);
  CHECK(world.proof().attestations.signers.empty());
  CHECK(world.last<Certificate>(2) == nullptr);
  CHECK(world.last<VoidRequest>(2) != nullptr);
}

TEST_CASE("[ONCE-6] the certificate is kept before it is sent") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.store().fail_after(0);
  world.attest(world.all());
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::store_failed);
  CHECK(world.last<Certificate>(0) == nullptr);
}

TEST_CASE("[JOIN-2] who connects while attesting gets the survivors, if it is one") {
  AggregatorWorld world;
  begin_attest_without_2(world);
  const Survivors survivors = *world.last<Survivors>(3);
  world.clear_log();
  for (const std::uint32_t i : world.all()) world.connect(i);
  CHECK(*world.last<Survivors>(3) == survivors);
  CHECK(world.last<Survivors>(2) == nullptr);
  CHECK(world.last<Delivery>(2) == nullptr);
}

TEST_CASE("[JOIN-2] who is outside U2 learns that in every later phase") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  const auto rest = world.all_but({2});
  world.share(rest);
  world.to_deadline();
  world.recovers = false;
  const auto is_told = [&] {
    world.clear_log();
    world.connect(2);
    return world.count<Delivery>(2) == 1 && world.last<Delivery>(2)->items.empty() &&
           world.last<Certificate>(2) == nullptr && world.last<Survivors>(2) == nullptr;
  };
  world.mask(rest);
  REQUIRE(world.phase() == Phase::attest);
  CHECK(is_told());
  world.attest(rest);
  REQUIRE(world.phase() == Phase::unmask);
  CHECK(is_told());
  world.unmask(rest);
  REQUIRE(world.phase() == Phase::recover);
  CHECK(is_told());
}

// Our own mistakes: nothing that a peer sends comes to this.
TEST_CASE("[CERT-1] attestations of anything else do not agree survivors") {
  using namespace detail::aggregator;
  const FixedCohort cohort{};
  const auto survivors = std::make_shared<const FixedSurvivors>();
  Hash other;
  other.bytes[0] = 1;
  for (const auto& collected : {SignatureCollector(attest_statement, other),
                                SignatureCollector(void_statement, survivors->th3)}) {
    const auto agreed = AgreedSurvivors::agree(cohort, survivors, collected);
    CHECK(agreed.error() == Reason::transcript_mismatch);
  }
}

}  // namespace
}  // namespace blindsum
