#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

// The facts of a round by kind; there is at most one of each but AddedFact.
struct Facts {
  std::optional<CohortFact> cohort;
  std::optional<SharesFact> shares;
  std::map<std::uint32_t, Receipt> added;
  std::optional<SurvivorsFact> survivors;
  std::optional<CertificateFact> certificate;
  std::optional<EndedFact> ended;

  void sort_in(OfferedFact&&) {}  // start of the round; machine.cc has taken it
  void sort_in(CohortFact&& fact) { cohort = std::move(fact); }
  void sort_in(SharesFact&& fact) { shares = std::move(fact); }
  void sort_in(AddedFact&& fact) { added.emplace(fact.member, fact.receipt); }
  void sort_in(SurvivorsFact&& fact) { survivors = std::move(fact); }
  void sort_in(CertificateFact&& fact) { certificate = std::move(fact); }
  void sort_in(EndedFact&& fact) { ended = std::move(fact); }
};

Result<SharesRef> shares_of(const FixedCohort& cohort, SharesFact fact) {
  const std::vector<std::uint32_t> members = fact.u2.members();
  if (fact.u2.size() != cohort.n() || members.size() != fact.shares.size()) {
    return Reason::internal_error;
  }
  std::map<std::uint32_t, AdmittedShares> admitted;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (fact.shares[i].items.size() != cohort.graph.k) return Reason::internal_error;
    BLINDSUM_TRY(tree, ShareTree::of(cohort.th1, members[i], fact.shares[i].items));
    admitted.emplace(members[i], AdmittedShares{std::move(fact.shares[i]), std::move(tree)});
  }
  return fix_shares(cohort, std::move(admitted));
}

// The accumulator has exactly the members of the AddedFacts in it, so U3 can be no other set.
Result<SurvivorsRef> survivors_of(const FixedCohort& cohort, const FixedShares& shares,
                                  const SurvivorsFact& fact,
                                  std::map<std::uint32_t, Receipt> added) {
  BLINDSUM_TRY(survivors, fix_survivors(cohort, shares, std::move(added)));
  if (survivors->u3 != fact.u3) return Reason::internal_error;
  return survivors;
}

// The signatures are verified again: there is no other way to agreed survivors. Of these the
// certificate is the same part as before.
Result<SignatureCollector> attestations_of(const FixedCohort& cohort, const Hash& th3,
                                           const CertificateFact& fact) {
  SignatureCollector attestations(attest_statement, th3);
  BLINDSUM_CHECK(add_all(attestations, cohort, fact.certificate.attestations));
  return attestations;
}

Result<AgreedRef> agreed_of(const FixedCohort& cohort, SurvivorsRef survivors,
                            const CertificateFact& fact) {
  BLINDSUM_TRY(attestations, attestations_of(cohort, survivors->th3, fact));
  BLINDSUM_TRY(agreed,
               AgreedSurvivors::agree(cohort, std::move(survivors), std::move(attestations)));
  return std::make_shared<const AgreedSurvivors>(std::move(agreed));
}

Result<State> restore_ended(Turn& turn, Facts facts) {
  const RecordContent& record = facts.ended->record;
  turn.shared().record = record;
  RecordProof& proof = turn.shared().proof;
  CohortRef cohort;
  if (facts.cohort) {
    if (record.th1 != Hash{}) proof.adverts = facts.cohort->adverts;
    const Shared& shared = turn.shared();
    BLINDSUM_TRY(fixed, fix_cohort(turn.parameters(), shared.context.roster, shared.th0,
                                   std::move(facts.cohort->adverts)));
    cohort = std::move(fixed);
  }
  if (cohort != nullptr && facts.certificate && record.certified) {
    BLINDSUM_TRY(attestations, attestations_of(*cohort, record.th3, *facts.certificate));
    proof.attestations = attestations.lowest(cohort->graph.quorum, cohort->n());
  }
  turn.emit(AggregatorRoundOver{record, proof});
  if (facts.ended->reason == Reason::ok) return Over{std::move(cohort), std::nullopt, std::nullopt};
  RoundAborted aborted{facts.ended->reason, record.detail};
  if (cohort == nullptr) return Over{nullptr, std::move(aborted), std::nullopt};
  return begin_voiding(turn, std::move(cohort), std::move(aborted), {});
}

}  // namespace

// [ONCE-6] Each state begins as it did at first, but that members are not told: they ask, by
// connecting. Answers of the open phase come again; those that were acknowledged are facts.
Result<State> restore_state(Turn& turn, std::vector<RoundFact> all) {
  Facts facts;
  for (RoundFact& fact : all) {
    std::visit([&](auto&& one) { facts.sort_in(std::move(one)); }, std::move(fact));
  }
  if (facts.ended) return restore_ended(turn, std::move(facts));
  if (!facts.cohort) return begin_advertising(turn);
  const Shared& shared = turn.shared();
  BLINDSUM_TRY(cohort, fix_cohort(turn.parameters(), shared.context.roster, shared.th0,
                                  std::move(facts.cohort->adverts)));
  Sharing sharing = begin_sharing(turn, cohort);
  if (!facts.shares) return sharing;
  BLINDSUM_TRY(shares, shares_of(*cohort, *std::move(facts.shares)));
  Masking masking = begin_masking(turn, cohort, shares);
  if (!facts.survivors) {
    for (const auto& [u, receipt] : facts.added) masking.added.insert(u);
    // A grant of before the crash may still be answered: then bytes come twice, in good faith.
    for (const std::uint32_t u : shares->u2.members()) masking.uploads.told(u);
    masking.receipts = std::move(facts.added);
    return masking;
  }
  BLINDSUM_TRY(survivors, survivors_of(*cohort, *shares, *facts.survivors, std::move(facts.added)));
  Attesting attesting = begin_attesting(turn, cohort, shares, survivors);
  if (!facts.certificate) return attesting;
  BLINDSUM_TRY(agreed, agreed_of(*cohort, survivors, *facts.certificate));
  return begin_unmasking(turn, cohort, shares, agreed);
}

}  // namespace blindsum::detail::aggregator
