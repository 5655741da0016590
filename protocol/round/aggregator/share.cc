#include "crypto/sign.h"
#include "faults/faults.h"
#include "protocol/round/aggregator/again.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

// What can be seen without arithmetic: on the complete graph "k distinct others" is "all others".
Result<void> check_picks(const FixedCohort& cohort, std::uint32_t u, const Shares& shares) {
  if (shares.items.size() != cohort.graph.k) return Reason::wrong_length;
  for (std::uint32_t i = 0; i < cohort.graph.k; ++i) {
    const ShareItem& item = shares.items[i];
    const bool ascending = i == 0 || shares.items[i - 1].to < item.to;
    if (!ascending || item.to >= cohort.n() || item.to == u) return Reason::bad_order;
    if (item.point != i + 1) return Reason::bad_order;
  }
  return {};
}

// [SHARE-8] Hashing and one signature, however many items there are. Tags are not looked at: one
// that is no point is off its share, which its holder sees [U2-9].
Result<AdmittedShares> admit(const FixedCohort& cohort, std::uint32_t u, Shares shares) {
  if (!fault(Fault::dealer_incomplete)) BLINDSUM_CHECK(check_picks(cohort, u, shares));
  BLINDSUM_TRY(tree, ShareTree::of(cohort.th1, u, shares.items));
  if (!fault(Fault::dealer_unverified)) {
    BLINDSUM_CHECK(
        verify(cohort.keys[u], shares_statement(cohort.th1, u, tree.root()), shares.signature));
  }
  return AdmittedShares{std::move(shares), std::move(tree)};
}

void send_deliveries(Turn& turn, const FixedCohort& cohort, const FixedShares& shares) {
  std::vector<std::uint32_t> outside;
  for (std::uint32_t u = 0; u < cohort.n(); ++u) {
    if (shares.u2.has(u)) {
      turn.send(cohort.roster_index(u), delivery_of(shares, u));
    } else {
      outside.push_back(cohort.roster_index(u));
    }
  }
  Delivery bitmap_alone;
  bitmap_alone.u2.assign(shares.u2.bytes().begin(), shares.u2.bytes().end());
  turn.send(std::move(outside), std::move(bitmap_alone));
}

State close(Sharing state, Turn& turn) {
  const FixedCohort& cohort = *state.cohort;
  const Result<SharesRef> fixed = fix_shares(cohort, std::move(state.admitted));
  if (fixed.has_error()) {
    turn.fail(reason_of(fixed.error()), fixed.error().message());
    return state;
  }
  SharesFact fact{(*fixed)->u2, {}};
  fact.shares.reserve((*fixed)->admitted.size());
  for (const auto& [u, admitted] : (*fixed)->admitted) fact.shares.push_back(admitted.shares);
  if (!turn.keep(fact)) return state;
  turn.emit(PhaseClosed{std::string(Sharing::name), (*fixed)->u2.count(), cohort.n()});
  for (std::uint32_t u = 0; u < cohort.n(); ++u) {
    const std::uint32_t member = cohort.roster_index(u);
    if (!(*fixed)->u2.has(u) && !turn.is_gone(member)) {
      turn.drop(member, Reason::time_limit, Sharing::name);
    }
  }
  send_deliveries(turn, cohort, **fixed);
  return begin_masking(turn, state.cohort, *fixed);
}

}  // namespace

// [U2-2] Whoever is outside U2 learns that, and nothing else.
Delivery delivery_of(const FixedShares& shares, std::uint32_t u) {
  Delivery delivery;
  delivery.u2.assign(shares.u2.bytes().begin(), shares.u2.bytes().end());
  if (!shares.u2.has(u)) return delivery;
  delivery.items.reserve(shares.inbound[u].size());
  for (const InboundShare& inbound : shares.inbound[u]) {
    delivery.items.push_back(shares.inbound_item(inbound.dealer, inbound.point));
  }
  const std::vector<std::uint32_t> neighbours = shares.neighbours(u);
  delivery.proofs.reserve(neighbours.size());
  for (const std::uint32_t v : neighbours) delivery.proofs.push_back(shares.proof_of(v));
  return delivery;
}

Sharing begin_sharing(Turn& turn, CohortRef cohort) {
  turn.time_goes_to(&PhaseTimings::share_ms);
  turn.shared().proof.adverts = cohort->adverts;
  turn.shared().record.th1 = cohort->th1;
  return {.cohort = std::move(cohort),
          .deadline = turn.now() + Instant(turn.parameters().limits.share_ms),
          .admitted = {}};
}

void take(Sharing& state, Turn& turn, std::uint32_t u, Shares message) {
  const FixedCohort& cohort = *state.cohort;
  const auto first = state.admitted.find(u);
  if (first != state.admitted.end() && !fault(Fault::second_answer_counts)) {
    return again(turn, cohort, u, first->second, message);
  }
  Result<AdmittedShares> admitted = admit(cohort, u, std::move(message));
  if (admitted.has_error()) {
    return turn.reject(cohort.roster_index(u), reason_of(admitted.error()), "shares");
  }
  state.admitted.insert_or_assign(u, *std::move(admitted));
}

void resume(const Sharing& state, Turn& turn, std::uint32_t u) {
  turn.send(state.cohort->roster_index(u), Cohort{state.cohort->adverts});
}

// U2 is not fixed yet, and masks with a member that is known to be gone are work for nothing.
void lost(Sharing& state, std::uint32_t u) {
  state.admitted.erase(u);
}

State settle(Sharing state, Turn& turn) {
  const FixedCohort& cohort = *state.cohort;
  Standing standing;
  standing.answered = static_cast<std::uint32_t>(state.admitted.size());
  standing.needed = cohort.graph.survivors;
  standing.awaited = cohort.n();
  if (turn.gone_may_matter(standing)) {
    for (const std::uint32_t member : turn.shared().gone) {
      if (cohort.index_of(member)) --standing.awaited;
    }
  }
  switch (turn.judge(standing, state.deadline)) {
    case Verdict::wait:
      return state;
    case Verdict::close:
      return close(std::move(state), turn);
    case Verdict::fail:
      break;
  }
  return abort_round(turn, state.cohort, Reason::too_few_survivors,
                     std::to_string(standing.answered) + " members sent shares, " +
                         std::to_string(standing.needed) + " are needed");
}

}  // namespace blindsum::detail::aggregator
