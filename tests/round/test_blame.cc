// Who lies in phase 2 or 5 is named, and spoils as little as it can [REBUILD-3].
#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/sign.h"
#include "protocol/round/limits.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "tests/support/aggregator_world.h"

namespace blindsum {
namespace {

using Phase = AggregatorPhase;

ShareTree tree_of(AggregatorWorld& world, std::uint32_t dealer) {
  HandMember& member = world.member(dealer);
  return ShareTree::of(member.th1(), dealer, member.shares().items).value();
}

// member ‖ root ‖ signature, as SPEC.md, Appendix C has it.
Bytes proof(AggregatorWorld& world, std::uint32_t dealer) {
  Bytes bytes;
  put_u32(bytes, dealer);
  put_bytes(bytes, tree_of(world, dealer).root().view());
  put_bytes(bytes, world.member(dealer).shares().signature.view());
  return bytes;
}

// from ‖ item ‖ number of hashes ‖ path.
Bytes relayed(AggregatorWorld& world, std::uint32_t dealer, const ShareItem& item) {
  Bytes bytes;
  put_u32(bytes, dealer);
  put_bytes(bytes, share_item_bytes(item));
  const std::vector<Hash> path = tree_of(world, dealer).path(item.point);
  bytes.push_back(static_cast<std::uint8_t>(path.size()));
  for (const Hash& hash : path) put_bytes(bytes, hash.view());
  return bytes;
}

// Of the complete graph.
const ShareItem& item_for(const Shares& shares, std::uint32_t to) {
  for (const ShareItem& item : shares.items) {
    if (item.to == to) return item;
  }
  FAIL("no item");
  return shares.items.front();
}

Bytes item_and_answer(AggregatorWorld& world, std::uint32_t dealer, std::uint32_t holder,
                      const Unmask& answer) {
  Bytes bytes = proof(world, dealer);
  put_bytes(bytes, relayed(world, dealer, item_for(world.member(dealer).shares(), holder)));
  put_bytes(bytes, unmask_answer_bytes(answer.entries, answer.not_held));
  put_bytes(bytes, answer.signature.view());
  return bytes;
}

// Member 0 answers with `share` in place of what it holds of member 1.
Unmask lie_about_1(AggregatorWorld& world, const RevealedShare& share) {
  Unmask answer = world.member(0).unmask();
  REQUIRE(answer.entries[0].member == 1);
  answer.entries[0].share = share;
  world.member(0).sign(answer);
  world.say(0, answer);
  return answer;
}

TEST_CASE("[BLAME-1] a share off its tag blames its holder, good ones rebuild the secret") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  const Unmask answer = lie_about_1(world, some_scalar(5));
  world.unmask({1, 2, 3, 4});
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::ok);
  CHECK(world.sum() == world.inputs_of(world.all()));
  REQUIRE(world.blame().size() == 1);
  CHECK(world.blame()[0].kind == BlameKind::bad_share);
  CHECK(world.blame()[0].accused == 0);
  CHECK(world.blame()[0].witness == 1);
  CHECK(world.blame()[0].evidence == item_and_answer(world, 1, 0, answer));  // [BLAME-4]
}

// With nothing but the evidence, th1, k and the dealer's key.
TEST_CASE("[BLAME-4, BLAME-6, TREE-2] that the dealer signed the item can be seen by anybody") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  lie_about_1(world, some_scalar(5));
  world.unmask({1, 2, 3, 4});
  REQUIRE(world.blame().size() == 1);
  const Bytes evidence = world.blame()[0].evidence;
  const auto part = [&](std::size_t at, std::size_t size) {
    return ByteView(evidence).subspan(at, size);
  };
  const auto number = [&](std::size_t at) { return get_u32(part(at, 4).first<4>()); };
  const Hash root = Hash::from(part(4, 32)).value();
  const Hash& th1 = world.record()->th1;
  REQUIRE(number(0) == 1);
  CHECK(verify(world.member(1).identity().verify_key(), shares_statement(th1, 1, root),
               Signature::from(part(36, 64)).value())
            .has_value());
  InboundItem inbound{
      .from = number(100),
      .item = {.to = number(104), .point = number(108)},
      .path = {Hash::from(part(257, 32)).value(), Hash::from(part(289, 32)).value()}};
  std::ranges::copy(part(112, 80), inbound.item.box.begin());
  std::ranges::copy(part(192, 32), inbound.item.mask_tag.begin());
  std::ranges::copy(part(224, 32), inbound.item.self_tag.begin());
  REQUIRE(evidence[256] == 2);
  CHECK(inbound.from == 1);
  CHECK(inbound.item.to == 0);
  auto hasher = TranscriptHasher::create().value();
  CHECK(root_above(th1, inbound, 4, hasher).value() == root);
}

