// Shares that are not well formed: the aggregator has to see it [SHARE-8].
#include <algorithm>

#include "tests/sim/liars/resign.h"

namespace blindsum::sim {
namespace {

constexpr auto kPhase = AggregatorPhase::share;

template <class Change>
std::optional<Utterances> changed(LieScene& scene, const ToAggregator& message, Reason reason,
                                  Change change) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  Shares lie = *honest;
  change(lie);
  return Utterances{{resigned(scene, std::move(lie)), MustReject{reason, kPhase}}};
}

std::optional<Utterances> forged(LieScene&, const ToAggregator& message) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  Shares lie = *honest;
  lie.signature.bytes[9] ^= 4;
  return Utterances{{std::move(lie), MustReject{Reason::bad_signature, kPhase}}};
}

// Other items than were signed: one byte of one, or two in each other's place.
std::optional<Utterances> forged_item(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  Shares lie = *honest;
  ShareItem& item = lie.items.back();
  if (scene.random().chance(500)) {
    item.self_tag[7] ^= 8;
  } else {
    std::swap(item.box, lie.items.front().box);
  }
  return Utterances{{std::move(lie), MustReject{Reason::bad_signature, kPhase}}};
}

std::optional<Utterances> too_few(LieScene& scene, const ToAggregator& message) {
  return changed(scene, message, Reason::wrong_length,
                 [](Shares& shares) { shares.items.pop_back(); });
}

std::optional<Utterances> disordered(LieScene& scene, const ToAggregator& message) {
  return changed(scene, message, Reason::bad_order,
                 [](Shares& shares) { std::swap(shares.items.front(), shares.items.back()); });
}

std::optional<Utterances> wrong_point(LieScene& scene, const ToAggregator& message) {
  return changed(scene, message, Reason::bad_order,
                 [](Shares& shares) { ++shares.items.front().point; });
}

std::optional<Utterances> to_itself(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  const std::uint32_t u = scene.ground(*honest).u;
  return changed(scene, message, Reason::bad_order,
                 [u](Shares& shares) { shares.items.front().to = u; });
}

std::optional<Utterances> twice_to_one(LieScene& scene, const ToAggregator& message) {
  return changed(scene, message, Reason::bad_order,
                 [](Shares& shares) { shares.items[1].to = shares.items[0].to; });
}

}  // namespace

std::vector<MemberLie> shares_lies() {
  return {{"forged_shares", false, forged},         {"forged_item", false, forged_item},
          {"too_few_items", false, too_few},        {"items_disordered", false, disordered},
          {"wrong_point", false, wrong_point},      {"item_to_itself", false, to_itself},
          {"two_items_to_one", false, twice_to_one}};
}

}  // namespace blindsum::sim
