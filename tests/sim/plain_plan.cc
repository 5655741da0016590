#include "tests/sim/plain_plan.h"

#include "protocol/round/limits.h"
#include "tests/sim/cast.h"
#include "tests/sim/liars/lie.h"
#include "tests/sim/plan_terms.h"

namespace blindsum::sim {

Plan plain_plan(std::uint32_t members, std::uint32_t c, std::uint32_t d, std::uint32_t rounds) {
  Plan plan;
  plan.theme = Theme::calm;
  plan.members = members;
  plan.rounds = rounds;
  plan.member.resize(members);
  plan.limits = {.uploads_in_flight = 2, .upload_stall_ms = 500};
  plan.pause_ms = 10;
  const Cast& cast = Cast::of(members);
  RoundParameters& terms = plan.terms;
  terms.version = kProtocolVersion;
  terms.suite = kSuite;
  terms.task = "places";
  terms.roster_epoch = cast.roster().epoch();
  terms.roster_hash = cast.roster().hash();
  terms.aggregator_key = cast.aggregator().verify_key();
  terms.n_min = terms.n_max = members;
  terms.max_corrupt = c;
  terms.delta_ppm = static_cast<std::uint32_t>(std::uint64_t{d} * kMillion / members);
  terms.sigma = 64;
  terms.eta = 30;
  terms.schema.tensors = {{.name = "places", .shape = {members + 3}}};
  terms.vector_length = members + 3;
  terms.codec.kind = CodecKind::count;
  terms.codec.bound = 3;
  terms.ring_bits = 11;
  terms.payload_size = 20;
  terms.limits = {.advertise_ms = 20'000,
                  .share_ms = 20'000,
                  .mask_ms = 20'000,
                  .attest_ms = 20'000,
                  .unmask_ms = 20'000};
  const Policy policy = strictest_policy(plan);
  for (std::uint32_t member = 0; member < members; ++member) {
    plan.member[member] = {
        .weight = 1 + member % 3, .chunk_bytes = 4, .policy = policy, .wall_now = kToday};
  }
  return plan;
}

Plan with_lie(Plan plan, std::uint32_t member, std::string_view lie) {
  plan.lies.push_back({.member = member, .lie = lie_by_name(lie)});
  return plan;
}

Plan with_fault(Plan plan, const Operation& operation) {
  plan.operations.push_back(operation);
  return plan;
}

}  // namespace blindsum::sim