TEST_CASE("[UNMASK-4] a share that is zero or not reduced is a bad share, not a bad message") {
  RevealedShare too_large;
  too_large.bytes.fill(0xff);
  for (const RevealedShare& share : {RevealedShare{}, too_large}) {
    AggregatorWorld world;
    world.begin_and_run_to(Phase::unmask);
    lie_about_1(world, share);
    CHECK(world.rejected().empty());
    world.unmask({1, 2, 3, 4});
    REQUIRE(world.phase() == Phase::over);
    CHECK(world.sum() == world.inputs_of(world.all()));
    REQUIRE(world.blame().size() == 1);
    CHECK(world.blame()[0].kind == BlameKind::bad_share);
    CHECK(world.blame()[0].accused == 0);
  }
}

TEST_CASE("[REBUILD-3] too few good shares: the round aborts, all blame is in its record") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  lie_about_1(world, some_scalar(5));
  Unmask answer = world.member(2).unmask();
  for (UnmaskEntry& entry : answer.entries) entry.share = some_scalar(7);
  world.member(2).sign(answer);
  world.say(2, answer);
  world.unmask({1, 3, 4});
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::secret_not_rebuilt);
  CHECK(world.last<RoundAborted>(3)->reason == Reason::secret_not_rebuilt);
  // Of member 1 there are two good shares; of the others three, which rebuild, and 2 is named.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const Blame& blame : world.blame()) {
    CHECK(blame.kind == BlameKind::bad_share);
    pairs.emplace_back(blame.accused, blame.witness.value());
  }
  CHECK(pairs == std::vector<std::pair<std::uint32_t, std::uint32_t>>{
                     {0, 1}, {2, 0}, {2, 1}, {2, 3}, {2, 4}});
}

// Anybody can do this with the record's evidence: no share is needed [BLAME-6].
TEST_CASE("[BLAME-2] good shares that miss the advertised point blame their dealer") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.member(3).deal_false_secrets();
  world.run_to(Phase::unmask);
  world.unmask(world.all());
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::secret_not_rebuilt);
  REQUIRE(world.blame().size() == 1);
  CHECK(world.blame()[0].kind == BlameKind::bad_dealing);
  CHECK(world.blame()[0].accused == 3);
  CHECK(world.blame()[0].witness == std::nullopt);
  Bytes evidence = proof(world, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    put_bytes(evidence, relayed(world, 3, world.member(3).shares().items[i]));
  }
  CHECK(world.blame()[0].evidence == evidence);
}

TEST_CASE("[BLAME-2] a bad share below the good ones does not hide a bad dealing") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.member(3).deal_false_secrets();
  world.run_to(Phase::unmask);
  Unmask answer = world.member(0).unmask();
  answer.entries[2].share = some_scalar(9);  // of member 3
  world.member(0).sign(answer);
  world.say(0, answer);
  world.unmask({1, 2, 4});
  REQUIRE(world.phase() == Phase::unmask);
  world.to_deadline();
  REQUIRE(world.blame().size() == 2);
  CHECK(world.blame()[0].kind == BlameKind::bad_share);
  CHECK(world.blame()[1].kind == BlameKind::bad_dealing);
  Bytes evidence = proof(world, 3);
  for (std::size_t i = 1; i < 4; ++i) {
    put_bytes(evidence, relayed(world, 3, world.member(3).shares().items[i]));
  }
  CHECK(world.blame()[1].evidence == evidence);
}

