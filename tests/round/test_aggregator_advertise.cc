#include <doctest/doctest.h>

#include "protocol/round/round_transcript.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;
using Reasons = std::vector<Reason>;

WorldOptions with_one_more() {
  WorldOptions options;
  options.members = 6;
  options.delta_ppm = 100'000;
  return options;
}

// So that a cohort of four serves, too.
WorldOptions without_losses() {
  WorldOptions options;
  options.delta_ppm = 0;
  return options;
}

TEST_CASE("[OFFER-3] the offer goes to all that are invited, and is kept first") {
  AggregatorWorld world(with_one_more());
  REQUIRE(world.start().has_value());
  for (std::uint32_t i = 0; i < 5; ++i)
    CHECK(world.last<Offer>(i)->signature == world.offer().signature);
  CHECK(world.last<Offer>(5) == nullptr);
  const auto facts = world.store().facts(world.parameters().session_id);
  REQUIRE(facts.has_value());
  CHECK(std::get<OfferedFact>(facts->front()).roster_indices ==
        std::vector<std::uint32_t>{10, 20, 30, 40, 50});
}

TEST_CASE("[PARAM-13] what the aggregator cannot mean is not sent") {
  AggregatorWorld wrong_roster;
  wrong_roster.parameters().roster_epoch += 1;
  CHECK(wrong_roster.start().error() == Reason::roster_mismatch);
  AggregatorWorld malformed;
  malformed.parameters().n_min = 2;
  CHECK(malformed.start().error() == Reason::bad_parameters);
  AggregatorWorld unsigned_offer;
  unsigned_offer.parameters().aggregator_key = unsigned_offer.member(0).identity().verify_key();
  CHECK(unsigned_offer.start().error() == Reason::bad_signature);
  WorldOptions few;
  few.invited = 3;
  CHECK(AggregatorWorld(few).start().error() == Reason::too_few_members);
  AggregatorWorld full_disk;
  full_disk.store().fail_after(0);
  CHECK(full_disk.start().error() == Reason::store_failed);
}

TEST_CASE("[PARAM-13] nobody is invited that the roster does not have") {
  AggregatorWorld world;
  std::vector<AggregatorEffect> effects;
  const auto round = AggregatorRound::start({world.roster(), world.store(), {}}, world.offer(),
                                            {10, 20, 30, 40, 51}, Instant(0), effects);
  CHECK(round.error() == Reason::unknown_member);
  CHECK(effects.empty());
}

TEST_CASE("[ADVERT-2] an advert is screened, and a correct one may follow [PHASE-3]") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  SignedAdvert good = world.member(1).advert(world.offer());
  SignedAdvert bad = good;
  bad.signature.bytes[3] ^= 1;
  world.say(1, bad);
  CHECK(world.rejections(1) == Reasons{Reason::bad_signature});
  bad = good;
  bad.advert.roster_index = world.index(2);
  bad.signature = world.member(1).identity().sign(advert_statement(Hash{}, bad.advert)).value();
  world.say(1, bad);
  CHECK(world.rejections(1) == Reasons{Reason::bad_signature, Reason::wrong_item});
  world.advertise(world.all_but({1}));
  CHECK(world.phase() == Phase::advertise);
  world.say(1, good);
  REQUIRE(world.phase() == Phase::share);
  CHECK(world.last<Cohort>(4)->adverts.size() == 5);
  CHECK(world.last<Cohort>(4)->adverts[1] == good);
}

TEST_CASE("[SESSION-3] who is not in the roster, or not asked, is nobody to the round") {
  AggregatorWorld world(with_one_more());
  REQUIRE(world.start().has_value());
  world.event(MemberMessage{77, Refusal{Reason::participant_stopped, ""}});
  world.event(MemberConnected{77});
  world.event(MemberDisconnected{77});
  world.say(5, world.member(5).advert(world.offer()));
  CHECK(world.rejections(5) == Reasons{Reason::not_in_cohort});
  world.advertise({0, 1, 2, 3, 4});
  CHECK(world.last<Cohort>(0)->adverts.size() == 5);
}

