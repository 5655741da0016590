#include <doctest/doctest.h>

#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;
using Reasons = std::vector<Reason>;

// What becomes of the shares of member 2, changed and signed again.
Reasons verdict(const std::function<void(HandMember&, Shares&)>& change) {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  HandMember& member = world.member(2);
  member.join(*world.last<Cohort>(2));
  Shares shares = member.shares();
  change(member, shares);
  world.say(2, shares);
  const Reasons reasons = world.rejections(2);
  // Whatever it was, it counts as not sent, and the round of the others goes on [PHASE-3].
  world.share(world.all());
  CHECK(world.phase() == Phase::mask);
  return reasons;
}

TEST_CASE("[SHARE-8] shares are admitted as a whole or not at all") {
  CHECK(verdict([](HandMember&, Shares&) {}).empty());
  CHECK(verdict([](HandMember& member, Shares& shares) {
          shares.items.pop_back();
          member.sign(shares);
        }) == Reasons{Reason::wrong_length});
  CHECK(verdict([](HandMember& member, Shares& shares) {
          shares.items.push_back(shares.items.back());
          member.sign(shares);
        }) == Reasons{Reason::wrong_length});
  CHECK(verdict([](HandMember& member, Shares& shares) {
          std::swap(shares.items[0].to, shares.items[1].to);
          member.sign(shares);
        }) == Reasons{Reason::bad_order});
  CHECK(verdict([](HandMember& member, Shares& shares) {
          shares.items[1].to = shares.items[0].to;
          member.sign(shares);
        }) == Reasons{Reason::bad_order});
  CHECK(verdict([](HandMember& member, Shares& shares) {
          shares.items.back().to = 5;
          member.sign(shares);
        }) == Reasons{Reason::bad_order});
  CHECK(verdict([](HandMember& member, Shares& shares) {
          shares.items[1].to = member.u();
          shares.items[2].to = member.u() + 1;
          member.sign(shares);
        }) == Reasons{Reason::bad_order});
  CHECK(verdict([](HandMember& member, Shares& shares) {
          std::swap(shares.items[0].point, shares.items[1].point);
          member.sign(shares);
        }) == Reasons{Reason::bad_order});
  CHECK(verdict([](HandMember& member, Shares& shares) {
          shares.items[0].point = 0;
          member.sign(shares);
        }) == Reasons{Reason::bad_order});
}

TEST_CASE(
    "[SHARE-8] tags are their holders' to look at: no point, the identity, another encoding") {
  CHECK(verdict([](HandMember& member, Shares& shares) {
          shares.items[1].mask_tag.fill(0);
          shares.items[2].self_tag.fill(0xff);
          shares.items[3].mask_tag[31] |= 0x80;
          member.sign(shares);
        }).empty());
}

TEST_CASE("[SHARE-7, SHARE-8] the signature is over every byte of every item") {
  CHECK(verdict([](HandMember&, Shares& shares) { shares.signature.bytes[0] ^= 1; }) ==
        Reasons{Reason::bad_signature});
  CHECK(verdict([](HandMember&, Shares& shares) { shares.items[1].box[5] ^= 1; }) ==
        Reasons{Reason::bad_signature});
  CHECK(verdict([](HandMember&, Shares& shares) { shares.items[0].mask_tag[31] ^= 1; }) ==
        Reasons{Reason::bad_signature});
  CHECK(verdict([](HandMember&, Shares& shares) { shares.items[3].self_tag[0] ^= 1; }) ==
        Reasons{Reason::bad_signature});
  CHECK(verdict([](HandMember&, Shares& shares) {
          std::swap(shares.items[0].box, shares.items[1].box);
        }) == Reasons{Reason::bad_signature});
}

