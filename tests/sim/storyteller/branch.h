// One end of a story: a round as some members are told it. Everything in it is such as those
// members would find it in an honest round, or as near to it as can be had.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "protocol/round/graph_parameters.h"
#include "protocol/round/share_tree.h"
#include "tests/sim/stage.h"

namespace blindsum::sim {

// What members have said in this round, whatever they were told; by member.
struct Heard {
  std::map<std::uint32_t, SignedAdvert> adverts;
  std::map<std::uint32_t, Shares> shares;
  std::map<std::uint32_t, Receipt> receipts;
  std::map<std::uint32_t, Attestation> attestations;
  std::map<std::uint32_t, VoidVote> votes;
};

class Branch {
 public:
  // Signs for `corrupt` members, and with random bytes for others if it forges.
  Branch(const Stage& stage, const Offer& offer, std::set<std::uint32_t> audience, bool forges)
      : stage_(&stage), offer_(&offer), audience_(std::move(audience)), forges_(forges) {}

  const std::set<std::uint32_t>& audience() const { return audience_; }
  void set_audience(std::set<std::uint32_t> audience) { audience_ = std::move(audience); }
  std::uint32_t n() const { return static_cast<std::uint32_t>(cohort_.adverts.size()); }
  std::optional<std::uint32_t> index_of(std::uint32_t member) const;
  const GraphParameters& graph() const { return graph_; }

  // Each false if it cannot be told. `without` is left out, if there is such a member.
  [[nodiscard]] bool fix_cohort(const Heard& heard, std::optional<std::uint32_t> without);
  [[nodiscard]] bool fix_u2(const Heard& heard, std::optional<std::uint32_t> without);
  [[nodiscard]] bool fix_u3(const Heard& heard, std::optional<std::uint32_t> without);

  const Cohort& cohort() const { return cohort_; }
  Delivery delivery(std::uint32_t member) const;
  Survivors survivors(const Heard& heard, std::uint32_t member) const;
  Certificate certificate(const Heard& heard) const;
  VoidCertificate void_certificate(const Heard& heard) const;

 private:
  std::uint32_t member_at(std::uint32_t u) const { return members_[u]; }
  const SigningKey& identity(std::uint32_t u) const { return stage_->cast.identity(members_[u]); }
  // A signature of u over the text: what u said, if it is one; of corrupt members always.
  InboundItem inbound_item(std::uint32_t from, const ShareItem& item) const;
  std::optional<Signature> signature_of(std::uint32_t u, const Encoded& text,
                                        const std::optional<Signature>& said) const;
  QuorumSignatures collect(const Bitmap& allowed, Encoded (*statement)(const Hash&, std::uint32_t),
                           const Hash& transcript,
                           const std::map<std::uint32_t, Signature>& said) const;

  const Stage* stage_;
  const Offer* offer_;
  std::set<std::uint32_t> audience_;  // members
  bool forges_;
  Cohort cohort_;
  std::vector<std::uint32_t> members_;  // by cohort index
  GraphParameters graph_{};
  Hash th1_, th2_, th3_;
  std::map<std::uint32_t, Shares> shares_;  // by cohort index; of members of U2
  std::map<std::uint32_t, ShareTree> trees_;
  Bitmap u2_, u3_;
};

}  // namespace blindsum::sim
