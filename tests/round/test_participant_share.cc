#include <algorithm>
#include <map>

#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "protocol/round/participant/state.h"
#include "protocol/round/round_transcript.h"
#include "protocol/round/share_tree.h"
#include "tests/round/participant_checks.h"

namespace blindsum {
namespace {

using detail::participant::draw_picks;

// The puppet's end of the channel from the machine.
Result<OpenedShares> open_as(const ScriptedRound& round, const ShareItem& item) {
  const SealKey key = round.channel_to(item.to);
  const Encoded ad = share_associated_data(round.th1(), round.subject(), item.to, item.point);
  return open_shares(key, item.box, ad.view());
}

// Items, signature, boxes and tags of what the machine dealt.
void check_shares(const ScriptedRound& round, const Shares& shares) {
  const VerifyKey& key = round.identity(round.subject()).verify_key();
  const Hash th1 = round.th1();
  const std::uint32_t u = round.subject();
  CHECK(shares.items.size() == round.graph().k);
  const Hash root = ShareTree::of(th1, u, shares.items).value().root();
  CHECK(verify(key, shares_statement(th1, u, root), shares.signature).has_value());
  std::vector<Share> mask_shares;
  std::vector<Share> self_shares;
  for (std::size_t i = 0; i < shares.items.size(); ++i) {
    const ShareItem& item = shares.items[i];
    CHECK(item.to != u);
    CHECK(item.to < round.n());
    CHECK(item.point == i + 1);
    if (i > 0) CHECK(item.to > shares.items[i - 1].to);
    Result<OpenedShares> opened = open_as(round, item);
    REQUIRE(opened.has_value());
    CHECK(std::ranges::equal(share_tag(opened->mask_share).value().view(), item.mask_tag));
    CHECK(std::ranges::equal(share_tag(opened->self_share).value().view(), item.self_tag));
    mask_shares.push_back(std::move(opened->mask_share));
    self_shares.push_back(std::move(opened->self_share));
  }
  std::vector<std::uint32_t> points;
  std::vector<const Share*> mask;
  std::vector<const Share*> self;
  for (std::uint32_t i = 0; i < round.graph().t; ++i) {
    points.push_back(i + 1);
    mask.push_back(&mask_shares[i]);
    self.push_back(&self_shares[i]);
  }
  const Advert& advert = round.advert().advert;
  CHECK(public_point(combine<MaskKeyTag>(points, mask).value()).value() == advert.mask_point);
  CHECK(public_point(combine<SelfMaskTag>(points, self).value()).value() == advert.self_point);
  // One fewer is of no use: the polynomials have degree t - 1.
  points.pop_back();
  mask.pop_back();
  CHECK(public_point(combine<MaskKeyTag>(points, mask).value()).value() != advert.mask_point);
}

TEST_CASE("[SHARE-4, SHARE-5, SHARE-6, SHARE-7, SHAMIR-1] complete graph: shares for all others") {
  ScriptedRound round;
  round.give(round.offer());
  const auto effects = round.give(round.cohort());
  CHECK(effects.size() == 1);
  const auto shares = sent_in<Shares>(effects);
  REQUIRE(shares.size() == 1);
  CHECK(round.picks() == std::vector<std::uint32_t>{0, 2, 3, 4});
  check_shares(round, shares[0]);
  CHECK(round.machine().phase() == ParticipantPhase::shared);
}

TEST_CASE(
    "[SHARE-4, SHAMIR-1, FINDER-9] sparse graph: k picks, another set under another entropy") {
  ScriptedRound round(sparse_graph());
  round.give(round.offer());
  const auto shares = sent_in<Shares>(round.give(round.cohort()));
  REQUIRE(shares.size() == 1);
  REQUIRE(round.graph().k < round.n() - 1);
  check_shares(round, shares[0]);
}

// 5,000 draws of 3 of 9 others: each of the 84 sets is expected 59.5 times. Chi squared with 83
// degrees of freedom has mean 83 and deviation 12.9; the seed is fixed.
TEST_CASE("[SHARE-4] every set of picks is drawn equally often") {
  SeededEntropy entropy(11);
  std::map<std::vector<std::uint32_t>, std::uint32_t> seen;
  constexpr std::uint32_t kDraws = 5000;
  for (std::uint32_t i = 0; i < kDraws; ++i) ++seen[draw_picks(10, 4, 3, entropy).value()];
  CHECK(seen.size() == 84);
  double chi_squared = 0;
  for (const auto& [picks, count] : seen) {
    CHECK(picks.size() == 3);
    CHECK(std::ranges::is_sorted(picks, std::less<>()));
    CHECK(std::ranges::find(picks, 4u) == picks.end());
    const double expected = kDraws / 84.0;
    chi_squared += (count - expected) * (count - expected) / expected;
  }
  CHECK(chi_squared < 83 + 4 * 12.9);
}

TEST_CASE("[SHARE-1] the cohort's order, and the own advert in it") {
  ScriptedRound round;
  round.give(round.offer());
  Cohort cohort = round.cohort();
  SUBCASE("swapped") {
    std::swap(cohort.adverts[3], cohort.adverts[4]);
    check_refuses(round, cohort, Reason::bad_order);
  }
  SUBCASE("one twice") {
    cohort.adverts[4] = cohort.adverts[3];
    check_refuses(round, cohort, Reason::bad_order);
  }
  SUBCASE("own one twice") {
    cohort.adverts[2] = cohort.adverts[1];
    check_refuses(round, cohort, Reason::bad_order);
  }
  SUBCASE("own one absent") {
    cohort.adverts.erase(cohort.adverts.begin() + 1);
    check_refuses(round, cohort, Reason::not_in_cohort, RoundEnd::left_out);
  }
  SUBCASE("own one changed, and signed by itself in another life") {
    cohort.adverts[1].advert.self_point = cohort.adverts[0].advert.self_point;
    cohort.adverts[1].signature =
        round.sign_as(1, advert_statement(round.th0(), cohort.adverts[1].advert));
    check_refuses(round, cohort, Reason::own_advert_changed);
  }
  SUBCASE("a member that the authority does not know") {
    cohort.adverts[4].advert.roster_index += 1;
    check_refuses(round, cohort, Reason::unknown_member);
  }
}

TEST_CASE("[SHARE-2] every member's signature, under the own th0") {
  ScriptedRound round;
  round.give(round.offer());
  Cohort cohort = round.cohort();
  SUBCASE("each one is looked at") {
    for (const std::size_t v : {0u, 2u, 3u, 4u}) {
      ScriptedRound other;
      other.give(other.offer());
      Cohort bad = other.cohort();
      bad.adverts[v].signature.bytes[0] ^= 1;
      check_refuses(other, bad, Reason::bad_signature);
    }
  }
  SUBCASE("a point changed on the way") {
    cohort.adverts[0].advert.mask_point = cohort.adverts[2].advert.mask_point;
    check_refuses(round, cohort, Reason::bad_signature);
  }
  SUBCASE("signed for another round") {
    cohort.adverts[0].signature =
        round.sign_as(0, advert_statement(Hash{}, cohort.adverts[0].advert));
    check_refuses(round, cohort, Reason::bad_signature);
  }
  SUBCASE("signed by another member") {
    cohort.adverts[0].signature =
        round.sign_as(2, advert_statement(round.th0(), cohort.adverts[0].advert));
    check_refuses(round, cohort, Reason::bad_signature);
  }
}

TEST_CASE("[POLICY-3, SHARE-3] the actual cohort against the policy, before any share") {
  SUBCASE("smaller than the policy wants") {
    ScriptedRound round;
    round.parameters.n_min = 6;
    round.give(round.offer());
    check_refuses(round, round.cohort(), Reason::cohort_too_small);
  }
  SUBCASE("larger than offered") {
    ScriptedRound round;
    round.parameters.n_max = 4;
    round.give(round.offer());
    check_refuses(round, round.cohort(), Reason::cohort_too_large);
  }
  SUBCASE("larger than any may be") {
    ScriptedRound round;
    round.give(round.offer());
    Cohort cohort = round.cohort();
    cohort.adverts.resize(4097, cohort.adverts[0]);
    check_refuses(round, cohort, Reason::cohort_too_large);
  }
  SUBCASE("survivors") {
    ScriptedRound round;
    round.policy.least_survivors = 5;
    round.give(round.offer());
    check_refuses(round, round.cohort(), Reason::survivors_too_few);
  }
}

TEST_CASE("[SHARE-3, DISK-2] parameters, th1 and cohort are on disk before the shares leave") {
  ScriptedRound round;
  round.advance(ParticipantPhase::shared);
  MemoryParticipantStore disk = round.store.restarted();
  const auto kept = disk.find_round(round.session()).value();
  REQUIRE(kept.has_value());
  REQUIRE(kept->cohort.has_value());
  CHECK(kept->cohort->parameter_bytes == round.offer().offer.parameter_bytes);
  CHECK(kept->cohort->th1 == round.th1());
  CHECK(kept->cohort->quorum == round.graph().quorum);
  CHECK(kept->cohort->survivors == round.graph().survivors);
  REQUIRE(kept->cohort->members.size() == round.n());
  for (std::uint32_t v = 0; v < round.n(); ++v) {
    CHECK(kept->cohort->members[v].roster_index == round.roster_index(v));
    CHECK(kept->cohort->members[v].key == round.identity(v).verify_key());
  }
}

TEST_CASE("[DISK-2] when the cohort cannot be written, no shares leave") {
  for (const auto fault :
       {MemoryParticipantStore::Fault::lost, MemoryParticipantStore::Fault::torn}) {
    ScriptedRound round;
    round.give(round.offer());
    round.store.fail_writes_after(0, fault);
    check_refuses(round, round.cohort(), Reason::store_failed);
  }
}

}  // namespace
}  // namespace blindsum
