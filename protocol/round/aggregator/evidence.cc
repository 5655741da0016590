#include "protocol/round/aggregator/evidence.h"

#include <algorithm>
#include <tuple>

#include "faults/faults.h"
#include "protocol/round/limits.h"

namespace blindsum::detail::aggregator {
namespace {

void put_signed(Bytes& out, const SignedText& text) {
  put_u32(out, static_cast<std::uint32_t>(text.text.view().size()));
  put_bytes(out, text.text.view());
  put_bytes(out, text.signature.view());
}

// What `dealer` dealt to `holder`, and what the holder signed about it.
Bytes item_and_answer(const FixedShares& shares, const Answers& answers, std::uint32_t dealer,
                      std::uint32_t holder) {
  const auto from_dealer = shares.admitted.find(dealer);
  const auto answer = answers.find(holder);
  if (from_dealer == shares.admitted.end() || answer == answers.end()) return {};
  Bytes evidence = shares_proof_bytes(shares.proof_of(dealer));
  for (const ShareItem& item : from_dealer->second.shares.items) {
    if (item.to != holder) continue;
    put_bytes(evidence, inbound_item_bytes(shares.inbound_item(dealer, item.point)));
  }
  put_bytes(evidence, unmask_answer_bytes(answer->second.entries, answer->second.not_held));
  put_bytes(evidence, answer->second.signature.view());
  return evidence;
}

Bytes counted_items(const RecoveryOutcome& outcome, const FixedShares& shares,
                    std::uint32_t dealer) {
  Bytes evidence;
  const auto from_dealer = shares.admitted.find(dealer);
  for (const CountedShares& counted : outcome.counted) {
    if (counted.dealer != dealer || from_dealer == shares.admitted.end()) continue;
    evidence = shares_proof_bytes(shares.proof_of(dealer));
    for (const std::uint32_t point : counted.points) {
      if (point < 1 || point > from_dealer->second.shares.items.size()) continue;
      put_bytes(evidence, inbound_item_bytes(shares.inbound_item(dealer, point)));
    }
  }
  return evidence;
}

}  // namespace

Bytes conflict_evidence(const SignedText& first, const SignedText& second) {
  Bytes evidence;
  put_signed(evidence, first);
  put_signed(evidence, second);
  return evidence;
}

// [BLAME-4] Up to the first that no record has room for: it and what follows are left out there.
std::vector<Blame> with_evidence(const RecoveryOutcome& outcome, const FixedShares& shares,
                                 const Answers& answers) {
  std::vector<Blame> all = outcome.blame;
  sort_blame(all);
  std::size_t taken = 0;
  for (Blame& blame : all) {
    if (taken > kMaxRecordBytes) break;
    switch (blame.kind) {
      case BlameKind::bad_share:
        blame.evidence = item_and_answer(shares, answers, blame.witness.value(), blame.accused);
        break;
      case BlameKind::bad_dealing:
        blame.evidence = counted_items(outcome, shares, blame.accused);
        break;
      case BlameKind::unopened_pair:
        blame.evidence = item_and_answer(shares, answers, blame.accused, blame.witness.value());
        break;
      case BlameKind::unopened_dealer:  // the pairs are the evidence
      case BlameKind::conflicting:
        break;
    }
    taken += blame.evidence.size();
  }
  return all;
}

std::vector<Blame> conflict_blame(const Shared& shared, const FixedCohort& cohort) {
  std::vector<Blame> all;
  if (fault(Fault::no_blame)) return all;
  for (const auto& [member_and_label, evidence] : shared.conflicts) {
    const auto u = cohort.index_of(member_and_label.first);
    if (u) all.push_back({BlameKind::conflicting, *u, std::nullopt, evidence});
  }
  return all;
}

void sort_blame(std::vector<Blame>& blame) {
  std::stable_sort(blame.begin(), blame.end(), [](const Blame& a, const Blame& b) {
    return std::tuple(a.kind, a.accused, a.witness) < std::tuple(b.kind, b.accused, b.witness);
  });
}

}  // namespace blindsum::detail::aggregator
