#include "tests/sim/plan_faults.h"

#include <algorithm>
#include <array>

#include "tests/sim/forger/forgery.h"
#include "tests/sim/liars/lie.h"
#include "tests/sim/storyteller/story.h"

namespace blindsum::sim {
namespace {

// About as many events as a round of so many members has.
std::uint64_t steps_of(const Plan& plan) {
  const std::uint64_t a_round = 30 + std::uint64_t{26} * plan.members;
  return a_round * plan.rounds;
}

constexpr std::array kHarmless{Fault::disconnect, Fault::reorder, Fault::duplicate, Fault::late};
constexpr std::array kLosing{Fault::member_crash, Fault::member_leaves, Fault::input_declined,
                             Fault::input_late,   Fault::member_disk,   Fault::disconnect,
                             Fault::truncate,     Fault::cut_field,     Fault::late,
                             Fault::overtaken};

// Below every limit that draw_terms() gives a calm round, and above.
constexpr std::uint32_t kShortMs = 1'500;
constexpr std::uint32_t kLongMs = 40'000;

constexpr std::uint32_t kMostDiskOperations = 60;  // before a power cut

Operation draw_operation(const Plan& plan, Random& random, Fault fault, std::uint32_t member,
                         bool is_long) {
  return {.step = 1 + random.next() % steps_of(plan),
          .fault = fault,
          .member = member,
          .length_ms = is_long ? random.between(10, kLongMs) : random.between(1, kShortMs),
          .detail = fault == Fault::power_cut
                        ? power_cut_at(random.below(kMostDiskOperations), random.below(7))
                        : random.below(4)};
}

void add_harmless(Plan& plan, Random& random, std::uint32_t most) {
  for (std::uint32_t left = random.between(0, most); left > 0; --left) {
    const Fault fault = kHarmless[random.below(kHarmless.size())];
    plan.operations.push_back(
        draw_operation(plan, random, fault, random.below(plan.members), false));
  }
  if (random.chance(400)) {
    plan.operations.push_back(draw_operation(plan, random, Fault::aggregator_crash, 0, false));
  }
  if (!plan.has_disk) return;
  for (std::uint32_t left = random.between(0, 2); left > 0; --left) {
    plan.operations.push_back(draw_operation(plan, random, Fault::power_cut, 0, false));
  }
  if (random.chance(200)) {
    plan.rounds = std::max(plan.rounds, 2U);  // that one is lost
    plan.operations.push_back(draw_operation(plan, random, Fault::checkpoint_spoilt, 0, false));
  }
}

void add_losses(Plan& plan, Random& random, std::uint32_t most_members) {
  const std::uint32_t count = random.between(0, most_members);
  for (const std::uint32_t member : random.sample(count, plan.members)) {
    if (plan.member[member].unwilling) continue;
    for (std::uint32_t left = random.between(1, 2); left > 0; --left) {
      const Fault fault = kLosing[random.below(kLosing.size())];
      plan.operations.push_back(draw_operation(plan, random, fault, member, true));
    }
  }
}

void add_storm(Plan& plan, Random& random) {
  const auto kinds =
      static_cast<std::uint32_t>(std::size(kFaultNames)) - (plan.has_disk ? 0 : kDiskFaults);
  for (std::uint32_t left = random.between(1, 6); left > 0; --left) {
    auto fault = static_cast<Fault>(random.below(kinds));
    // These end everything: once in a while is enough.
    if ((fault == Fault::drain || fault == Fault::aggregator_disk) && !random.chance(300)) {
      fault = Fault::aggregator_crash;
    }
    plan.operations.push_back(
        draw_operation(plan, random, fault, random.below(plan.members), random.chance(500)));
  }
  // A crowd leaves at once: nobody is there any more, or too few.
  if (random.chance(100)) {
    const Operation first = draw_operation(plan, random, Fault::member_crash, 0, true);
    for (const std::uint32_t member :
         random.sample(random.between(1, plan.members), plan.members)) {
      Operation one = first;
      one.member = member;
      plan.operations.push_back(one);
    }
  }
}

// What must be rejected, or refused, is so because of what came before it. Of two answers the
// second is the first one if a field of that one is cut, or if it is overtaken.
bool spoils_lie(const Plan& plan, const Operation& operation) {
  const bool is_spoiling = operation.fault == Fault::truncate ||
                           operation.fault == Fault::cut_field ||
                           operation.fault == Fault::overtaken;
  return is_spoiling && std::any_of(plan.lies.begin(), plan.lies.end(), [&](const LiePlan& lie) {
           return lie.member == operation.member;
         });
}

}  // namespace

bool may_lose_member(const Operation& operation) {
  switch (operation.fault) {
    case Fault::duplicate:
    case Fault::reorder:
    case Fault::aggregator_crash:
    case Fault::aggregator_disk:
    case Fault::power_cut:
    case Fault::checkpoint_spoilt:
    case Fault::drain:
      return false;
    case Fault::disconnect:
    case Fault::late:
      return operation.length_ms > kShortMs;
    default:
      return true;
  }
}

void draw_operations(Plan& plan, Random& random) {
  const std::uint32_t d = fraction_of(plan.members, plan.terms.delta_ppm);
  const auto lossy_before = static_cast<std::uint32_t>(plan.lossy().size());
  switch (plan.theme) {
    case Theme::calm:
      add_harmless(plan, random, 4);
      add_losses(plan, random, d > lossy_before ? d - lossy_before : 0);
      break;
    case Theme::storm:
      add_storm(plan, random);
      break;
    case Theme::liars:
      add_harmless(plan, random, 2);
      if (random.chance(200)) add_losses(plan, random, d);
      break;
    case Theme::forger:
    case Theme::storyteller:
      if (random.chance(200)) add_harmless(plan, random, 2);
      if (random.chance(100)) add_losses(plan, random, d);
      break;
  }
  std::erase_if(plan.operations,
                [&](const Operation& operation) { return spoils_lie(plan, operation); });
  std::stable_sort(plan.operations.begin(), plan.operations.end(),
                   [](const Operation& a, const Operation& b) { return a.step < b.step; });
}

void draw_lies(Plan& plan, Random& random) {
  if (plan.theme == Theme::liars) {
    for (const std::uint32_t member : plan.corrupt) {
      plan.lies.push_back({.member = member, .lie = random.below(drawn_lies())});
    }
  }
  if (plan.theme == Theme::forger) {
    const auto count = static_cast<std::uint32_t>(forgeries().size());
    const std::uint32_t victims = random.chance(700) ? 1 : random.between(1, plan.members);
    plan.forgery = {.forgery = random.below(count),
                    .victims = random.sample(victims, plan.members)};
    const Forgery& forgery = forgeries()[plan.forgery->forgery];
    plan.rounds = std::max(plan.rounds, forgery.rounds);
    if (!forgery.helper.empty()) {
      const std::uint32_t victim = random.below(plan.members);
      plan.forgery->victims = {victim};
      plan.lies.push_back({.member = (victim + random.between(1, plan.members - 1)) % plan.members,
                           .lie = lie_by_name(forgery.helper)});
    }
  }
  if (plan.theme == Theme::storyteller) {
    plan.story = random.below(static_cast<std::uint32_t>(stories().size()));
  }
}

}  // namespace blindsum::sim
