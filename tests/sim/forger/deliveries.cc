// Lies about U2, its items and its proofs [U2-3] to [U2-8], and about uploads.
#include <algorithm>

#include "tests/sim/forger/bits.h"
#include "tests/sim/forger/forgery.h"

namespace blindsum::sim {
namespace {

constexpr auto kPhase = ParticipantPhase::shared;

// How many of the reader's picks are in U2.
std::uint32_t picks_in(const Delivery& delivery, const Seat::Dealt& dealt) {
  std::uint32_t picks = 0;
  for (const std::uint32_t pick : dealt.picks) picks += has_bit(delivery.u2, pick) ? 1 : 0;
  return picks;
}

// Whether one member less in U2 is still enough for its reader to look further.
bool can_spare(const Delivery& delivery, const Seat::Dealt& dealt) {
  return count_bits(delivery.u2) > dealt.graph.survivors &&
         picks_in(delivery, dealt) > dealt.graph.t;
}

template <class Change>
std::optional<Forged> changed(ForgeScene& scene, const ToParticipant& message,
                              std::optional<Reason> reason, Change change) {
  const auto* honest = std::get_if<Delivery>(&message);
  const auto& dealt = scene.seat().dealt;
  if (honest == nullptr || !dealt || honest->items.size() < 2) return std::nullopt;
  // One that is refused anyhow, by another name, is no ground for a lie.
  if (picks_in(*honest, *dealt) < dealt->graph.t) return std::nullopt;
  Delivery delivery = *honest;
  if (!change(delivery, *dealt)) return std::nullopt;
  Forged forged{.messages = {std::move(delivery)}};
  if (reason) forged.must_refuse = MustRefuse{.reason = *reason, .phase = kPhase};
  return forged;
}

#define BLINDSUM_SIM_DELIVERY(name, reason, ...)                                                   \
  std::optional<Forged> name(ForgeScene& scene, const ToParticipant& message) {                    \
    return changed(                                                                                \
        scene, message,                                                                            \
        Reason::reason, [&](Delivery & d, [[maybe_unused]] const Seat::Dealt& dealt) __VA_ARGS__); \
  }

// Out of U2, consistently but for what the caller leaves.
void leave_out(Delivery& delivery, std::uint32_t member, bool with_item, bool with_proof) {
  clear_bit(delivery.u2, member);
  if (with_item) {
    std::erase_if(delivery.items, [&](const InboundItem& item) { return item.from == member; });
  }
  if (with_proof) {
    std::erase_if(delivery.proofs,
                  [&](const SharesProof& proof) { return proof.member == member; });
  }
}

BLINDSUM_SIM_DELIVERY(padding, bad_bitmap, { return set_padding(d.u2, dealt.n()), true; })
BLINDSUM_SIM_DELIVERY(too_few, too_few_survivors, {
  std::fill(d.u2.begin(), d.u2.end(), std::uint8_t{0});
  return set_bit(d.u2, dealt.u), true;
})
BLINDSUM_SIM_DELIVERY(items_disordered, bad_order,
                      { return std::swap(d.items.front(), d.items.back()), true; })
BLINDSUM_SIM_DELIVERY(item_twice, bad_order, { return d.items[1] = d.items[0], true; })
BLINDSUM_SIM_DELIVERY(item_from_outside, not_in_u2, {
  return can_spare(d, dealt) && (leave_out(d, d.items.back().from, false, true), true);
})
BLINDSUM_SIM_DELIVERY(item_for_another, wrong_item,
                      { return (d.items.back().item.to = d.items.back().from), true; })
BLINDSUM_SIM_DELIVERY(item_point, wrong_item, { return (d.items.front().item.point = 0), true; })
BLINDSUM_SIM_DELIVERY(item_forged, bad_signature,
                      { return (d.items.back().item.mask_tag[3] ^= 1), true; })
BLINDSUM_SIM_DELIVERY(path_forged, bad_signature,
                      { return (d.items.back().path.back().bytes[3] ^= 1), true; })
BLINDSUM_SIM_DELIVERY(path_of_another, bad_signature, {
  return std::swap(d.items.front().path, d.items.back().path),
         d.items.front().path.size() == d.items.back().path.size();
})
BLINDSUM_SIM_DELIVERY(path_too_short, wrong_length,
                      { return d.items.front().path.pop_back(), true; })
BLINDSUM_SIM_DELIVERY(path_too_long, wrong_length,
                      { return d.items.front().path.emplace_back(), true; })
BLINDSUM_SIM_DELIVERY(item_box_swapped, bad_signature, {
  return std::swap(d.items.front().item.box, d.items.back().item.box), true;
})
BLINDSUM_SIM_DELIVERY(item_withheld, missing_item,
                      { return d.items.pop_back(), dealt.graph.k == dealt.n() - 1; })
BLINDSUM_SIM_DELIVERY(proof_withheld, missing_proof, { return d.proofs.pop_back(), true; })
BLINDSUM_SIM_DELIVERY(proof_extra, unexpected_proof, {
  return can_spare(d, dealt) && (leave_out(d, d.items.back().from, true, false), true);
})
BLINDSUM_SIM_DELIVERY(proof_forged, bad_signature,
                      { return (d.proofs.front().root.bytes[0] ^= 1), true; })
BLINDSUM_SIM_DELIVERY(proofs_disordered, bad_order,
                      { return std::swap(d.proofs.front(), d.proofs.back()), true; })

// U2 without one that is in it, consistently: the receipt will name it.
std::optional<Forged> smaller_u2(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, std::nullopt, [&](Delivery& d, const Seat::Dealt& dealt) {
    const std::uint32_t member = scene.random().one_of(d.items).from;
    return can_spare(d, dealt) && (leave_out(d, member, true, true), true);
  });
}

std::optional<Forged> without_reader(ForgeScene& scene, const ToParticipant& message) {
  return changed(scene, message, std::nullopt, [](Delivery& d, const Seat::Dealt& dealt) {
    return clear_bit(d.u2, dealt.u), true;
  });
}

std::optional<Forged> second(ForgeScene& scene, const ToParticipant& message) {
  auto forged = item_withheld(scene, message);
  if (!forged) return std::nullopt;
  forged->messages.insert(forged->messages.begin(), message);
  forged->must_refuse = {.reason = Reason::conflicting_answer, .phase = ParticipantPhase::masking};
  return forged;
}

std::optional<Forged> grant_beyond(ForgeScene& scene, const ToParticipant& message) {
  if (!std::holds_alternative<UploadGrant>(message)) return std::nullopt;
  const RoundParameters& terms = scene.seat().offer->parameters;
  const std::uint64_t size = (terms.vector_length * terms.ring_bits + 7) / 8;
  return Forged{.messages = {UploadGrant{.offset = size + 1}},
                .must_refuse = MustRefuse{Reason::bad_offset, ParticipantPhase::masking}};
}

// Uploads all of it twice, in good faith.
std::optional<Forged> grant_twice(ForgeScene&, const ToParticipant& message) {
  if (!std::holds_alternative<UploadAck>(message)) return std::nullopt;
  return Forged{.messages = {UploadGrant{.offset = 0}, message}};
}

std::optional<Forged> abort_claimed(ForgeScene&, const ToParticipant& message) {
  if (!std::holds_alternative<Delivery>(message)) return std::nullopt;
  return Forged{.messages = {message, RoundAborted{Reason::too_few_survivors, ""}}};
}

std::optional<Forged> rejection_claimed(ForgeScene&, const ToParticipant& message) {
  if (!std::holds_alternative<Delivery>(message)) return std::nullopt;
  return Forged{.messages = {message, Rejection{Reason::bad_signature, ""}}};
}

}  // namespace

std::vector<Forgery> delivery_forgeries() {
  return {{"delivery_padding", padding},
          {"delivery_too_few", too_few},
          {"delivery_without_reader", without_reader},
          {"delivery_smaller_u2", smaller_u2},
          {"items_disordered", items_disordered},
          {"item_twice", item_twice},
          {"item_from_outside", item_from_outside},
          {"item_for_another", item_for_another},
          {"item_point", item_point},
          {"item_forged", item_forged},
          {"path_forged", path_forged},
          {"path_of_another", path_of_another},
          {"path_too_short", path_too_short},
          {"path_too_long", path_too_long},
          {"item_box_swapped", item_box_swapped},
          {"item_withheld", item_withheld},
          {"proof_withheld", proof_withheld},
          {"proof_extra", proof_extra},
          {"proof_forged", proof_forged},
          {"proofs_disordered", proofs_disordered},
          {"second_delivery", second},
          {"grant_beyond_end", grant_beyond},
          {"grant_twice", grant_twice},
          {"abort_claimed", abort_claimed},
          {"rejection_claimed", rejection_claimed}};
}

}  // namespace blindsum::sim
