// Phase 2 at the participant: the cohort, and a sealed share of both secrets for everyone it picks
// (SPEC.md, chapter 11).
#include <algorithm>
#include <numeric>

#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "faults/faults.h"
#include "protocol/round/limits.h"
#include "protocol/round/participant/state.h"
#include "protocol/round/share_tree.h"

namespace blindsum::detail::participant {
namespace {

// [SHARE-1] The own cohort index.
Result<std::uint32_t> find_own(const SignedAdvert& own, const Cohort& cohort) {
  std::optional<std::uint32_t> found;
  for (std::size_t u = 0; u < cohort.adverts.size(); ++u) {
    const Advert& advert = cohort.adverts[u].advert;
    if (u > 0 && advert.roster_index <= cohort.adverts[u - 1].advert.roster_index &&
        !fault(Fault::cohort_unordered)) {
      return Reason::bad_order;
    }
    if (advert.roster_index == own.advert.roster_index) found = static_cast<std::uint32_t>(u);
  }
  if (!found) return Reason::not_in_cohort;
  if (cohort.adverts[*found] != own && !fault(Fault::own_advert_unchecked)) {
    return Reason::own_advert_changed;
  }
  return *found;
}

// [SHARE-1]
Result<std::vector<VerifyKey>> find_keys(const Roster& roster, const Cohort& cohort) {
  std::vector<VerifyKey> keys;
  keys.reserve(cohort.adverts.size());
  for (const SignedAdvert& signed_advert : cohort.adverts) {
    const RosterMember* member = roster.find(signed_advert.advert.roster_index);
    if (member == nullptr) return Reason::unknown_member;
    keys.push_back(member->key);
  }
  return keys;
}

TagBytes tag_bytes(const Point& point) {
  TagBytes bytes{};
  std::copy(point.view().begin(), point.view().end(), bytes.begin());
  return bytes;
}

// [SHARE-5, SHARE-6]
Result<ShareItem> make_item(const AgreedCohort& cohort, const ChannelKey& channel, std::uint32_t to,
                            std::uint32_t point, const Share& mask_share, const Share& self_share) {
  const std::uint32_t u = cohort.u();
  BLINDSUM_TRY(agreed, agree(channel, cohort.advert(to).channel_point));
  BLINDSUM_TRY(key, channel_key(agreed, cohort.th1(), u, to));
  const Encoded ad = share_associated_data(cohort.th1(), u, to, point);
  BLINDSUM_TRY(box, seal_shares(key, mask_share, self_share, ad.view()));
  BLINDSUM_TRY(mask_tag, share_tag(mask_share));
  BLINDSUM_TRY(self_tag, share_tag(self_share));
  return ShareItem{.to = to,
                   .point = point,
                   .box = box,
                   .mask_tag = tag_bytes(mask_tag),
                   .self_tag = tag_bytes(self_tag)};
}

// [SHAMIR-1, SHARE-7] The polynomials live no longer than this function.
Result<Shares> make_shares(const ParticipantContext& context, const AgreedCohort& cohort,
                           const Secrets& secrets, const Members& picks) {
  const auto k = static_cast<std::uint32_t>(picks.size());
  const std::uint32_t t = cohort.graph().t;
  BLINDSUM_TRY(mask_shares, split(secrets.mask, t, k, context.entropy));
  BLINDSUM_TRY(self_shares, split(secrets.self, t, k, context.entropy));
  Shares shares;
  shares.items.reserve(k);
  for (std::uint32_t i = 0; i < k; ++i) {
    BLINDSUM_TRY(
        item, make_item(cohort, secrets.channel, picks[i], i + 1, mask_shares[i], self_shares[i]));
    shares.items.push_back(item);
  }
  BLINDSUM_TRY(tree, ShareTree::of(cohort.th1(), cohort.u(), shares.items));
  BLINDSUM_TRY(signature,
               context.identity.sign(shares_statement(cohort.th1(), cohort.u(), tree.root())));
  shares.signature = signature;
  return shares;
}

struct SharedOut {
  Shared state;
  Shares shares;
};

Result<SharedOut> share_out(Advertised state, const Cohort& message, Scene& scene) {
  const ParticipantContext& context = scene.context;
  BLINDSUM_TRY(cohort, AgreedCohort::check(context, state.offer, state.own, message));
  // [SHARE-3, DISK-2]
  const Result<void> kept =
      context.store.keep_cohort(state.offer.session(), cohort.kept(state.offer.bytes()));
  if (kept.has_error()) return store_error(kept.error());
  scene.ledger.cohort_kept = true;
  // [SHARE-4] Not before th1 is known: the corrupt members could be chosen to fit the graph.
  BLINDSUM_TRY(picks, draw_picks(cohort.n(), cohort.u(), cohort.graph().k, context.entropy));
  BLINDSUM_TRY(shares, make_shares(context, cohort, state.secrets, picks));
  return SharedOut{.state = {.offer = std::move(state.offer),
                             .cohort = std::move(cohort),
                             .secrets = std::move(state.secrets),
                             .picks = std::move(picks),
                             .input = std::move(state.input)},
                   .shares = std::move(shares)};
}

}  // namespace

Result<Members> draw_picks(std::uint32_t n, std::uint32_t u, std::uint32_t k, Entropy& entropy) {
  Members others(n);
  std::iota(others.begin(), others.end(), 0u);
  others.erase(others.begin() + u);
  if (k >= others.size()) return others;
  for (std::uint32_t i = 0; i < k; ++i) {
    if (fault(Fault::picks_reused)) break;
    BLINDSUM_TRY(offset, uniform_below(entropy, static_cast<std::uint32_t>(others.size()) - i));
    std::swap(others[i], others[i + offset]);
  }
  others.resize(k);
  std::sort(others.begin(), others.end());
  return others;
}

// Cheap checks first: signatures are 50 µs each.
Result<AgreedCohort> AgreedCohort::check(const ParticipantContext& context,
                                         const AcceptedOffer& offer, const SignedAdvert& own,
                                         const Cohort& cohort) {
  if (cohort.adverts.size() > kMaxCohort) return Reason::cohort_too_large;
  AgreedCohort agreed;
  BLINDSUM_TRY(u, find_own(own, cohort));
  BLINDSUM_TRY(keys, find_keys(context.roster, cohort));
  // [SHARE-3, POLICY-3]
  const auto n = static_cast<std::uint32_t>(cohort.adverts.size());
  BLINDSUM_TRY(graph, accept_cohort(context.policy, offer.parameters(), n));
  agreed.adverts_.reserve(n);
  for (std::uint32_t v = 0; v < n; ++v) {  // [SHARE-2]
    const auto& [advert, signature] = cohort.adverts[v];
    if (!fault(Fault::keys_unsigned)) {
      BLINDSUM_CHECK(verify(keys[v], advert_statement(offer.th0(), advert), signature));
    }
    agreed.adverts_.push_back(advert);
  }
  BLINDSUM_TRY(th1, hash_th1(offer.th0(), cohort.adverts));
  agreed.u_ = u;
  agreed.th1_ = th1;
  agreed.graph_ = graph;
  agreed.keys_ = std::move(keys);
  return agreed;
}

KeptCohort AgreedCohort::kept(const Bytes& parameter_bytes) const {
  KeptCohort kept{.parameter_bytes = parameter_bytes,
                  .th1 = th1_,
                  .quorum = graph_.quorum,
                  .survivors = graph_.survivors,
                  .members = {}};
  kept.members.reserve(n());
  for (std::uint32_t v = 0; v < n(); ++v) {
    kept.members.push_back({.roster_index = adverts_[v].roster_index, .key = keys_[v]});
  }
  return kept;
}

State on(Advertised state, Cohort event, Scene& scene) {
  Result<SharedOut> next = share_out(std::move(state), event, scene);
  if (next.has_error()) return refuse(next.error(), scene);
  scene.ledger.th1 = next->state.cohort.th1();
  scene.ledger.once.cohort = {.heard = std::move(event), .answer = next->shares};
  scene.send(std::move(next->shares));
  return std::move(next->state);
}

}  // namespace blindsum::detail::participant