TEST_CASE("[U2-2] each member of U2 is sent its own items, and the proofs of its neighbours") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.share(world.all_but({1}));
  world.to_deadline();
  REQUIRE(world.phase() == Phase::mask);
  CHECK(world.dropped(1) == Reason::time_limit);
  Bitmap u2(5);
  for (const std::uint32_t u : {0U, 2U, 3U, 4U}) u2.add(u);
  const Bytes u2_bytes(u2.bytes().begin(), u2.bytes().end());
  for (const std::uint32_t u : u2.members()) {
    const Delivery* const delivery = world.last<Delivery>(u);
    REQUIRE(delivery != nullptr);
    CHECK(delivery->u2 == u2_bytes);
    std::vector<std::uint32_t> others = u2.members();
    std::erase(others, u);
    REQUIRE(delivery->items.size() == 3);
    REQUIRE(delivery->proofs.size() == 3);
    for (std::size_t i = 0; i < others.size(); ++i) {
      CHECK(delivery->items[i].from == others[i]);
      CHECK(delivery->items[i].item.to == u);
      const Shares dealt = world.member(others[i]).shares();
      const Hash& th1 = world.member(u).th1();
      const ShareTree tree = ShareTree::of(th1, others[i], dealt.items).value();
      CHECK(delivery->proofs[i] == SharesProof{others[i], tree.root(), dealt.signature});
      CHECK(delivery->items[i].path == tree.path(delivery->items[i].item.point));
    }
  }
  REQUIRE(world.last<Delivery>(1) != nullptr);
  CHECK(*world.last<Delivery>(1) == Delivery{u2_bytes, {}, {}});
}

TEST_CASE("[U2-2] on a sparse graph a delivery has in-neighbours' items, and proofs of picks too") {
  WorldOptions options;
  options.members = options.invited = options.n_min = options.n_max = 101;
  options.max_corrupt = 5;
  options.delta_ppm = 50'000;
  options.vector_length = 1;
  AggregatorWorld world(options);
  world.begin_and_run_to(Phase::mask);
  for (const std::uint32_t u : {0U, 57U, 100U}) {
    std::set<std::uint32_t> in, both;
    for (std::uint32_t v = 0; v < 101; ++v) {
      const auto& picks = world.member(v).picks();
      if (std::binary_search(picks.begin(), picks.end(), u)) in.insert(v);
    }
    both = in;
    both.insert(world.member(u).picks().begin(), world.member(u).picks().end());
    REQUIRE(both.size() > in.size());
    std::vector<std::uint32_t> senders, proven;
    for (const InboundItem& item : world.last<Delivery>(u)->items) senders.push_back(item.from);
    for (const SharesProof& proof : world.last<Delivery>(u)->proofs) proven.push_back(proof.member);
    CHECK(senders == std::vector<std::uint32_t>(in.begin(), in.end()));
    CHECK(proven == std::vector<std::uint32_t>(both.begin(), both.end()));
  }
}

TEST_CASE("[ONCE-3] the same shares again are taken silently, others are evidence") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.share({2});
  const Shares first = world.member(2).shares();
  world.say(2, first);
  CHECK(world.rejected().empty());
  Shares second = first;
  second.items[0].box[0] ^= 1;
  world.member(2).sign(second);
  world.say(2, second);
  CHECK(world.rejections(2) == Reasons{Reason::conflicting_answer});
  world.share(world.all_but({2}));
  REQUIRE(world.phase() == Phase::mask);
  world.say(2, first);  // late, and still nothing new
  world.say(2, second);
  CHECK(world.rejections(2) == Reasons(2, Reason::conflicting_answer));
  world.run_to(Phase::over);
  CHECK(world.sum() == world.inputs_of(world.all()));
  REQUIRE(world.blame().size() == 1);
  CHECK(world.blame()[0].kind == BlameKind::conflicting);
  CHECK(world.blame()[0].accused == 2);
  Bytes evidence;
  for (const Shares& shares : {first, second}) {
    const Hash& th1 = world.member(2).th1();
    const Encoded text =
        shares_statement(th1, 2, ShareTree::of(th1, 2, shares.items).value().root());
    put_u32(evidence, static_cast<std::uint32_t>(text.view().size()));
    put_bytes(evidence, text.view());
    put_bytes(evidence, shares.signature.view());
  }
  CHECK(world.blame()[0].evidence == evidence);
}

