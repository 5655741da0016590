#include "tests/sim/checks/blame_check.h"

#include <algorithm>

namespace blindsum::sim {
namespace {

// A second answer is about nobody.
constexpr std::uint32_t kAnybody = UINT32_MAX;

std::string_view name_of(BlameKind kind) {
  switch (kind) {
    case BlameKind::bad_share:
      return "bad_share";
    case BlameKind::bad_dealing:
      return "bad_dealing";
    case BlameKind::unopened_pair:
      return "not_opened, a pair";
    case BlameKind::unopened_dealer:
      return "not_opened, more than c reports";
    case BlameKind::conflicting:
      return "conflicting_answer";
  }
  return "unknown";
}

}  // namespace

// Lies are kept by cohort index, as the record names members; second answers by member, since an
// advert's come before there is a cohort.
void BlameCheck::see(const Lied& event) {
  if (event.how == Blameworthy::conflict) {
    lies_.insert({event.session, event.member, event.how, kAnybody});
    return;
  }
  if (!event.u) return;
  for (const std::uint32_t about : event.about) {
    lies_.insert({event.session, *event.u, event.how, about});
  }
}

void BlameCheck::see(const Rejected& event) {
  if (event.reason == Reason::conflicting_answer) rejected_.insert({event.session, event.member});
}

bool BlameCheck::lied(const SessionId& session, std::uint32_t u, Blameworthy how,
                      std::uint32_t about) const {
  return lies_.contains({session, u, how, about});
}

// After a crash of the aggregator there is another job, of which the newest counts.
void BlameCheck::see(const RecoveryBegun& event) {
  expected_[event.session].clear();
  not_rebuilt_.erase(event.session);
  for (const RebuildTarget& target : event.job->targets) {
    expect_of(event.session, *event.job, target);
  }
}

void BlameCheck::expect_of(const SessionId& session, const RecoveryJob& job,
                           const RebuildTarget& target) {
  std::set<Entry>& expected = expected_[session];
  for (const std::uint32_t holder : target.reported_by) {
    const bool is_explained = lied(session, target.dealer, Blameworthy::not_opened, holder) ||
                              lied(session, holder, Blameworthy::false_report, target.dealer);
    if (!is_explained) {
      trace_.fail("an honest share did not open: from " + std::to_string(target.dealer) + " to " +
                  std::to_string(holder) + " of the cohort");
    }
    expected.insert({BlameKind::unopened_pair, target.dealer, holder});
  }
  if (target.reported_by.size() > job.corruption_bound) {
    expected.insert({BlameKind::unopened_dealer, target.dealer, std::nullopt});
  }
  std::vector<std::uint32_t> bad;
  std::vector<bool> good_ones;  // whether each of them was dealt wrongly
  bool is_hit = false;          // one of those that are tried first is no share of the secret
  for (std::size_t i = 0; i < target.shares.size(); ++i) {
    const std::uint32_t holder = target.shares[i].holder;
    const bool is_bad = lied(session, holder, Blameworthy::bad_share, target.dealer);
    const bool is_wrong = lied(session, target.dealer, Blameworthy::bad_dealing, holder);
    is_hit = is_hit || ((is_bad || is_wrong) && i < job.threshold);
    if (is_bad) {
      bad.push_back(holder);
    } else {
      good_ones.push_back(is_wrong);
    }
  }
  if (!is_hit) return;
  for (const std::uint32_t holder : bad) {
    expected.insert({BlameKind::bad_share, holder, target.dealer});
  }
  if (good_ones.size() < job.threshold) return;
  good_ones.resize(job.threshold);
  if (std::find(good_ones.begin(), good_ones.end(), true) != good_ones.end()) {
    expected.insert({BlameKind::bad_dealing, target.dealer, std::nullopt});
    not_rebuilt_.insert(session);
  }
}

std::optional<std::uint32_t> BlameCheck::member_at(const RecordProof& proof,
                                                   std::uint32_t u) const {
  if (u >= proof.n()) return std::nullopt;
  return book_.cast().member_of(proof.adverts[u].advert.roster_index);
}

// [BLAME-3]: a pair accuses neither, so one of the two is enough.
void BlameCheck::look_at(const SessionId& session, const RecordProof& proof, const Blame& blame) {
  statistics_.count(Group::blame, name_of(blame.kind));
  const auto accused = member_at(proof, blame.accused);
  const auto witness = blame.witness ? member_at(proof, *blame.witness) : std::nullopt;
  const bool is_pair = blame.kind == BlameKind::unopened_pair;
  const bool is_liar =
      (accused && plan_.is_corrupt(*accused)) || (is_pair && witness && plan_.is_corrupt(*witness));
  if (!is_liar) {
    trace_.fail("an honest member is blamed: " + std::string(name_of(blame.kind)) + ", " +
                std::to_string(blame.accused) + " of the cohort");
  }
  if (blame.kind == BlameKind::conflicting) {
    if (!lies_.contains({session, accused.value_or(0), Blameworthy::conflict, kAnybody})) {
      trace_.fail("blame for a second answer that was not given");
    }
  } else if (!expected_[session].contains({blame.kind, blame.accused, blame.witness})) {
    trace_.fail("blame that nothing explains: " + std::string(name_of(blame.kind)));
  }
}

void BlameCheck::see(const RecordMade& event) {
  const RecordContent& record = *event.record;
  std::set<Entry> found;
  for (const Blame& blame : record.blame) {
    look_at(event.session, *event.proof, blame);
    found.insert({blame.kind, blame.accused, blame.witness});
  }
  for (std::uint32_t u = 0; u < event.proof->n(); ++u) {
    const auto member = member_at(*event.proof, u);
    if (!member || !rejected_.contains({event.session, *member})) continue;
    if (lies_.contains({event.session, *member, Blameworthy::conflict, kAnybody}) &&
        !found.contains({BlameKind::conflicting, u, std::nullopt})) {
      trace_.fail("a second answer of member " + std::to_string(*member) + " is not blamed");
    }
  }
  // Blame of the rebuilding is in the record of a round that got there, whatever came of it.
  const bool got_there =
      record.outcome == Reason::ok || record.outcome == Reason::secret_not_rebuilt;
  if (!got_there) return;
  for (const Entry& entry : expected_[event.session]) {
    if (!found.contains(entry)) {
      trace_.fail("a lie is not blamed: " + std::string(name_of(std::get<0>(entry))) + ", " +
                  std::to_string(std::get<1>(entry)) + " of the cohort");
    }
  }
  if (not_rebuilt_.contains(event.session) && record.outcome == Reason::ok) {
    trace_.fail("a sum in spite of a secret that cannot be rebuilt");
  }
}

}  // namespace blindsum::sim
