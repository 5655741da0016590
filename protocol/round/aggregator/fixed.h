// What a round has fixed, phase by phase: made once, when a phase closes or from the store after a
// crash, out of answers that were checked; never changed after (SPEC.md, ONCE-6). The states of the
// machine share these. Members are cohort indices here; only FixedCohort knows roster indices.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/round/aggregator/signature_collector.h"
#include "protocol/round/bitmap.h"
#include "protocol/round/messages.h"
#include "protocol/round/parameters.h"
#include "protocol/round/roster.h"
#include "protocol/round/share_tree.h"

namespace blindsum::detail::aggregator {

// Phase 1: who takes part, and with which graph.
struct FixedCohort {
  std::vector<SignedAdvert> adverts;  // ascending by roster index
  std::vector<VerifyKey> keys;        // identity keys
  GraphParameters graph;
  std::uint32_t corruption_bound = 0;
  Hash th1;

  std::uint32_t n() const { return static_cast<std::uint32_t>(adverts.size()); }
  std::uint32_t roster_index(std::uint32_t u) const { return adverts[u].advert.roster_index; }
  std::optional<std::uint32_t> index_of(std::uint32_t roster_index) const;
  std::vector<std::uint32_t> roster_indices() const;
  std::vector<std::uint32_t> roster_indices(const Bitmap& members) const;
};
using CohortRef = std::shared_ptr<const FixedCohort>;

// The adverts were screened and are ascending by roster index. Errors: an Infeasible;
// unknown_member if the roster lacks one; library_failed.
[[nodiscard]] Result<CohortRef> fix_cohort(const RoundParameters& parameters, const Roster& roster,
                                           const Hash& th0, std::vector<SignedAdvert> adverts);

// The shares of one member, checked. The tree is kept, 64 bytes beside the 152 of an item: every
// member that reconnects is sent a path from each of its dealers' trees.
struct AdmittedShares {
  Shares shares;
  ShareTree tree;
};

// An item from the receiver's side: of dealer's items, the one with this point.
struct InboundShare {
  std::uint32_t dealer = 0;
  std::uint32_t point = 0;
};

// Phase 2: U2, its graph and its shares.
struct FixedShares {
  Bitmap u2;
  std::map<std::uint32_t, AdmittedShares> admitted;  // one for each member of U2
  std::vector<const AdmittedShares*> dealt;          // the same by dealer, null outside of U2
  std::vector<std::vector<InboundShare>> inbound;    // by receiver, ascending by dealer
  Hash th2;

  FixedShares() = default;
  FixedShares(FixedShares&&) = default;  // only moved: `dealt` points into `admitted`

  // As a delivery has it [U2-2]. The dealer is in U2.
  InboundItem inbound_item(std::uint32_t dealer, std::uint32_t point) const;
  SharesProof proof_of(std::uint32_t dealer) const;
  // M_u: picks in U2 and in-neighbours, ascending, each once [MASK-1]. u in U2.
  std::vector<std::uint32_t> neighbours(std::uint32_t u) const;
};
using SharesRef = std::shared_ptr<const FixedShares>;

// U2 = the members that have admitted shares. Errors: internal_error if they are not such as
// share.cc admits; library_failed.
[[nodiscard]] Result<SharesRef> fix_shares(const FixedCohort& cohort,
                                           std::map<std::uint32_t, AdmittedShares> admitted);

// Phase 3: whose vectors are in the sum.
struct FixedSurvivors {
  Bitmap u3;
  std::map<std::uint32_t, Receipt> receipts;  // one for each member of U3
  Hash th3;
};
using SurvivorsRef = std::shared_ptr<const FixedSurvivors>;

// U3 = the members that have a receipt. Errors: library_failed.
[[nodiscard]] Result<SurvivorsRef> fix_survivors(const FixedCohort& cohort,
                                                 const FixedShares& shares,
                                                 std::map<std::uint32_t, Receipt> receipts);

// Phase 4: survivors that a quorum signed for. Nothing asks members to unmask, and no secret is
// rebuilt, without one of these; only agree() makes them.
class AgreedSurvivors {
 public:
  // `attestations` collected over `survivors`. Errors: certificate_short below the quorum;
  // transcript_mismatch if they are of anything else.
  [[nodiscard]] static Result<AgreedSurvivors> agree(const FixedCohort& cohort,
                                                     SurvivorsRef survivors,
                                                     SignatureCollector attestations);

  const FixedSurvivors& survivors() const { return *survivors_; }
  const Bitmap& u3() const { return survivors_->u3; }
  // Of the certificate: exactly a quorum, those of the lowest indices.
  const QuorumSignatures& certificate() const { return certificate_; }
  // All that came in time, also those that the certificate does without.
  const SignatureCollector& attestations() const { return attestations_; }

 private:
  AgreedSurvivors(SurvivorsRef survivors, QuorumSignatures certificate,
                  SignatureCollector attestations)
      : survivors_(std::move(survivors)),
        certificate_(std::move(certificate)),
        attestations_(std::move(attestations)) {}

  SurvivorsRef survivors_;
  QuorumSignatures certificate_;
  SignatureCollector attestations_;
};
using AgreedRef = std::shared_ptr<const AgreedSurvivors>;

// For each signature of the certificate, whose length agrees with its bitmap, add it. Errors:
// those of Bitmap::parse(); wrong_length; bad_signature.
[[nodiscard]] Result<void> add_all(SignatureCollector& collector, const FixedCohort& cohort,
                                   const QuorumSignatures& signatures);

}  // namespace blindsum::detail::aggregator
