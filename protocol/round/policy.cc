#include "protocol/round/policy.h"

#include <algorithm>

#include "faults/faults.h"
#include "protocol/round/graph_parameters.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

// [ROSTER-4, ROSTER-5, ROSTER-6]
Result<void> accept_roster(const PolicyHistory& history, const Roster& held,
                           const RoundParameters& parameters, UnixSeconds wall_now) {
  if (roster_expired(held, wall_now)) return Reason::roster_expired;
  if (parameters.roster_epoch < history.newest_epoch) return Reason::roster_older;
  if (parameters.roster_epoch != held.epoch() || parameters.roster_hash != held.hash()) {
    return Reason::roster_mismatch;
  }
  if (history.newest_epoch == held.epoch() && history.newest_roster_hash != held.hash()) {
    return Reason::roster_mismatch;
  }
  if (parameters.aggregator_key == held.authority_key()) return Reason::wrong_aggregator;
  return {};
}

// [POLICY-4]
bool corruption_bound_suffices(const Policy& policy, const RoundParameters& parameters,
                               std::uint32_t n) {
  if (fault(Fault::threshold_dictated)) return true;
  return corruption_bound(parameters, n) >=
         std::max(policy.least_corrupt, fraction_of(n, policy.least_gamma_ppm));
}

std::uint64_t sum_of(const PhaseLimits& limits) {
  return std::uint64_t{limits.advertise_ms} + limits.share_ms + limits.mask_ms + limits.attest_ms +
         limits.unmask_ms;
}

// How safe the round is, as far as that can be seen without a cohort.
Result<void> accept_strength(const Policy& policy, const RoundParameters& parameters) {
  // [PARAM-7]
  if (parameters.gamma_ppm != 0 && !policy.trust_cohort_selection) {
    return Reason::cohort_selection_not_trusted;
  }
  if (parameters.sigma < policy.least_sigma) return Reason::sigma_too_low;
  if (parameters.n_min < policy.least_n) return Reason::cohort_too_small;
  if (!corruption_bound_suffices(policy, parameters, parameters.n_min)) {
    return Reason::corruption_bound_too_low;
  }
  return {};
}

// What the round asks of the participant: sizes and time.
Result<void> accept_load(const Policy& policy, const RoundParameters& parameters) {
  if (parameters.vector_length > policy.most_elements) return Reason::vector_too_long;
  if (parameters.payload_size > policy.most_payload_bytes) return Reason::payload_too_large;
  if (sum_of(parameters.limits) > policy.most_round_ms) return Reason::time_limits_too_long;
  return {};
}

// What was before it.
Result<void> accept_history(const Policy& policy, const PolicyHistory& history,
                            const RoundParameters& parameters) {
  // [POLICY-6, PARAM-3]
  const bool is_newer = parameters.round > history.last_round || fault(Fault::round_repeated);
  if (!is_newer || history.session_seen) {
    return Reason::round_not_newer;
  }
  // [PARAM-11]
  if (history.previous_record && *history.previous_record != parameters.previous_record) {
    return Reason::wrong_previous_record;
  }
  // [POLICY-7]
  if (history.rounds_last_day >= policy.most_rounds_per_day) return Reason::too_many_rounds_today;
  return {};
}

}  // namespace

// [POLICY-2]
Result<void> accept_offer(const Policy& policy, const PolicyHistory& history, const Roster& roster,
                          const Offer& offer, UnixSeconds wall_now) {
  const RoundParameters& parameters = offer.parameters;
  BLINDSUM_CHECK(check_parameters(parameters));
  if (parameters.aggregator_key != policy.aggregator_key && !fault(Fault::any_aggregator)) {
    return Reason::wrong_aggregator;
  }
  BLINDSUM_CHECK(verify_offer(offer));
  BLINDSUM_CHECK(accept_roster(history, roster, parameters, wall_now));
  if (std::find(policy.tasks.begin(), policy.tasks.end(), parameters.task) == policy.tasks.end()) {
    return Reason::task_not_served;
  }
  if (!fault(Fault::threshold_dictated)) BLINDSUM_CHECK(accept_strength(policy, parameters));
  BLINDSUM_CHECK(accept_load(policy, parameters));
  return accept_history(policy, history, parameters);
}

// [POLICY-3]
Result<GraphParameters> accept_cohort(const Policy& policy, const RoundParameters& parameters,
                                      std::uint32_t n) {
  const auto least_n = fault(Fault::threshold_dictated) ? parameters.n_min : policy.least_n;
  if (n < parameters.n_min || n < least_n) return Reason::cohort_too_small;
  if (n > parameters.n_max) return Reason::cohort_too_large;
  if (!corruption_bound_suffices(policy, parameters, n)) return Reason::corruption_bound_too_low;
  const Result<GraphParameters> found = find_graph_parameters(finder_input(parameters, n));
  if (found.has_error()) return Reason::infeasible_parameters;
  if (fault(Fault::threshold_dictated)) return *found;
  if (found->survivors < policy.least_survivors) return Reason::survivors_too_few;
  if (found->honest_floor < policy.least_floor) return Reason::floor_too_low;
  return *found;
}

}  // namespace blindsum
