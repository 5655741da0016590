#include "protocol/round/aggregator/fixed.h"

#include <algorithm>
#include <utility>

#include "faults/faults.h"
#include "protocol/round/graph_parameters.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::detail::aggregator {

std::optional<std::uint32_t> FixedCohort::index_of(std::uint32_t roster_index) const {
  if (adverts.empty() || roster_index < adverts.front().advert.roster_index) return std::nullopt;
  // Ascending, each once: so it is here, if everybody takes part, or before.
  const std::size_t latest = roster_index - adverts.front().advert.roster_index;
  if (latest < adverts.size() && adverts[latest].advert.roster_index == roster_index) {
    return static_cast<std::uint32_t>(latest);
  }
  const auto place = std::lower_bound(adverts.begin(), adverts.end(), roster_index,
                                      [](const SignedAdvert& signed_advert, std::uint32_t wanted) {
                                        return signed_advert.advert.roster_index < wanted;
                                      });
  if (place == adverts.end() || place->advert.roster_index != roster_index) return std::nullopt;
  return static_cast<std::uint32_t>(place - adverts.begin());
}

std::vector<std::uint32_t> FixedCohort::roster_indices() const {
  std::vector<std::uint32_t> all;
  all.reserve(adverts.size());
  for (const SignedAdvert& signed_advert : adverts)
    all.push_back(signed_advert.advert.roster_index);
  return all;
}

std::vector<std::uint32_t> FixedCohort::roster_indices(const Bitmap& members) const {
  std::vector<std::uint32_t> some;
  for (const std::uint32_t u : members.members()) some.push_back(roster_index(u));
  return some;
}

Result<CohortRef> fix_cohort(const RoundParameters& parameters, const Roster& roster,
                             const Hash& th0, std::vector<SignedAdvert> adverts) {
  FixedCohort cohort;
  cohort.adverts = std::move(adverts);
  for (const SignedAdvert& signed_advert : cohort.adverts) {
    const RosterMember* const member = roster.find(signed_advert.advert.roster_index);
    if (member == nullptr) return Reason::unknown_member;
    cohort.keys.push_back(member->key);
  }
  // [FINDER-9]: of the actual n.
  BLINDSUM_TRY(graph, find_graph_parameters(finder_input(parameters, cohort.n())));
  cohort.graph = graph;
  cohort.corruption_bound = corruption_bound(parameters, cohort.n());
  BLINDSUM_TRY(th1, hash_th1(th0, cohort.adverts));
  cohort.th1 = th1;
  return std::make_shared<const FixedCohort>(std::move(cohort));
}

InboundItem FixedShares::inbound_item(std::uint32_t dealer, std::uint32_t point) const {
  const AdmittedShares& shares = *dealt[dealer];
  return {dealer, shares.shares.items[point - 1], shares.tree.path(point)};
}

SharesProof FixedShares::proof_of(std::uint32_t dealer) const {
  const AdmittedShares& shares = *dealt[dealer];
  return {dealer, shares.tree.root(), shares.shares.signature};
}

std::vector<std::uint32_t> FixedShares::neighbours(std::uint32_t u) const {
  const std::vector<ShareItem>& items = dealt[u]->shares.items;
  std::vector<std::uint32_t> all;
  all.reserve(items.size() + inbound[u].size());
  for (const ShareItem& own : items) {
    if (u2.has(own.to)) all.push_back(own.to);
  }
  for (const InboundShare& share : inbound[u]) all.push_back(share.dealer);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Result<SharesRef> fix_shares(const FixedCohort& cohort,
                             std::map<std::uint32_t, AdmittedShares> admitted) {
  FixedShares fixed;
  fixed.u2 = Bitmap(cohort.n());
  for (const auto& [dealer, shares] : admitted) fixed.u2.add(dealer);
  fixed.admitted = std::move(admitted);
  // Dealers come ascending, so each receiver's list is ascending, too.
  fixed.inbound.resize(cohort.n());
  fixed.dealt.resize(cohort.n());
  for (const auto& [dealer, of_dealer] : fixed.admitted) {
    fixed.dealt[dealer] = &of_dealer;
    for (const ShareItem& own : of_dealer.shares.items) {
      if (own.to >= cohort.n() || own.point == 0 || own.point > cohort.graph.k) {
        return Reason::internal_error;  // admitted, or kept, wrongly
      }
      fixed.inbound[own.to].push_back({dealer, own.point});
    }
  }
  BLINDSUM_TRY(th2, hash_th2(cohort.th1, fixed.u2));
  fixed.th2 = th2;
  return std::make_shared<const FixedShares>(std::move(fixed));
}

Result<SurvivorsRef> fix_survivors(const FixedCohort& cohort, const FixedShares& shares,
                                   std::map<std::uint32_t, Receipt> receipts) {
  FixedSurvivors fixed;
  fixed.u3 = Bitmap(cohort.n());
  for (const auto& [u, receipt] : receipts) fixed.u3.add(u);
  fixed.receipts = std::move(receipts);
  BLINDSUM_TRY(th3, hash_th3(shares.th2, fixed.u3));
  fixed.th3 = th3;
  return std::make_shared<const FixedSurvivors>(std::move(fixed));
}

// [CERT-1]: the collector verified each signature, and took them of members of U3 only.
Result<AgreedSurvivors> AgreedSurvivors::agree(const FixedCohort& cohort, SurvivorsRef survivors,
                                               SignatureCollector attestations) {
  if (!attestations.is_of(attest_statement, survivors->th3)) return Reason::transcript_mismatch;
  if (!attestations.signers(cohort.n()).subset_of(survivors->u3)) return Reason::bad_bitmap;
  const std::uint32_t quorum = cohort.graph.quorum - (fault(Fault::certificate_one_short) ? 1 : 0);
  if (attestations.count() < quorum) return Reason::certificate_short;
  QuorumSignatures certificate = attestations.lowest(quorum, cohort.n());
  return AgreedSurvivors(std::move(survivors), std::move(certificate), std::move(attestations));
}

Result<void> add_all(SignatureCollector& collector, const FixedCohort& cohort,
                     const QuorumSignatures& signatures) {
  BLINDSUM_TRY(signers, Bitmap::parse(signatures.signers, cohort.n()));
  const std::vector<std::uint32_t> members = signers.members();
  if (members.size() != signatures.signatures.size()) return Reason::wrong_length;
  for (std::size_t i = 0; i < members.size(); ++i) {
    BLINDSUM_CHECK(collector.add(members[i], cohort.keys[members[i]], signatures.signatures[i]));
  }
  return {};
}

}  // namespace blindsum::detail::aggregator
