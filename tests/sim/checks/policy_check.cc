#include "tests/sim/checks/policy_check.h"

#include <algorithm>

#include "crypto/sign.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::sim {
namespace {

// ⌈n·ppm/10^6⌉
std::uint64_t ceil_ppm(std::uint64_t n, std::uint64_t ppm) {
  return (n * ppm + 999'999) / 1'000'000;
}

std::uint64_t bound_at(const RoundParameters& terms, std::uint64_t n) {
  return terms.gamma_ppm > 0 ? ceil_ppm(n, terms.gamma_ppm) : terms.max_corrupt;
}

}  // namespace

const char* PolicyCheck::fault_of(const MemberPlan& member, const Offer& offer) const {
  const Policy& policy = member.policy;
  const RoundParameters& terms = offer.parameters;
  const std::uint64_t round_ms = std::uint64_t{terms.limits.advertise_ms} + terms.limits.share_ms +
                                 terms.limits.mask_ms + terms.limits.attest_ms +
                                 terms.limits.unmask_ms;
  if (terms.version != 1 || terms.suite != 1) return "version or suite";
  if (terms.aggregator_key != policy.aggregator_key) return "aggregator";
  if (verify(policy.aggregator_key, offer_statement(offer.parameter_bytes), offer.signature)
          .has_error()) {
    return "signature";
  }
  if (terms.roster_hash != book_.cast().roster().hash()) return "roster";
  if (member.newest_epoch > terms.roster_epoch || member.wall_now > kRosterEnd) return "epoch";
  if (std::count(policy.tasks.begin(), policy.tasks.end(), terms.task) == 0) return "task";
  if (terms.gamma_ppm > 0 && !policy.trust_cohort_selection) return "gamma";
  if (terms.sigma < policy.least_sigma) return "sigma";
  if (terms.n_min < policy.least_n) return "n_min";
  if (bound_at(terms, terms.n_min) < policy.least_corrupt) return "c";
  if (terms.vector_length > policy.most_elements) return "vector length";
  if (terms.payload_size > policy.most_payload_bytes) return "payload";
  if (round_ms > policy.most_round_ms) return "time";
  if (policy.most_rounds_per_day == 0) return "rounds per day";
  return nullptr;
}

const char* PolicyCheck::fault_of(const Policy& policy, const Offer& offer,
                                  const Seat::Dealt& dealt) const {
  const std::uint64_t n = dealt.n();
  const std::uint64_t c = bound_at(offer.parameters, n);
  if (n < policy.least_n || n < offer.parameters.n_min || n > offer.parameters.n_max) return "n";
  if (c < policy.least_corrupt) return "c";
  const std::uint64_t quorum = (n + c) / 2 + 1;
  if (dealt.graph.quorum != quorum || dealt.graph.survivors < quorum) return "quorum";
  if (dealt.graph.survivors < policy.least_survivors) return "survivors";
  if (dealt.graph.honest_floor < policy.least_floor) return "floor";
  // More than c picks have to come together for a secret of an honest member.
  if (dealt.graph.t <= (n <= 100 ? c : 1)) return "threshold";
  if (std::count(dealt.members.begin(), dealt.members.end(), dealt.members[dealt.u]) != 1) {
    return "own place";
  }
  return nullptr;
}

// Everybody in the cohort is of the roster, and there by its own will, for these very parameters.
const char* PolicyCheck::fault_of(const Seat& seat) const {
  const std::vector<VerifyKey> keys = book_.keys(*seat.dealt);
  for (std::size_t u = 0; u < keys.size(); ++u) {
    const auto& [advert, signature] = seat.cohort->adverts[u];
    if (seat.dealt->members[u] >= book_.members()) return "stranger";
    if (verify(keys[u], advert_statement(seat.dealt->th0, advert), signature).has_error()) {
      return "adverts";
    }
  }
  return nullptr;
}

// Than every round that the member answered before, also in another process [POLICY-6].
bool PolicyCheck::is_newest(const Said& event, std::uint64_t round) {
  auto& [newest, session] = newest_[event.member];
  if (session == event.session) return true;
  if (round <= newest) return false;
  newest = round;
  session = event.session;
  return true;
}

void PolicyCheck::after(const Said& event) {
  const Seat& seat = book_.seat(event.session, event.member);
  const char* fault = nullptr;
  if (std::holds_alternative<SignedAdvert>(*event.message)) {
    fault = seat.offer ? fault_of(plan_.member[event.member], *seat.offer) : "no offer";
    if (fault == nullptr && !is_newest(event, seat.offer->parameters.round)) fault = "round number";
  } else if (std::holds_alternative<Shares>(*event.message)) {
    fault = !seat.dealt || seat.dealt->u >= seat.dealt->n()
                ? "no cohort"
                : fault_of(plan_.member[event.member].policy, *seat.offer, *seat.dealt);
    if (fault == nullptr) fault = fault_of(seat);
  }
  if (fault != nullptr) {
    trace_.fail("member " + std::to_string(event.member) +
                " answers in a round that it must refuse, for its " + fault + " [POLICY-2]");
  }
}

}  // namespace blindsum::sim