TEST_CASE("[SESSION-3] a message of an unknown member is rejected by name") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  const auto effects = world.round().handle(MemberMessage{77, VoidVote{}}, world.now());
  REQUIRE(effects.size() == 2);
  CHECK(std::get<MemberRejected>(effects[0]).reason == Reason::unknown_member);
  CHECK(std::get<SendToMembers>(effects[1]).roster_indices == std::vector<std::uint32_t>{77});
}

TEST_CASE("[OFFER-3] who joins while the phase is open is invited") {
  AggregatorWorld world(with_one_more());
  REQUIRE(world.start().has_value());
  world.connect(5);
  REQUIRE(world.last<Offer>(5) != nullptr);
  world.advertise({0, 1, 2, 3, 4});
  CHECK(world.phase() == Phase::advertise);
  world.advertise({5});
  REQUIRE(world.phase() == Phase::share);
  CHECK(world.last<Cohort>(5)->adverts.size() == 6);
}

TEST_CASE("[ADVERT-2] the first n_max to advertise are the cohort, ascending by roster index") {
  WorldOptions options = with_one_more();
  options.invited = 6;
  options.n_max = 5;
  AggregatorWorld world(options);
  REQUIRE(world.start().has_value());
  world.advertise({5, 3, 4, 0, 2});
  REQUIRE(world.phase() == Phase::share);
  std::vector<std::uint32_t> indices;
  for (const SignedAdvert& advert : world.last<Cohort>(5)->adverts) {
    indices.push_back(advert.advert.roster_index);
  }
  CHECK(indices == std::vector<std::uint32_t>{10, 30, 40, 50, 60});
  CHECK(world.last<Cohort>(1) == nullptr);
  CHECK(world.dropped(1) == Reason::not_in_cohort);
  world.advertise({1});
  CHECK(world.rejections(1) == Reasons{Reason::not_in_cohort});
}

