#include <algorithm>

#include "protocol/round/aggregator/evidence.h"
#include "protocol/round/aggregator/state.h"

namespace blindsum::detail::aggregator {
namespace {

// The share in a holder's answer: an entry, a report, or nothing if the holder has not answered.
void add_answer(RebuildTarget& target, std::uint32_t holder, std::uint32_t point,
                const Unmask& answer) {
  const auto by_member = [](const UnmaskEntry& entry, std::uint32_t member) {
    return entry.member < member;
  };
  const auto entry =
      std::lower_bound(answer.entries.begin(), answer.entries.end(), target.dealer, by_member);
  if (entry != answer.entries.end() && entry->member == target.dealer) {
    target.shares.push_back({holder, point, entry->share});
  } else {
    target.reported_by.push_back(holder);
  }
}

// By holder; null from whoever has not answered.
std::vector<const Unmask*> answers_by_holder(const Unmasking& state) {
  std::vector<const Unmask*> all(state.cohort->n());
  for (const auto& [holder, answer] : state.answers) all[holder] = &answer;
  return all;
}

// [REBUILD-1, REBUILD-2]
RebuildTarget target_of(const Unmasking& state, const std::vector<const Unmask*>& answers,
                        std::uint32_t dealer) {
  const Advert& advert = state.cohort->adverts[dealer].advert;
  const bool survived = state.agreed->u3().has(dealer);
  RebuildTarget target{.dealer = dealer,
                       .kind = survived ? ShareKind::self_mask : ShareKind::mask_key,
                       .expected = survived ? advert.self_point : advert.mask_point,
                       .shares = {},
                       .tags = {},
                       .reported_by = {}};
  const std::vector<ShareItem>& items = state.shares->dealt[dealer]->shares.items;
  target.tags.reserve(items.size());
  target.shares.reserve(items.size());
  for (const ShareItem& item : items) {
    target.tags.push_back(survived ? item.self_tag : item.mask_tag);
    if (answers[item.to] != nullptr) {
      add_answer(target, item.to, item.point, *answers[item.to]);
    }
  }
  return target;
}

}  // namespace

// Takes the agreed survivors, in the state: no job without a certificate.
RecoveryJob recovery_job(const Unmasking& state) {
  const Bitmap& u3 = state.agreed->u3();
  const std::vector<const Unmask*> answers = answers_by_holder(state);
  RecoveryJob job;
  job.th2 = state.shares->th2;
  job.threshold = state.cohort->graph.t;
  job.corruption_bound = state.cohort->corruption_bound;
  for (const std::uint32_t dealer : secrets_needed(*state.shares, u3).members()) {
    job.targets.push_back(target_of(state, answers, dealer));
    if (u3.has(dealer)) continue;
    for (const std::uint32_t neighbour : state.shares->neighbours(dealer)) {
      if (u3.has(neighbour)) job.pairs.push_back({.survivor = neighbour, .dropped = dealer});
    }
  }
  for (const SignedAdvert& signed_advert : state.cohort->adverts) {
    job.mask_points.push_back(signed_advert.advert.mask_point);
  }
  return job;
}

// Survivors have nothing more to do; the others need the certificate for their input.
void resume(const Recovering& state, Turn& turn, std::uint32_t u) {
  const std::uint32_t member = state.cohort->roster_index(u);
  if (!state.shares->u2.has(u)) {
    turn.send(member, delivery_of(*state.shares, u));
  } else if (!state.agreed->u3().has(u)) {
    turn.send(member, certificate_message(*state.shares, *state.agreed));
  }
}

State settle(Recovering state, Turn& turn) {
  if (!state.outcome) return state;
  if (state.deadline && turn.now() < *state.deadline) return state;
  std::vector<Blame>& blame = turn.shared().record.blame;
  blame = with_evidence(*state.outcome, *state.shares, state.answers);
  const Reason reason = state.outcome->reason;
  if (reason == Reason::ok) return complete_round(turn, std::move(state));
  if (reason == Reason::store_failed) {
    return abort_round(turn, state.cohort, reason, "the sum is not on disk",
                       keys_of(state.answers));
  }
  std::string detail = std::to_string(state.answers.size()) + " members unmasked, " +
                       std::to_string(state.cohort->graph.t) +
                       " good shares of every secret are needed";
  return abort_round(turn, state.cohort, reason, std::move(detail), keys_of(state.answers));
}

}  // namespace blindsum::detail::aggregator
