// Lies about U3 and receipts [ATTEST-2].
#include <algorithm>

#include "tests/sim/forger/bits.h"
#include "tests/sim/forger/forgery.h"

namespace blindsum::sim {
namespace {

constexpr auto kPhase = ParticipantPhase::uploaded;

template <class Change>
std::optional<Forged> changed(ForgeScene& scene, const ToParticipant& message,
                              std::optional<Reason> reason, Change change) {
  const auto* honest = std::get_if<Survivors>(&message);
  const Seat& seat = scene.seat();
  if (honest == nullptr || !seat.masked || honest->receipts.size() < 2) return std::nullopt;
  Survivors survivors = *honest;
  if (!change(survivors, seat)) return std::nullopt;
  Forged forged{.messages = {std::move(survivors)}};
  if (reason) forged.must_refuse = MustRefuse{.reason = *reason, .phase = kPhase};
  return forged;
}

#define BLINDSUM_SIM_SURVIVORS(name, reason, ...)                                           \
  std::optional<Forged> name(ForgeScene& scene, const ToParticipant& message) {             \
    return changed(                                                                         \
        scene, message,                                                                     \
        Reason::reason, [&](Survivors & s, [[maybe_unused]] const Seat& seat) __VA_ARGS__); \
  }

bool can_spare(const Survivors& survivors, const Seat& seat) {
  return count_bits(survivors.u3) > seat.dealt->graph.survivors;
}

BLINDSUM_SIM_SURVIVORS(other_th2, transcript_mismatch, { return (s.th2.bytes[1] ^= 1), true; })
BLINDSUM_SIM_SURVIVORS(padding, bad_bitmap, { return set_padding(s.u3, seat.dealt->n()), true; })
BLINDSUM_SIM_SURVIVORS(outside_u2, not_in_u2, {
  for (std::uint32_t u = 0; u < seat.dealt->n(); ++u) {
    if (!seat.masked->u2.has(u)) return set_bit(s.u3, u), true;
  }
  return false;
})
BLINDSUM_SIM_SURVIVORS(without_reader, not_in_u3, { return clear_bit(s.u3, seat.dealt->u), true; })
BLINDSUM_SIM_SURVIVORS(too_few, too_few_survivors, {
  std::fill(s.u3.begin(), s.u3.end(), std::uint8_t{0});
  return set_bit(s.u3, seat.dealt->u), true;
})
BLINDSUM_SIM_SURVIVORS(disordered, bad_order,
                       { return std::swap(s.receipts.front(), s.receipts.back()), true; })
BLINDSUM_SIM_SURVIVORS(withheld, missing_receipt, {
  const std::size_t which = scene.random().below(static_cast<std::uint32_t>(s.receipts.size()));
  return s.receipts.erase(s.receipts.begin() + static_cast<std::ptrdiff_t>(which)), true;
})
BLINDSUM_SIM_SURVIVORS(unexpected, unexpected_receipt, {
  return can_spare(s, seat) && (clear_bit(s.u3, s.receipts.back().member), true);
})
BLINDSUM_SIM_SURVIVORS(forged, bad_signature,
                       { return (s.receipts.back().signature.bytes[2] ^= 1), true; })
BLINDSUM_SIM_SURVIVORS(swapped, bad_signature, {
  return std::swap(s.receipts.front().signature, s.receipts.back().signature), true;
})

// Of another U3, consistently: what is attested is worth nothing.
std::optional<Forged> smaller_u3(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, std::nullopt, [&](Survivors& s, const Seat& seat) {
    if (!can_spare(s, seat)) return false;
    clear_bit(s.u3, s.receipts.back().member);
    return s.receipts.pop_back(), true;
  });
}

std::optional<Forged> second(ForgeScene& scene, const ToParticipant& message) {
  auto forged_survivors = withheld(scene, message);
  if (!forged_survivors) return std::nullopt;
  forged_survivors->messages.insert(forged_survivors->messages.begin(), message);
  forged_survivors->must_refuse = {.reason = Reason::conflicting_answer,
                                   .phase = ParticipantPhase::attested};
  return forged_survivors;
}

// Before anything was uploaded.
std::optional<Forged> early(ForgeScene& scene, const ToParticipant& message) {
  const auto* delivery = std::get_if<Delivery>(&message);
  if (delivery == nullptr || !scene.seat().dealt || delivery->items.empty()) return std::nullopt;
  return Forged{.messages = {message, Survivors{.th2 = {}, .u3 = delivery->u2, .receipts = {}}},
                .must_refuse = MustRefuse{Reason::wrong_phase, ParticipantPhase::masking}};
}

}  // namespace

std::vector<Forgery> survivors_forgeries() {
  return {{"survivors_other_th2", other_th2},
          {"survivors_padding", padding},
          {"survivors_outside_u2", outside_u2, 1, "silent_at_shares"},
          {"survivors_without_reader", without_reader},
          {"survivors_too_few", too_few},
          {"survivors_early", early},
          {"survivors_smaller_u3", smaller_u3},
          {"receipts_disordered", disordered},
          {"receipt_withheld", withheld},
          {"receipt_unexpected", unexpected},
          {"receipt_forged", forged},
          {"receipts_swapped", swapped},
          {"second_survivors", second}};
}

}  // namespace blindsum::sim
