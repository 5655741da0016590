// The check of blame, told by hand of lies and of records that do not go with them: an aggregator
// that is right cannot be brought to make such a one.
#include <doctest/doctest.h>

#include "tests/sim/checks/blame_check.h"
#include "tests/sim/made_up.h"
#include "tests/sim/plain_plan.h"

namespace blindsum::sim {
namespace {

// Four members, of whom member 1 is corrupt, in the order of the cohort.
struct Blames : Ground {
  Blames() : Ground(with_liar()) { proof.adverts = adverts_of({0, 1, 2, 3}); }
  static Plan with_liar() {
    Plan plan = plain_plan(4, 1, 0);
    plan.corrupt = {1};
    return plan;
  }
  void lie(Blameworthy how, std::uint32_t u, std::vector<std::uint32_t> about) {
    check.see(Lied{.session = kFirst, .member = u, .u = u, .how = how, .about = std::move(about)});
  }
  // The secret of `dealer` is to be rebuilt of three shares.
  void rebuild(std::uint32_t dealer, const std::vector<std::uint32_t>& holders,
               std::vector<std::uint32_t> reported_by = {}) {
    RebuildTarget target{.dealer = dealer,
                         .kind = ShareKind::self_mask,
                         .expected = proof.adverts[dealer].advert.self_point,
                         .shares = {},
                         .tags = {},
                         .reported_by = std::move(reported_by)};
    for (const auto holder : holders) {
      target.shares.push_back({.holder = holder, .point = holder + 1, .share = {}});
    }
    RecoveryJob job;
    job.threshold = 3;
    job.corruption_bound = 1;
    job.targets.push_back(std::move(target));
    check.see(RecoveryBegun{.session = kFirst, .job = &job});
  }
  void end(std::vector<Blame> blame, Reason outcome = Reason::ok) {
    RecordContent record;
    record.outcome = outcome;
    record.blame = std::move(blame);
    check.see(RecordMade{.session = kFirst, .record = &record, .proof = &proof, .sum = nullptr});
  }

  BlameCheck check{book, plan, trace, statistics};
  RecordProof proof;
};

const Blame kBadShare{.kind = BlameKind::bad_share, .accused = 1, .witness = 2, .evidence = {}};
const Blame kConflict{.kind = BlameKind::conflicting, .accused = 1, .witness = {}, .evidence = {}};
const Blame kBadDealing{
    .kind = BlameKind::bad_dealing, .accused = 1, .witness = {}, .evidence = {}};

TEST_CASE("a lie that is not blamed is found [BLAME-1]") {
  Blames blames;
  blames.lie(Blameworthy::bad_share, 1, {2});
  blames.rebuild(2, {0, 1, 3});
  SUBCASE("it is") {
    blames.end({kBadShare});
    CHECK(blames.failure() == "");
  }
  SUBCASE("it is not") {
    blames.end({});
    CHECK(blames.found("a lie is not blamed: bad_share, 1 of the cohort"));
  }
  SUBCASE("nor need it be in a round that ended before") {
    blames.end({}, Reason::too_few_shares);
    CHECK(blames.failure() == "");
  }
}

TEST_CASE("a second answer that is not blamed is found [BLAME-5]") {
  Blames blames;
  blames.lie(Blameworthy::conflict, 1, {});
  blames.check.see(Rejected{.session = kFirst, .member = 1, .reason = Reason::conflicting_answer});
  SUBCASE("it is") {
    blames.end({kConflict});
    CHECK(blames.failure() == "");
  }
  SUBCASE("it is not") {
    blames.end({});
    CHECK(blames.found("a second answer of member 1 is not blamed"));
  }
}

TEST_CASE("blame of a liar for what it did not do is found [BLAME-1, BLAME-5]") {
  Blames blames;
  SUBCASE("of a share") {
    blames.rebuild(2, {0, 1, 3});
    blames.end({kBadShare});
    CHECK(blames.found("blame that nothing explains: bad_share"));
  }
  SUBCASE("of a second answer") {
    blames.end({kConflict});
    CHECK(blames.found("blame for a second answer that was not given"));
  }
}

TEST_CASE("an honest share that did not open is found [BLAME-3]") {
  Blames blames;
  SUBCASE("nobody lied") {
    blames.rebuild(2, {0, 1}, {3});
    CHECK(blames.found("an honest share did not open: from 2 to 3 of the cohort"));
  }
  SUBCASE("the dealer did") {
    blames.lie(Blameworthy::not_opened, 1, {3});
    blames.rebuild(1, {0, 2}, {3});
    CHECK(blames.failure() == "");
  }
  SUBCASE("the holder did") {
    blames.lie(Blameworthy::false_report, 1, {2});
    blames.rebuild(2, {0, 3}, {1});
    CHECK(blames.failure() == "");
  }
}

TEST_CASE("a sum in spite of a secret that cannot be rebuilt is found [BLAME-2]") {
  Blames blames;
  blames.lie(Blameworthy::bad_dealing, 1, {2});
  blames.rebuild(1, {0, 2, 3});
  SUBCASE("there is none") {
    blames.end({kBadDealing}, Reason::secret_not_rebuilt);
    CHECK(blames.failure() == "");
  }
  SUBCASE("there is one") {
    blames.end({kBadDealing});
    CHECK(blames.found("a sum in spite of a secret that cannot be rebuilt"));
  }
}

}  // namespace
}  // namespace blindsum::sim
