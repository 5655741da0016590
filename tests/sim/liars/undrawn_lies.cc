// Lies that no plan draws. Most show that a check can fail: told by a member that the plan calls
// honest, they are what a broken machine would say.
#include <algorithm>

#include "crypto/shamir.h"
#include "protocol/round/round_transcript.h"
#include "tests/sim/liars/resign.h"

namespace blindsum::sim {
namespace {

// Another vector than its own, well formed: nobody can tell, and the sum is not what it should be.
std::optional<Utterances> poisons_vector(LieScene&, const ToAggregator& message) {
  const auto* honest = std::get_if<UploadChunk>(&message);
  if (honest == nullptr || honest->offset != 0) return std::nullopt;
  UploadChunk lie = *honest;
  lie.data.front() ^= 1;
  return Utterances{{std::move(lie)}};
}

// Masks once more, and sends that, too.
std::optional<Utterances> masks_twice(LieScene& scene, const ToAggregator& message) {
  auto lie = poisons_vector(scene, message);
  if (lie) lie->insert(lie->begin(), Utterance{message});
  return lie;
}

// Of each dealer the other share, in a second answer that is as good as the first.
std::optional<Utterances> gives_both(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Unmask>(&message);
  if (honest == nullptr) return std::nullopt;
  Unmask lie = *honest;
  for (UnmaskEntry& entry : lie.entries) {
    entry.kind = entry.kind == ShareKind::self_mask ? ShareKind::mask_key : ShareKind::self_mask;
  }
  return Utterances{{resigned(scene, std::move(lie))}, {message}};
}

// What it was asked for, with the kinds of its own choosing: all of them s.
std::optional<Utterances> gives_keys(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Unmask>(&message);
  if (honest == nullptr) return std::nullopt;
  Unmask lie = *honest;
  for (UnmaskEntry& entry : lie.entries) entry.kind = ShareKind::mask_key;
  return Utterances{{resigned(scene, std::move(lie))}};
}

// Its own secrets, well dealt, to one member among others whom it has not drawn [SHARE-4]: enough
// of these flood that member. Only where it may choose.
std::optional<Utterances> floods(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<Shares>(&message);
  if (honest == nullptr) return std::nullopt;
  const Seat::Dealt ground = scene.ground(*honest);
  const std::uint32_t k = ground.graph.k;
  if (k == ground.n() - 1 || ground.u <= k) return std::nullopt;
  const auto secrets = scene.secrets();
  SeededEntropy entropy(scene.random().next() >> 1);
  const auto of_s = split(secrets.mask, ground.graph.t, k, entropy).value();
  const auto of_b = split(secrets.self, ground.graph.t, k, entropy).value();
  Shares lie;
  for (std::uint32_t to = 0; to < k; ++to) {
    lie.items.push_back(item_for(scene, ground, to, to + 1, secrets.channel, of_s[to], of_b[to]));
  }
  return Utterances{{resigned(scene, std::move(lie))}};
}

}  // namespace

std::vector<MemberLie> undrawn_lies() {
  return {{"poisons_vector", true, poisons_vector},
          {"masks_twice", true, masks_twice},
          {"gives_both", true, gives_both},
          {"gives_keys", true, gives_keys},
          {"floods", true, floods}};
}

}  // namespace blindsum::sim
