#include <doctest/doctest.h>

#include "protocol/round/round_transcript.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;
using Reasons = std::vector<Reason>;
using Numbers = std::vector<std::uint32_t>;

// Member 2 is in U2 and not in U3.
void begin_unmask_without_2(AggregatorWorld& world) {
  world.begin_and_run_to(Phase::mask);
  world.mask(world.all_but({2}));
  world.to_deadline();
  world.attest(world.all_but({2}));
  REQUIRE(world.phase() == Phase::unmask);
}

// What becomes of member 1's answer, changed and signed again.
Reasons verdict(const std::function<void(Unmask&)>& change) {
  AggregatorWorld world;
  begin_unmask_without_2(world);
  Unmask answer = world.member(1).unmask();
  change(answer);
  world.member(1).sign(answer);
  world.say(1, answer);
  const Reasons reasons = world.rejections(1);
  if (!reasons.empty()) world.unmask({1});  // a correct one may follow [PHASE-3]
  world.unmask({0, 3, 4});
  CHECK(world.phase() == Phase::over);
  CHECK(world.sum() == world.inputs_of({0, 1, 3, 4}));
  return reasons;
}

TEST_CASE("[UNMASK-4] an answer covers exactly the in-neighbours in U2, of the right kind") {
  CHECK(verdict([](Unmask&) {}).empty());
  CHECK(verdict([](Unmask& answer) { answer.entries.pop_back(); }) == Reasons{Reason::wrong_item});
  CHECK(verdict([](Unmask& answer) { answer.entries.clear(); }) == Reasons{Reason::wrong_item});
  CHECK(verdict([](Unmask& answer) { answer.entries.push_back({5, ShareKind::self_mask, {}}); }) ==
        Reasons{Reason::wrong_item});
  CHECK(verdict([](Unmask& answer) { answer.not_held.push_back(4); }) ==
        Reasons{Reason::wrong_item});
  CHECK(verdict([](Unmask& answer) { answer.entries[0].kind = ShareKind::mask_key; }) ==
        Reasons{Reason::wrong_item});
  CHECK(verdict([](Unmask& answer) { answer.entries[1].kind = ShareKind::self_mask; }) ==
        Reasons{Reason::wrong_item});
  CHECK(verdict([](Unmask& answer) { answer.entries[0].member = 1; }) ==
        Reasons{Reason::wrong_item});
}

TEST_CASE("[UNMASK-4] entries and reports are strictly ascending") {
  CHECK(verdict([](Unmask& answer) { std::swap(answer.entries[0], answer.entries[1]); }) ==
        Reasons{Reason::bad_order});
  CHECK(verdict([](Unmask& answer) { answer.entries[1] = answer.entries[0]; }) ==
        Reasons{Reason::bad_order});
  CHECK(verdict([](Unmask& answer) { answer.not_held = {3, 3}; }) == Reasons{Reason::bad_order});
}

TEST_CASE("[UNMASK-4] the signature is over the very body, by a member of U3") {
  AggregatorWorld world;
  begin_unmask_without_2(world);
  Unmask answer = world.member(1).unmask();
  answer.entries[0].share.bytes[0] ^= 1;
  world.say(1, answer);
  answer = world.member(1).unmask();
  answer.signature.bytes[0] ^= 1;
  world.say(1, answer);
  CHECK(world.rejections(1) == Reasons(2, Reason::bad_signature));
  world.say(2, answer);
  CHECK(world.rejections(2) == Reasons{Reason::not_in_u3});
}

TEST_CASE("[ONCE-3] the same answer again is taken silently, another one is evidence") {
  AggregatorWorld world;
  world.recovers = false;
  begin_unmask_without_2(world);
  const Unmask first = world.member(1).unmask();
  Unmask second = first;
  second.entries[0].share.bytes[0] ^= 1;
  world.member(1).sign(second);
  world.say(1, first);
  world.say(1, first);
  CHECK(world.rejected().empty());
  world.say(1, second);
  world.unmask({0, 3, 4});
  REQUIRE(world.phase() == Phase::recover);
  world.say(1, first);  // late
  world.say(1, second);
  CHECK(world.rejections(1) == Reasons(2, Reason::conflicting_answer));
  world.attest({1});
  Attestation other = world.member(1).attest(*world.last<Survivors>(1));
  CHECK(world.rejections(1).size() == 2);
  other.signature.bytes[0] ^= 1;
  world.say(1, other);
  CHECK(world.rejections(1) == Reasons(3, Reason::conflicting_answer));
  world.event(Recovered{});
  REQUIRE(world.blame().size() == 1);
  CHECK(world.blame()[0].kind == BlameKind::conflicting);
  CHECK(world.blame()[0].accused == 1);
  Bytes evidence;
  for (const Unmask& answer : {first, second}) {
    const Encoded text = unmask_statement(world.member(1).th3(), 1, answer.answer_hash);
    put_u32(evidence, static_cast<std::uint32_t>(text.view().size()));
    put_bytes(evidence, text.view());
    put_bytes(evidence, answer.signature.view());
  }
  CHECK(world.blame()[0].evidence == evidence);
}

TEST_CASE("[PHASE-4] unmask closes when all who can answer have") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.attest({0, 1, 2, 4});
  world.to_deadline();  // member 3 did not attest: it cannot answer
  REQUIRE(world.phase() == Phase::unmask);
  world.unmask({0, 1, 2});
  CHECK(world.phase() == Phase::unmask);
  world.unmask({4});
  CHECK(world.phase() == Phase::over);
  CHECK(world.sum() == world.inputs_of(world.all()));
}

