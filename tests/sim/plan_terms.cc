#include "tests/sim/plan_terms.h"

#include <algorithm>
#include <array>

#include "protocol/round/graph_parameters.h"
#include "protocol/round/limits.h"
#include "tests/sim/cast.h"

namespace blindsum::sim {
namespace {

// A round above kCompleteGraphUpTo costs as much as a hundred small ones: seldom.
constexpr std::uint32_t kSparseOneIn = 2'500;
constexpr std::uint32_t kMostSparse = kCompleteGraphUpTo + 12;
// Weights of 3, 4, … members: as few as can show a fault, since the time goes with their square.
constexpr std::array<std::uint32_t, 6> kSizeWeights{16, 40, 30, 9, 3, 2};

std::uint32_t draw_members(Random& random) {
  std::uint32_t at = random.below(100);
  std::uint32_t members = kMinCohort;
  for (const std::uint32_t weight : kSizeWeights) {
    if (at < weight) break;
    at -= weight;
    ++members;
  }
  return members;
}

bool is_feasible(const RoundParameters& terms, std::uint32_t n) {
  return find_graph_parameters(finder_input(terms, n)).has_value();
}

// As many losses as can be borne, up to two; n_min as low as it can be, down to as many losses.
void draw_graph(Plan& plan, Random& random) {
  RoundParameters& terms = plan.terms;
  const std::uint32_t n = plan.members;
  const bool is_sparse = n > kCompleteGraphUpTo;
  const bool needs_corrupt = plan.theme == Theme::liars;
  const std::uint32_t most_corrupt = n <= 3 ? 1 : (n - 1) / 3;
  const std::uint32_t c = random.between(needs_corrupt ? 1 : 0, std::max(1U, most_corrupt));
  terms.max_corrupt = is_sparse ? std::min(c, 6U) : c;
  terms.sigma = is_sparse ? random.between(12, 20) : kMaxSigma / 2;
  terms.eta = is_sparse ? 8 : 30;
  terms.n_max = n + random.below(2);
  std::uint32_t d = random.chance(150) ? 0 : random.between(1, 2);
  for (;; --d) {
    terms.delta_ppm = static_cast<std::uint32_t>(std::uint64_t{d} * kMillion / n);
    if (d == 0 || is_feasible(terms, n)) break;
  }
  const auto found = find_graph_parameters(finder_input(terms, n));
  if (found.has_value() && random.chance(300)) {
    terms.min_survivors = random.between(found->survivors, n - d);
  }
  terms.n_min = n;
  while (terms.n_min > std::max(kMinCohort, n - d) && is_feasible(terms, terms.n_min - 1)) {
    --terms.n_min;
  }
  // The same bound, said as a fraction.
  if (terms.max_corrupt > 0 && terms.n_min == n && random.chance(150)) {
    terms.gamma_ppm = static_cast<std::uint32_t>(std::uint64_t{terms.max_corrupt} * kMillion / n);
    terms.max_corrupt = 0;
  }
}

// One-hot vectors: a place for each member, and some that stay empty.
void draw_vector(Plan& plan, Random& random) {
  RoundParameters& terms = plan.terms;
  constexpr std::array<std::uint64_t, 4> kBounds{1, 3, 100, 65'535};
  const std::uint64_t bound = kBounds[random.below(kBounds.size())];
  const std::uint64_t spare = random.below(24);
  terms.schema.tensors = {{.name = "places", .shape = {plan.members}}};
  if (spare > 0) terms.schema.tensors.push_back({.name = "rest", .shape = {spare}});
  terms.codec.kind = static_cast<CodecKind>(random.between(1, 3));
  if (terms.codec.kind == CodecKind::fixed_point) {
    terms.codec.clip = terms.codec.scale = 1;
    terms.codec.weight_bound = bound;
  } else {
    terms.codec.bound = bound;
  }
  const std::uint32_t least = least_ring(terms.codec, terms.n_max).value().bits();
  terms.ring_bits = random.chance(500) ? least : random.between(least, kMaxRingBits);
  terms.vector_length = encoded_length(terms.codec, terms.schema).value();
  for (MemberPlan& member : plan.member) {
    member.weight = 1 + random.below(static_cast<std::uint32_t>(bound));
    const auto packed = static_cast<std::uint32_t>((terms.vector_length * terms.ring_bits + 7) / 8);
    member.chunk_bytes = 1 + packed / random.between(1, 3);
  }
}

void draw_limits(Plan& plan, Random& random) {
  const bool is_tight = plan.theme == Theme::storm && random.chance(400);
  const auto limit = [&] {
    return is_tight ? random.between(100, 3'000) : random.between(20'000, 30'000);
  };
  plan.terms.limits = {.advertise_ms = limit(),
                       .share_ms = limit(),
                       .mask_ms = limit(),
                       .attest_ms = limit(),
                       .unmask_ms = limit()};
  plan.limits = {.uploads_in_flight = random.between(1, 4),
                 .upload_stall_ms = random.between(200, 2'000)};
  plan.pause_ms = random.chance(300) ? 0 : random.between(1, 2'000);
}

// A member that must not take part, and the name by which it has to say so.
void make_unwilling(MemberPlan& member, Random& random) {
  Policy& policy = member.policy;
  const auto say = [&](Reason reason) { member.unwilling = reason; };
  switch (random.below(12)) {
    case 0:
      return ++policy.least_n, say(Reason::cohort_too_small);
    case 1:
      return policy.least_survivors = kMaxCohort, say(Reason::survivors_too_few);
    case 2:
      return policy.least_floor = kMaxCohort, say(Reason::floor_too_low);
    case 3:
      return policy.least_corrupt = kMaxCohort, say(Reason::corruption_bound_too_low);
    case 4:
      return ++policy.least_sigma, say(Reason::sigma_too_low);
    case 5:
      return policy.tasks = {"another"}, say(Reason::task_not_served);
    case 6:
      return --policy.most_elements, say(Reason::vector_too_long);
    case 7:
      return --policy.most_round_ms, say(Reason::time_limits_too_long);
    case 8:
      return policy.most_rounds_per_day = 0, say(Reason::too_many_rounds_today);
    case 9:
      return member.wall_now = kRosterEnd + 1, say(Reason::roster_expired);
    case 10:
      return member.newest_epoch = 6, say(Reason::roster_older);
    default:
      break;
  }
  if (policy.most_payload_bytes == 0) return ++policy.least_n, say(Reason::cohort_too_small);
  --policy.most_payload_bytes;
  say(Reason::payload_too_large);
}

void draw_members_plans(Plan& plan, Random& random) {
  const Policy policy = strictest_policy(plan);
  for (MemberPlan& member : plan.member) {
    member.policy = policy;
    member.lets_go = random.chance(300);
    member.asks_first = random.chance(600);
    member.input_ms = random.chance(700) ? random.below(50) : random.below(1'000);
    member.wall_now = kToday;
  }
  const bool may_be_unwilling = plan.theme == Theme::calm || plan.theme == Theme::storm;
  if (may_be_unwilling && random.chance(60)) {
    make_unwilling(plan.member[random.below(plan.members)], random);
  }
}

}  // namespace

Policy strictest_policy(const Plan& plan) {
  const RoundParameters& terms = plan.terms;
  Policy policy;
  policy.aggregator_key = Cast::of(plan.members).aggregator().verify_key();
  policy.tasks = {terms.task};
  policy.least_n = terms.n_min;
  policy.least_survivors = policy.least_floor = plan.members;
  for (std::uint32_t n = terms.n_min; n <= plan.members; ++n) {
    const auto found = find_graph_parameters(finder_input(terms, n));
    if (found.has_error()) continue;
    policy.least_survivors = std::min(policy.least_survivors, found->survivors);
    policy.least_floor = std::min(policy.least_floor, found->honest_floor);
  }
  policy.least_corrupt = corruption_bound(terms, terms.n_min);
  policy.least_sigma = terms.sigma;
  policy.trust_cohort_selection = terms.gamma_ppm > 0;
  policy.most_elements = terms.vector_length;
  policy.most_payload_bytes = terms.payload_size;
  const PhaseLimits& limits = terms.limits;
  policy.most_round_ms = std::uint64_t{limits.advertise_ms} + limits.share_ms + limits.mask_ms +
                         limits.attest_ms + limits.unmask_ms;
  policy.most_rounds_per_day = 100;
  return policy;
}

void draw_terms(Plan& plan, Random& random) {
  const bool is_sparse = random.below(kSparseOneIn) == 0;
  plan.members =
      is_sparse ? random.between(kCompleteGraphUpTo + 1, kMostSparse) : draw_members(random);
  if (plan.theme == Theme::liars) plan.members = std::max(plan.members, 4U);
  plan.rounds = is_sparse ? 1 : random.chance(850) ? 1 : random.between(2, 3);
  plan.member.resize(plan.members);
  RoundParameters& terms = plan.terms;
  terms.version = kProtocolVersion;
  terms.suite = kSuite;
  terms.task = "places";
  const Cast& cast = Cast::of(plan.members);
  terms.roster_epoch = cast.roster().epoch();
  terms.roster_hash = cast.roster().hash();
  terms.aggregator_key = cast.aggregator().verify_key();
  terms.payload_size = random.chance(500) ? 0 : random.below(300);
  terms.share_sum = random.chance(500);
  draw_graph(plan, random);
  draw_vector(plan, random);
  draw_limits(plan, random);
  draw_members_plans(plan, random);
  const std::uint32_t c = corruption_bound(terms, plan.members);
  if (plan.theme == Theme::liars) plan.corrupt = random.sample(random.between(1, c), plan.members);
  if (plan.theme == Theme::storyteller) plan.corrupt = random.sample(c, plan.members);
}

}  // namespace blindsum::sim
