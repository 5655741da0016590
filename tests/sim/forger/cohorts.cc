// Wrong cohorts: a member missing, keys swapped, one twice, strangers [SHARE-1, SHARE-2].
#include <algorithm>

#include "tests/sim/forger/forgery.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::sim {
namespace {

constexpr auto kPhase = ParticipantPhase::advertised;

// Places in the cohort: the victim's, and that of somebody else.
std::size_t own_place(const ForgeScene& scene, const Cohort& cohort) {
  std::size_t u = 0;
  while (u + 1 < cohort.adverts.size() &&
         cohort.adverts[u].advert.roster_index != Cast::roster_index(scene.victim())) {
    ++u;
  }
  return u;
}

std::size_t other_place(ForgeScene& scene, const Cohort& cohort) {
  const auto n = static_cast<std::uint32_t>(cohort.adverts.size());
  return (own_place(scene, cohort) + scene.random().between(1, n - 1)) % n;
}

template <class Change>
std::optional<Forged> changed(ForgeScene& scene, const ToParticipant& message,
                              std::optional<Reason> reason, Change change) {
  const auto* honest = std::get_if<Cohort>(&message);
  if (honest == nullptr) return std::nullopt;
  Cohort cohort = *honest;
  change(cohort, own_place(scene, cohort), other_place(scene, cohort));
  Forged forged{.messages = {std::move(cohort)}};
  if (reason) forged.must_refuse = MustRefuse{.reason = *reason, .phase = kPhase};
  return forged;
}

void drop(Cohort& cohort, std::size_t place) {
  cohort.adverts.erase(cohort.adverts.begin() + static_cast<std::ptrdiff_t>(place));
}

Point any_point(ForgeScene& scene) {
  SeededEntropy entropy(scene.random().next() >> 1);
  return public_point(random_scalar<MaskKeyTag>(entropy).value()).value();
}

std::optional<Forged> without_reader(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, Reason::not_in_cohort,
                 [](Cohort& cohort, std::size_t own, std::size_t) { drop(cohort, own); });
}

// Consistent: its reader may go on, in a cohort that nobody else is in.
std::optional<Forged> without_another(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, std::nullopt,
                 [](Cohort& cohort, std::size_t, std::size_t other) { drop(cohort, other); });
}

std::optional<Forged> own_changed(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, Reason::own_advert_changed,
                 [&](Cohort& cohort, std::size_t own, std::size_t) {
                   cohort.adverts[own].advert.self_point = any_point(scene);
                 });
}

std::optional<Forged> keys_swapped(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, Reason::bad_signature,
                 [&](Cohort& cohort, std::size_t, std::size_t other) {
                   cohort.adverts[other].advert.channel_point = any_point(scene);
                 });
}

std::optional<Forged> twice(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, Reason::bad_order,
                 [](Cohort& cohort, std::size_t, std::size_t other) {
                   cohort.adverts[other == 0 ? 1 : other - 1] = cohort.adverts[other];
                 });
}

std::optional<Forged> disordered(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, Reason::bad_order,
                 [](Cohort& cohort, std::size_t own, std::size_t other) {
                   std::swap(cohort.adverts[own], cohort.adverts[other]);
                 });
}

std::optional<Forged> stranger(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, Reason::unknown_member,
                 [](Cohort& cohort, std::size_t, std::size_t other) {
                   SignedAdvert ghost = cohort.adverts[other];
                   ghost.advert.roster_index = cohort.adverts.back().advert.roster_index + 1;
                   cohort.adverts.push_back(ghost);
                 });
}

std::optional<Forged> ghost(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, Reason::bad_signature,
                 [](Cohort& cohort, std::size_t, std::size_t other) {
                   cohort.adverts[other].signature.bytes[60] ^= 1;
                 });
}

std::optional<Forged> too_small(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, Reason::cohort_too_small,
                 [](Cohort& cohort, std::size_t own, std::size_t other) {
                   cohort.adverts = {cohort.adverts[std::min(own, other)],
                                     cohort.adverts[std::max(own, other)]};
                 });
}

std::optional<Forged> with_bytes(ForgeScene& scene, const ToParticipant& message, Reason reason,
                                 std::uint8_t value) {
  auto forged = changed(scene, message, reason, [](Cohort&, std::size_t, std::size_t) {});
  if (!forged) return std::nullopt;
  const Cohort& cohort = std::get<Cohort>(message);
  const ByteView point = cohort.adverts[other_place(scene, cohort)].advert.mask_point.view();
  forged->overwrite = {Bytes(point.begin(), point.end()), value};
  return forged;
}

std::optional<Forged> identity(ForgeScene& scene, const ToParticipant& message) {
  return with_bytes(scene, message, Reason::identity_point, 0);
}

std::optional<Forged> no_point(ForgeScene& scene, const ToParticipant& message) {
  return with_bytes(scene, message, Reason::bad_point, 0xff);
}

std::optional<Forged> second(ForgeScene& scene, const ToParticipant& message) {
  auto forged = without_another(scene, message);
  if (!forged) return std::nullopt;
  forged->messages.insert(forged->messages.begin(), message);
  forged->must_refuse = {.reason = Reason::conflicting_answer, .phase = ParticipantPhase::shared};
  return forged;
}

}  // namespace

std::vector<Forgery> cohort_forgeries() {
  return {{"cohort_without_reader", without_reader},
          {"cohort_without_another", without_another},
          {"cohort_own_advert_changed", own_changed},
          {"cohort_keys_swapped", keys_swapped},
          {"cohort_member_twice", twice},
          {"cohort_disordered", disordered},
          {"cohort_stranger", stranger},
          {"cohort_ghost", ghost},
          {"cohort_too_small", too_small},
          {"cohort_identity_point", identity},
          {"cohort_no_point", no_point},
          {"second_cohort", second}};
}

}  // namespace blindsum::sim