TEST_CASE("[PHASE-4] who attests too late for the certificate is waited for all the same") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::attest);
  world.attest({0, 1, 2, 4});
  world.to_deadline();
  Attestation forged = world.member(3).attest(*world.last<Survivors>(3));
  forged.signature.bytes[0] ^= 1;
  world.say(3, forged);
  CHECK(world.rejections(3) == Reasons{Reason::bad_signature});
  world.attest({3});
  world.unmask({0, 1, 2, 4});
  CHECK(world.phase() == Phase::unmask);
  world.unmask({3});
  CHECK(world.phase() == Phase::over);
  CHECK(world.rejections(3).size() == 1);
}

TEST_CASE("[ONCE-3] an attestation that comes again while unmasking is compared with the first") {
  AggregatorWorld world;
  begin_unmask_without_2(world);
  Attestation attestation = world.member(0).attest(*world.last<Survivors>(0));
  world.say(0, attestation);
  CHECK(world.rejected().empty());
  attestation.signature.bytes[0] ^= 1;
  world.say(0, attestation);
  CHECK(world.rejections(0) == Reasons{Reason::conflicting_answer});
  world.say(2, attestation);
  CHECK(world.rejections(2) == Reasons{Reason::not_in_u3});
}

TEST_CASE("[PHASE-1] unmask aborts at its limit with too few shares of any secret") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  CHECK(world.round().next_deadline() == world.now() + Instant(25'000));
  world.unmask({0, 1, 2});  // of member 0 there are two shares, t is 3
  CHECK(world.phase() == Phase::unmask);
  world.to_deadline();
  REQUIRE(world.phase() == Phase::over);  // three have unmasked: no quorum can void it
  CHECK(world.record()->outcome == Reason::too_few_shares);
  CHECK(world.record()->sum_digest == Hash{});
  CHECK(world.last<RoundAborted>(4)->reason == Reason::too_few_shares);
}

TEST_CASE("[PHASE-1] nobody unmasks: the round aborts, and can be voided") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.to_deadline();
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::too_few_shares);
  CHECK(world.last<VoidRequest>(0) != nullptr);
}

TEST_CASE("[PHASE-4] too many refusals end the unmask phase at once") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.unmask({0});
  world.refuse(1, Reason::certificate_short);
  CHECK(world.phase() == Phase::unmask);
  world.refuse(2, Reason::certificate_short);
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::too_few_shares);
  CHECK(world.last<VoidRequest>(0) == nullptr);  // has unmasked [VOID-2]
  CHECK(world.last<VoidRequest>(1) != nullptr);
}

TEST_CASE("[PHASE-4] who refuses after its answer has answered") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.unmask({0, 1});
  world.refuse(0, Reason::participant_stopped);
  world.refuse(1, Reason::participant_stopped);
  world.unmask({2, 3, 4});
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.sum() == world.inputs_of(world.all()));
}

TEST_CASE("[JOIN-2] who connects while unmasking gets the survivors, then the certificate") {
  AggregatorWorld world;
  world.recovers = false;
  begin_unmask_without_2(world);
  const Certificate certificate = *world.last<Certificate>(0);
  world.clear_log();
  for (const std::uint32_t i : world.all()) world.connect(i);
  CHECK(world.last<Survivors>(0) != nullptr);
  CHECK(*world.last<Certificate>(0) == certificate);
  CHECK(world.last<Survivors>(2) == nullptr);
  CHECK(*world.last<Certificate>(2) == certificate);
  world.unmask(world.all_but({2}));
  REQUIRE(world.phase() == Phase::recover);
  world.clear_log();
  for (const std::uint32_t i : world.all()) world.connect(i);
  CHECK(world.last<Certificate>(0) == nullptr);
  CHECK(*world.last<Certificate>(2) == certificate);
}

TEST_CASE("[REBUILD-2] the job has the shares by the points that the dealers dealt") {
  AggregatorWorld world;
  world.recovers = false;
  begin_unmask_without_2(world);
  world.unmask({0, 1, 3, 4});
  REQUIRE(world.job() != nullptr);
  const RecoveryJob& job = *world.job();
  CHECK(job.th2 == world.member(0).th2());
  CHECK(job.threshold == 3);
  CHECK(job.corruption_bound == 1);
  REQUIRE(job.targets.size() == 5);
  for (std::uint32_t u = 0; u < 5; ++u) {
    const RebuildTarget& target = job.targets[u];
    const Advert& advert =
        world.record() ? world.proof().adverts[u].advert : world.last<Cohort>(0)->adverts[u].advert;
    CHECK(target.dealer == u);
    CHECK(target.kind == (u == 2 ? ShareKind::mask_key : ShareKind::self_mask));
    CHECK(target.expected == (u == 2 ? advert.mask_point : advert.self_point));
    CHECK(target.tags.size() == 4);
    for (const HeldShare& share : target.shares) {
      CHECK(share.point == (share.holder < u ? share.holder + 1 : share.holder));
      const Unmask answer = world.member(share.holder).unmask();
      CHECK(std::any_of(answer.entries.begin(), answer.entries.end(), [&](const UnmaskEntry& e) {
        return e.member == u && e.share == share.share;
      }));
    }
    CHECK(target.shares.size() == (u == 2 ? 4 : 3));
  }
  REQUIRE(job.pairs.size() == 4);
  for (const PairMask& pair : job.pairs) CHECK(pair.dropped == 2);
}

TEST_CASE("[REBUILD-1] nobody's mask key is asked for when nobody dropped") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.recovers = false;
  world.unmask(world.all());
  REQUIRE(world.job() != nullptr);
  for (const RebuildTarget& target : world.job()->targets) {
    CHECK(target.kind == ShareKind::self_mask);
  }
  CHECK(world.job()->pairs.empty());
}

}  // namespace
}  // namespace blindsum