TEST_CASE("[PHASE-1] advertise closes at its limit with n_min, with fewer it aborts") {
  AggregatorWorld enough(without_losses());
  REQUIRE(enough.start().has_value());
  enough.advertise({0, 1, 2, 4});
  CHECK(enough.phase() == Phase::advertise);
  CHECK(enough.round().next_deadline() == enough.now() + Instant(10'000));
  enough.wait(9'999);
  CHECK(enough.phase() == Phase::advertise);
  enough.wait(1);
  CHECK(enough.phase() == Phase::share);
  CHECK(enough.dropped(3) == Reason::not_in_cohort);

  AggregatorWorld too_few;
  REQUIRE(too_few.start().has_value());
  too_few.advertise({0, 1, 2});
  too_few.to_deadline();
  REQUIRE(too_few.phase() == Phase::over);
  CHECK(too_few.record()->outcome == Reason::too_few_members);
  CHECK(too_few.proof().adverts.empty());
  CHECK(too_few.record()->timings.advertise_ms == 10'000);
  CHECK(too_few.last<RoundAborted>(4)->reason == Reason::too_few_members);
  CHECK(too_few.last<VoidRequest>(0) == nullptr);
}

TEST_CASE("[PHASE-4] who refuses is not waited for; too many refusals end the round at once") {
  AggregatorWorld world(without_losses());
  REQUIRE(world.start().has_value());
  world.advertise({0, 1, 2, 3});
  world.refuse(4, Reason::round_not_newer);
  REQUIRE(world.phase() == Phase::share);
  CHECK(world.dropped(4) == Reason::round_not_newer);

  AggregatorWorld hopeless;
  REQUIRE(hopeless.start().has_value());
  hopeless.refuse(0, Reason::task_not_served);
  CHECK(hopeless.phase() == Phase::advertise);
  hopeless.refuse(1, Reason::task_not_served);
  REQUIRE(hopeless.phase() == Phase::over);
  CHECK(hopeless.record()->outcome == Reason::too_few_members);
}

TEST_CASE("[ONCE-4] who refuses after its advert is not in the cohort, and may not come back") {
  AggregatorWorld world(without_losses());
  REQUIRE(world.start().has_value());
  world.advertise({0, 1, 2});
  world.refuse(0, Reason::participant_stopped);
  world.advertise({0});
  CHECK(world.rejections(0) == Reasons{Reason::wrong_phase});
  world.clear_log();
  world.connect(0);
  CHECK(world.last<Offer>(0) == nullptr);
  world.advertise({3, 4});
  REQUIRE(world.phase() == Phase::share);
  CHECK(world.last<Cohort>(1)->adverts.size() == 4);
}

TEST_CASE("[FINDER-1] a cohort that no graph serves aborts before anything is fixed") {
  WorldOptions options;
  options.n_min = 3;
  AggregatorWorld world(options);
  REQUIRE(world.start().has_value());
  world.advertise({0, 1, 2});
  world.to_deadline();
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::infeasible_parameters);
  CHECK(world.last<Cohort>(0) == nullptr);
  CHECK(world.last<RoundAborted>(0)->reason == Reason::infeasible_parameters);
}

TEST_CASE("[ONCE-3] the same advert again is taken silently, another one is evidence") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  const SignedAdvert first = world.member(2).advert(world.offer());
  SignedAdvert second = first;
  second.advert.mask_point = second.advert.channel_point;
  const Hash th0 = hash_th0(world.offer().parameter_bytes).value();
  const Encoded text = advert_statement(th0, second.advert);
  second.signature = world.member(2).identity().sign(text).value();
  world.say(2, first);
  world.say(2, first);
  CHECK(world.rejected().empty());
  world.say(2, second);
  world.say(2, second);
  CHECK(world.rejections(2) == Reasons{Reason::conflicting_answer, Reason::conflicting_answer});
  world.run_to(Phase::over);
  CHECK(world.proof().adverts[2] == first);
  REQUIRE(world.blame().size() == 1);
  const Blame blame = world.blame().front();
  CHECK(blame.kind == BlameKind::conflicting);  // [BLAME-5]
  CHECK(blame.accused == 2);
  Bytes evidence;  // [BLAME-4]
  for (const auto& [statement, signature] :
       {std::pair(advert_statement(th0, first.advert), first.signature),
        std::pair(text, second.signature)}) {
    put_u32(evidence, static_cast<std::uint32_t>(statement.view().size()));
    put_bytes(evidence, statement.view());
    put_bytes(evidence, signature.view());
  }
  CHECK(blame.evidence == evidence);
}

TEST_CASE("[SESSION-7] what a member did not sign is no evidence against it") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  SignedAdvert second = world.member(2).advert(world.offer());
  world.say(2, second);
  second.advert.mask_point = second.advert.channel_point;
  world.say(2, second);
  CHECK(world.rejections(2) == Reasons{Reason::conflicting_answer});
  world.run_to(Phase::over);
  CHECK(world.blame().empty());
}

TEST_CASE("[ONCE-6] the cohort is kept before it is sent") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.store().fail_after(0);
  world.advertise(world.all());
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::store_failed);
  CHECK(world.proof().adverts.empty());
  CHECK(world.last<Cohort>(0) == nullptr);
  CHECK(world.last<RoundAborted>(0)->reason == Reason::store_failed);
}

TEST_CASE("[WIRE-3] what does not parse counts as not sent") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.event(MemberMalformed{world.index(1), CryptoError::identity_point});
  CHECK(world.rejections(1) == Reasons{Reason::identity_point});
  world.run_to(Phase::share);
  CHECK(world.last<Cohort>(1)->adverts.size() == 5);
}

TEST_CASE("[WIRE-5] messages of phases to come are out of phase") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.say(0, Shares{});
  world.say(0, UploadChunk{0, {1}});
  world.say(0, Receipt{});
  world.say(0, Attestation{});
  world.say(0, Unmask{});
  world.say(0, VoidVote{});
  CHECK(world.rejections(0) == Reasons(6, Reason::wrong_phase));
  world.event(Accumulated{world.index(0), {}});
  world.event(Recovered{});
  world.run_to(Phase::over);
  CHECK(world.record()->outcome == Reason::ok);
}

}  // namespace
}  // namespace blindsum
