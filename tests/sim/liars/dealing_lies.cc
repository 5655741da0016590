// Shares that the aggregator cannot tell from good ones: the holders can, or the rebuilding.
#include <algorithm>

#include "crypto/seal.h"
#include "crypto/shamir.h"
#include "protocol/round/round_transcript.h"
#include "tests/sim/liars/resign.h"

namespace blindsum::sim {
namespace {

// Some of the items, at least one; or all of them.
std::vector<std::size_t> some_of(LieScene& scene, const Shares& shares) {
  const auto k = static_cast<std::uint32_t>(shares.items.size());
  const std::uint32_t count = scene.random().chance(300) ? k : scene.random().between(1, k);
  const auto picked = scene.random().sample(count, k);
  return {picked.begin(), picked.end()};
}

std::vector<std::uint32_t> holders_of(const Shares& shares, const std::vector<std::size_t>& which) {
  std::vector<std::uint32_t> holders;
  for (const std::size_t i : which) holders.push_back(shares.items[i].to);
  return holders;
}

template <class Change>
std::optional<Utterances> not_opening(LieScene& scene, const ToAggregator& message, Change change) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  Shares lie = *honest;
  const auto which = some_of(scene, lie);
  for (const std::size_t i : which) change(lie.items[i]);
  scene.lied(Blameworthy::not_opened, holders_of(lie, which));
  return Utterances{{resigned(scene, std::move(lie))}};
}

std::optional<Utterances> garbled_box(LieScene& scene, const ToAggregator& message) {
  return not_opening(scene, message, [&](ShareItem& item) {
    for (std::uint8_t& byte : item.box) byte = static_cast<std::uint8_t>(scene.random().below(256));
  });
}

std::optional<Utterances> tag_off(LieScene& scene, const ToAggregator& message) {
  return not_opening(scene, message, [&](ShareItem& item) {
    (scene.random().chance(500) ? item.mask_tag : item.self_tag) = bytes_of(scene.any_point());
  });
}

// The aggregator takes a tag for bytes: that these are on no share is for the holders to see.
std::optional<Utterances> tag_no_point(LieScene& scene, const ToAggregator& message) {
  return not_opening(scene, message, [&](ShareItem& item) {
    TagBytes& tag = scene.random().chance(500) ? item.mask_tag : item.self_tag;
    switch (scene.random().below(3)) {
      case 0:
        return tag.fill(0);  // the identity
      case 1:
        return tag.fill(0xff);
      default:
        tag[31] |= 0x80;  // what libsodium takes for the same point [KEY-2]
    }
  });
}

std::optional<Utterances> share_off(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  const Seat::Dealt ground = scene.ground(*honest);
  const auto secrets = scene.secrets();
  return not_opening(scene, message, [&](ShareItem& item) {
    item.box = seal_for(scene, ground, item, secrets.channel, scene.any_share(), scene.any_share());
  });
}

// Shares of other secrets than those that were advertised, all in good order.
std::optional<Utterances> other_secrets(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  Shares lie = *honest;
  const Seat::Dealt ground = scene.ground(lie);
  const auto secrets = scene.secrets();
  SeededEntropy entropy(scene.random().next() >> 1);
  const auto k = static_cast<std::uint32_t>(lie.items.size());
  const auto of_s = split(scene.any_share(), ground.graph.t, k, entropy).value();
  const auto of_b = split(scene.any_share(), ground.graph.t, k, entropy).value();
  for (std::size_t i = 0; i < lie.items.size(); ++i) {
    ShareItem& item = lie.items[i];
    item = item_for(scene, ground, item.to, item.point, secrets.channel, of_s[i], of_b[i]);
  }
  scene.lied(Blameworthy::bad_dealing, ground.picks);
  return Utterances{{resigned(scene, std::move(lie))}};
}

// Some shares off the polynomial, on their tags: whether it shows depends on who answers.
std::optional<Utterances> uneven(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  Shares lie = *honest;
  const Seat::Dealt ground = scene.ground(lie);
  const auto secrets = scene.secrets();
  const auto which = some_of(scene, lie);
  for (const std::size_t i : which) {
    ShareItem& item = lie.items[i];
    item = item_for(scene, ground, item.to, item.point, secrets.channel, scene.any_share(),
                    scene.any_share());
  }
  scene.lied(Blameworthy::bad_dealing, holders_of(lie, which));
  return Utterances{{resigned(scene, std::move(lie))}};
}

std::optional<Utterances> second(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  Shares lie = *honest;
  lie.items.front().box.front() ^= 1;
  scene.lied(Blameworthy::conflict, {});
  return Utterances{{*honest},
                    {resigned(scene, std::move(lie)),
                     MustReject{Reason::conflicting_answer, AggregatorPhase::share}}};
}

}  // namespace

std::vector<MemberLie> dealing_lies() {
  return {{"garbled_box", true, garbled_box},     {"tag_off", true, tag_off},
          {"tag_no_point", true, tag_no_point},   {"share_off", true, share_off},
          {"other_secrets", true, other_secrets}, {"uneven_shares", true, uneven},
          {"second_shares", false, second}};
}

}  // namespace blindsum::sim
