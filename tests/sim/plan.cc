#include "tests/sim/plan.h"

#include <algorithm>
#include <set>

#include "tests/sim/forger/forgery.h"
#include "tests/sim/liars/lie.h"
#include "tests/sim/plan_faults.h"
#include "tests/sim/plan_terms.h"
#include "tests/sim/storyteller/story.h"

namespace blindsum::sim {
namespace {

// The store costs more than all the rest of a small round.
constexpr std::uint64_t kSeedsToADisk = 4;

Theme draw_theme(Random& random) {
  const std::uint32_t at = random.below(100);
  return at < 26   ? Theme::calm
         : at < 52 ? Theme::storm
         : at < 74 ? Theme::liars
         : at < 90 ? Theme::forger
                   : Theme::storyteller;
}

std::string list_of(const std::vector<std::uint32_t>& members) {
  std::string text;
  for (const std::uint32_t member : members) text += " " + std::to_string(member);
  return text;
}

std::string describe_terms(const Plan& plan) {
  const RoundParameters& terms = plan.terms;
  return "n " + std::to_string(terms.n_min) + ".." + std::to_string(terms.n_max) + ", c " +
         std::to_string(corruption_bound(terms, plan.members)) + ", d " +
         std::to_string(fraction_of(plan.members, terms.delta_ppm)) + ", min_survivors " +
         std::to_string(terms.min_survivors) + ", m " + std::to_string(terms.vector_length) +
         ", b " + std::to_string(terms.ring_bits) + ", limits " +
         std::to_string(terms.limits.advertise_ms) + " " + std::to_string(terms.limits.share_ms) +
         " " + std::to_string(terms.limits.mask_ms) + " " + std::to_string(terms.limits.attest_ms) +
         " " + std::to_string(terms.limits.unmask_ms) + " ms\n";
}

}  // namespace

bool Plan::is_corrupt(std::uint32_t who) const {
  return std::binary_search(corrupt.begin(), corrupt.end(), who);
}

bool Plan::has_honest_aggregator() const {
  return theme == Theme::calm || theme == Theme::storm || theme == Theme::liars;
}

bool Plan::damages_fields_of(std::uint32_t who) const {
  return std::any_of(operations.begin(), operations.end(), [&](const Operation& operation) {
    return operation.fault == Fault::cut_field && operation.member == who;
  });
}

bool Plan::spoils_checkpoints() const {
  return std::any_of(operations.begin(), operations.end(), [](const Operation& operation) {
    return operation.fault == Fault::checkpoint_spoilt;
  });
}

std::vector<std::uint32_t> Plan::lossy() const {
  std::set<std::uint32_t> lost(corrupt.begin(), corrupt.end());
  for (const Operation& operation : operations) {
    if (may_lose_member(operation)) lost.insert(operation.member);
  }
  for (std::uint32_t who = 0; who < members; ++who) {
    if (member[who].unwilling) lost.insert(who);
  }
  return {lost.begin(), lost.end()};
}

std::string Plan::describe() const {
  std::string text = "seed " + std::to_string(seed) + ": " +
                     std::string(kThemeNames[static_cast<std::size_t>(theme)]) + ", " +
                     std::to_string(members) + " members, " + std::to_string(rounds) + " rounds" +
                     (has_disk ? ", on a disk\n" : "\n") + describe_terms(*this);
  if (!corrupt.empty()) text += "corrupt:" + list_of(corrupt) + "\n";
  for (const LiePlan& lie : lies) {
    text += "member " + std::to_string(lie.member) +
            " lies: " + std::string(member_lies()[lie.lie].name) + "\n";
  }
  if (forgery) {
    text += "the aggregator forges: " + std::string(forgeries()[forgery->forgery].name) + ", for" +
            list_of(forgery->victims) + "\n";
  }
  if (theme == Theme::storyteller) {
    text += "the aggregator tells: " + std::string(stories()[story].name) + "\n";
  }
  for (std::uint32_t who = 0; who < members; ++who) {
    if (!member[who].unwilling) continue;
    text += "member " + std::to_string(who) +
            " must refuse: " + std::string(name_of(*member[who].unwilling)) + "\n";
  }
  for (const Operation& operation : operations) {
    text += "step " + std::to_string(operation.step) + ": " +
            std::string(sim::name_of(operation.fault)) + ", member " +
            std::to_string(operation.member) + ", " + std::to_string(operation.length_ms) +
            " ms, " + std::to_string(operation.detail) + "\n";
  }
  return text;
}

Plan draw_plan(std::uint64_t seed) {
  Random random(seed);
  Plan plan;
  plan.seed = seed;
  plan.theme = draw_theme(random);
  plan.has_disk = plan.theme != Theme::storyteller && seed % kSeedsToADisk == 0;
  draw_terms(plan, random);
  draw_lies(plan, random);
  draw_operations(plan, random);
  return plan;
}

}  // namespace blindsum::sim