// What never can be admitted is hashed all the same, to see whether it is signed.
TEST_CASE("[ONCE-3, BLAME-5] second shares of any number of items end nothing") {
  for (const std::size_t items : {0U, 1U, 3U, 9U}) {
    AggregatorWorld world;
    world.begin_and_run_to(Phase::share);
    world.share({2});
    Shares second = world.member(2).shares();
    second.items.resize(items);
    world.member(2).sign(second);
    world.say(2, second);
    CHECK(world.rejections(2) == Reasons{Reason::conflicting_answer});
    world.share(world.all_but({2}));
    world.run_to(Phase::over);
    CHECK(world.sum() == world.inputs_of(world.all()));
    REQUIRE(world.blame().size() == 1);
    CHECK(world.blame()[0].kind == BlameKind::conflicting);
  }
}

TEST_CASE("[PHASE-1, U2-1] share closes at its limit with enough survivors, with fewer it aborts") {
  AggregatorWorld enough;
  enough.begin_and_run_to(Phase::share);
  enough.share(enough.all_but({0}));
  CHECK(enough.round().next_deadline() == enough.now() + Instant(20'000));
  enough.to_deadline();
  CHECK(enough.phase() == Phase::mask);

  AggregatorWorld too_few;
  too_few.begin_and_run_to(Phase::share);
  too_few.share(too_few.all_but({0, 1}));
  too_few.to_deadline();
  REQUIRE(too_few.phase() == Phase::voiding);
  CHECK(too_few.record()->outcome == Reason::too_few_survivors);
  CHECK(too_few.proof().n() == 5);
  CHECK(too_few.record()->u2.empty());
  CHECK(too_few.last<Delivery>(2) == nullptr);
}

TEST_CASE("[PHASE-4] too many refusals end the share phase at once") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.refuse(0, Reason::floor_too_low);
  CHECK(world.phase() == Phase::share);
  world.refuse(3, Reason::floor_too_low);
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::too_few_survivors);
  CHECK(world.last<RoundAborted>(1)->reason == Reason::too_few_survivors);
}

TEST_CASE("[ONCE-4] who refuses after its shares is not in U2") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.share({0, 1, 2, 3});
  world.refuse(3, Reason::participant_stopped);
  world.share({4});
  REQUIRE(world.phase() == Phase::mask);
  const auto u2 = Bitmap::parse(world.last<Delivery>(0)->u2, 5);
  CHECK_FALSE(u2->has(3));
  CHECK(u2->count() == 4);
}

TEST_CASE("[ONCE-6] U2 and its shares are kept before a delivery leaves") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.store().fail_after(0);
  world.share(world.all());
  REQUIRE(world.phase() == Phase::voiding);
  CHECK(world.record()->outcome == Reason::store_failed);
  CHECK(world.record()->u2.empty());
  CHECK(world.last<Delivery>(0) == nullptr);
}

TEST_CASE("[JOIN-2] who connects while shares are awaited gets the cohort again") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  world.clear_log();
  world.disconnect(1);
  world.connect(1);
  REQUIRE(world.last<Cohort>(1) != nullptr);
  CHECK(world.last<Cohort>(1)->adverts.size() == 5);
  world.refuse(2, Reason::participant_stopped);
  world.connect(2);
  CHECK(world.last<Cohort>(2) == nullptr);
}

TEST_CASE("[ONCE-3] an advert that comes late is compared with the one that counts") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::share);
  SignedAdvert advert = world.member(1).advert(world.offer());
  world.say(1, advert);
  CHECK(world.rejected().empty());
  advert.signature.bytes[0] ^= 1;
  world.say(1, advert);
  CHECK(world.rejections(1) == Reasons{Reason::conflicting_answer});
}

}  // namespace
}  // namespace blindsum
