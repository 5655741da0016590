#include <algorithm>

#include "tests/sim/forger/forgery.h"

namespace blindsum::sim {

const Seat* ForgeScene::previous() const {
  return previous_ ? &stage_.watch.book().seat(*previous_, victim_) : nullptr;
}

std::optional<Forged> Forger::forge(const SessionId& session, std::uint32_t member,
                                    const ToParticipant& message) {
  if (std::find(sessions_.begin(), sessions_.end(), session) == sessions_.end()) {
    sessions_.push_back(session);
  }
  const ForgeryPlan& plan = *stage_.plan.forgery;
  const Forgery& forgery = forgeries()[plan.forgery];
  const bool is_victim = std::binary_search(plan.victims.begin(), plan.victims.end(), member);
  if (!is_victim || sessions_.size() < forgery.rounds || done_.contains({session, member})) {
    return std::nullopt;
  }
  const auto previous =
      sessions_.size() > 1 ? std::optional(sessions_[sessions_.size() - 2]) : std::nullopt;
  ForgeScene scene(stage_, random_, session, previous, member);
  auto forged = forgery.forge(scene, message);
  if (!forged) return std::nullopt;
  done_.insert({session, member});
  stage_.statistics.count(Group::aggregator_lie, forgery.name);
  return forged;
}

const std::vector<Forgery>& forgeries() {
  static const std::vector<Forgery> all = [] {
    std::vector<Forgery> some_of_all;
    for (const auto& some : {offer_forgeries(), cohort_forgeries(), delivery_forgeries(),
                             survivors_forgeries(), certificate_forgeries(), void_forgeries()}) {
      some_of_all.insert(some_of_all.end(), some.begin(), some.end());
    }
    return some_of_all;
  }();
  return all;
}

}  // namespace blindsum::sim
