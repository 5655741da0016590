// Weak parameters, replayed offers, other keys: what a member must not answer [POLICY-2, OFFER-2].
#include "protocol/round/limits.h"
#include "protocol/wire/documents.h"
#include "tests/sim/forger/forgery.h"

namespace blindsum::sim {
namespace {

MustRefuse refuse(Reason reason) {
  return {.reason = reason, .phase = ParticipantPhase::idle};
}

// The offer with other parameters, well signed.
template <class Change>
std::optional<Forged> offer_with(ForgeScene& scene, const ToParticipant& message, Reason reason,
                                 Change change) {
  const auto* honest = std::get_if<Offer>(&message);
  if (honest == nullptr) return std::nullopt;
  RoundParameters parameters = honest->parameters;
  if (!change(parameters)) return std::nullopt;
  const auto offer = sign_offer(parameters, scene.cast().aggregator());
  if (offer.has_error()) return std::nullopt;
  return Forged{.messages = {*offer}, .must_refuse = refuse(reason)};
}

#define BLINDSUM_SIM_OFFER(name, reason, ...)                                                \
  std::optional<Forged> name(ForgeScene& scene, const ToParticipant& message) {              \
    return offer_with(scene, message, Reason::reason, [&](RoundParameters & p) __VA_ARGS__); \
  }

BLINDSUM_SIM_OFFER(version, unsupported_version, { return ++p.version; })
BLINDSUM_SIM_OFFER(suite, unsupported_suite, { return ++p.suite; })
BLINDSUM_SIM_OFFER(no_sigma, bad_parameters, { return (p.sigma = 0), true; })
BLINDSUM_SIM_OFFER(tiny_cohort, bad_parameters, { return (p.n_min = 2), true; })
BLINDSUM_SIM_OFFER(narrow_ring, ring_too_narrow, { return (p.ring_bits = kMinRingBits), true; })
BLINDSUM_SIM_OFFER(other_shape, wrong_shape, { return ++p.vector_length; })
BLINDSUM_SIM_OFFER(other_roster, roster_mismatch, { return (p.roster_hash.bytes[0] ^= 1), true; })
BLINDSUM_SIM_OFFER(newer_roster, roster_mismatch, { return ++p.roster_epoch; })
BLINDSUM_SIM_OFFER(other_task, task_not_served, { return (p.task = "another"), true; })
BLINDSUM_SIM_OFFER(weak_sigma, sigma_too_low, { return --p.sigma; })
BLINDSUM_SIM_OFFER(longer_vector, vector_too_long, {
  ++p.schema.tensors.front().shape.front();
  return ++p.vector_length;
})
BLINDSUM_SIM_OFFER(larger_payload, payload_too_large, { return ++p.payload_size; })
BLINDSUM_SIM_OFFER(longer_limits, time_limits_too_long, { return ++p.limits.unmask_ms; })
BLINDSUM_SIM_OFFER(smaller_cohort, cohort_too_small, { return --p.n_min >= kMinCohort; })
BLINDSUM_SIM_OFFER(weak_bound, corruption_bound_too_low,
                   { return scene.policy().least_corrupt == p.max_corrupt && p.max_corrupt-- > 0; })
BLINDSUM_SIM_OFFER(as_fraction, cohort_selection_not_trusted, {
  p.gamma_ppm = kMillion / 4;
  p.max_corrupt = 0;
  return !scene.policy().trust_cohort_selection;
})

std::optional<Forged> other_aggregator(ForgeScene& scene, const ToParticipant& message) {
  const auto* honest = std::get_if<Offer>(&message);
  if (honest == nullptr) return std::nullopt;
  RoundParameters parameters = honest->parameters;
  parameters.aggregator_key = scene.cast().stranger().verify_key();
  return Forged{.messages = {sign_offer(parameters, scene.cast().stranger()).value()},
                .must_refuse = refuse(Reason::wrong_aggregator)};
}

std::optional<Forged> forged(ForgeScene&, const ToParticipant& message) {
  const auto* honest = std::get_if<Offer>(&message);
  if (honest == nullptr) return std::nullopt;
  Offer offer = *honest;
  offer.signature.bytes[0] ^= 1;
  return Forged{.messages = {offer}, .must_refuse = refuse(Reason::bad_signature)};
}

// The round before, once more. Whoever has not answered it then may now.
std::optional<Forged> replayed(ForgeScene& scene, const ToParticipant& message) {
  const Seat* before = scene.previous();
  if (!std::holds_alternative<Offer>(message) || before == nullptr || !before->offer) {
    return std::nullopt;
  }
  Forged replay{.messages = {*before->offer}};
  return replay;
}

// An old round number under a new name.
std::optional<Forged> renumbered(ForgeScene& scene, const ToParticipant& message) {
  const Seat* before = scene.previous();
  if (before == nullptr || !before->advertised) return std::nullopt;
  return offer_with(scene, message, Reason::round_not_newer, [&](RoundParameters& p) {
    p.round = before->offer->parameters.round;
    return true;
  });
}

std::optional<Forged> other_chain(ForgeScene& scene, const ToParticipant& message) {
  auto forged_offer =
      offer_with(scene, message, Reason::wrong_previous_record, [](RoundParameters& p) {
        p.previous_record.bytes[7] ^= 1;
        return true;
      });
  // Only who has the record can tell.
  if (forged_offer) forged_offer->must_refuse.reset();
  return forged_offer;
}

std::optional<Forged> other_payload(ForgeScene&, const ToParticipant& message) {
  const auto* honest = std::get_if<Offer>(&message);
  if (honest == nullptr || honest->parameters.payload_size == 0) return std::nullopt;
  return Forged{
      .messages = {*honest}, .must_refuse = refuse(Reason::wrong_payload), .spoils_payload = true};
}

}  // namespace

std::vector<Forgery> offer_forgeries() {
  return {{"offer_version", version},
          {"offer_suite", suite},
          {"offer_without_sigma", no_sigma},
          {"offer_tiny_cohort", tiny_cohort},
          {"offer_narrow_ring", narrow_ring},
          {"offer_other_shape", other_shape},
          {"offer_other_roster", other_roster},
          {"offer_newer_roster", newer_roster},
          {"offer_other_task", other_task},
          {"offer_weak_sigma", weak_sigma},
          {"offer_longer_vector", longer_vector},
          {"offer_larger_payload", larger_payload},
          {"offer_longer_limits", longer_limits},
          {"offer_smaller_cohort", smaller_cohort},
          {"offer_weak_bound", weak_bound},
          {"offer_as_fraction", as_fraction},
          {"offer_of_another", other_aggregator},
          {"offer_forged", forged},
          {"offer_other_payload", other_payload},
          {"offer_replayed", replayed, 2},
          {"offer_renumbered", renumbered, 2},
          {"offer_other_chain", other_chain, 2}};
}

}  // namespace blindsum::sim