TEST_CASE("[BLAME-3] a box that does not open names the pair, the sum is exact") {
  AggregatorWorld world;
  REQUIRE(world.start().has_value());
  world.member(4).deal_unopenable(2);
  world.run_to(Phase::unmask);
  const Unmask answer = world.member(2).unmask();
  REQUIRE(answer.not_held == std::vector<std::uint32_t>{4});
  world.unmask(world.all());
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::ok);
  CHECK(world.sum() == world.inputs_of(world.all()));
  REQUIRE(world.blame().size() == 1);
  CHECK(world.blame()[0].kind == BlameKind::unopened_pair);
  CHECK(world.blame()[0].accused == 4);
  CHECK(world.blame()[0].witness == 2);
  CHECK(world.blame()[0].evidence == item_and_answer(world, 4, 2, answer));
}

Unmask without(AggregatorWorld& world, std::uint32_t holder, std::uint32_t dealer) {
  Unmask answer = world.member(holder).unmask();
  std::erase_if(answer.entries, [&](const UnmaskEntry& e) { return e.member == dealer; });
  answer.not_held = {dealer};
  world.member(holder).sign(answer);
  return answer;
}

// Each repeats what the holder signed, which is as long as the holder likes to be drawn.
TEST_CASE("[LIMIT-1] of evidence no more is laid out than a record holds") {
  AggregatorWorld world;
  world.recovers = false;
  world.begin_and_run_to(Phase::unmask);
  world.unmask(world.all());
  REQUIRE(world.phase() == Phase::recover);
  RecoveryOutcome outcome;
  outcome.reason = Reason::ok;
  for (std::size_t i = 0; i < 20'000; ++i) {
    outcome.blame.push_back({BlameKind::bad_share, 1 + static_cast<std::uint32_t>(i % 2), 0, {}});
  }
  world.event(Recovered{std::move(outcome)});
  REQUIRE(world.phase() == Phase::over);
  const std::vector<Blame> blame = world.blame();
  REQUIRE(blame.size() == 20'000);
  std::size_t bytes = 0;
  bool was_left_out = false;
  for (const Blame& one : blame) {
    bytes += one.evidence.size();
    CHECK_FALSE((was_left_out && !one.evidence.empty()));
    was_left_out = one.evidence.empty();
  }
  CHECK(blame.front().accused == 1);
  CHECK(was_left_out);
  // One more than fits, so that the record's own rule sees where to stop.
  CHECK(bytes > kMaxRecordBytes);
  CHECK(bytes <= kMaxRecordBytes + blame.front().evidence.size());
}

TEST_CASE("[BLAME-3] more than c reports name the dealer") {
  AggregatorWorld world;
  world.begin_and_run_to(Phase::unmask);
  world.say(0, without(world, 0, 4));
  world.say(1, without(world, 1, 4));     // of 4 there can be two shares now, t is 3
  REQUIRE(world.phase() == Phase::over);  // with two that unmasked no quorum can void it
  CHECK(world.record()->outcome == Reason::too_few_shares);
  REQUIRE(world.blame().size() == 3);
  CHECK(world.blame()[0].kind == BlameKind::unopened_pair);
  CHECK(world.blame()[0].witness == 0);
  CHECK(world.blame()[1].kind == BlameKind::unopened_pair);
  CHECK(world.blame()[1].witness == 1);
  CHECK(world.blame()[2].kind == BlameKind::unopened_dealer);
  CHECK(world.blame()[2].accused == 4);
  CHECK(world.blame()[2].evidence.empty());
}

TEST_CASE("[BLAME-3] a dealer may be named, and the sum exact all the same") {
  WorldOptions options;
  options.members = options.invited = options.n_max = 7;
  options.n_min = 7;
  options.delta_ppm = 280'000;  // k = 6, t = 4
  AggregatorWorld world(options);
  world.begin_and_run_to(Phase::unmask);
  for (const std::uint32_t i : {0U, 1U}) world.say(i, without(world, i, 4));
  world.unmask({2, 3, 4, 5, 6});
  REQUIRE(world.phase() == Phase::over);
  CHECK(world.record()->outcome == Reason::ok);
  CHECK(world.sum() == world.inputs_of(world.all()));
  REQUIRE(world.blame().size() == 3);
  CHECK(world.blame()[2].kind == BlameKind::unopened_dealer);
}

}  // namespace
}  // namespace blindsum
