// What is revealed, or said not to be held.
#include <algorithm>

#include "tests/sim/liars/resign.h"

namespace blindsum::sim {
namespace {

constexpr auto kPhase = AggregatorPhase::unmask;

// Some of the entries, at least one.
std::vector<std::uint32_t> some_of(LieScene& scene, const Unmask& unmask) {
  const auto count = static_cast<std::uint32_t>(unmask.entries.size());
  return scene.random().sample(scene.random().between(1, count), count);
}

const Unmask* answer_with_entries(const ToAggregator& message) {
  const auto* unmask = std::get_if<Unmask>(&message);
  return unmask == nullptr || unmask->entries.empty() ? nullptr : unmask;
}

template <class Change>
std::optional<Utterances> bad_share(LieScene& scene, const ToAggregator& message, Change change) {
  const Unmask* honest = answer_with_entries(message);
  if (honest == nullptr) return std::nullopt;
  Unmask lie = *honest;
  std::vector<std::uint32_t> dealers;
  for (const std::uint32_t i : some_of(scene, lie)) {
    change(lie.entries[i].share);
    dealers.push_back(lie.entries[i].member);
  }
  scene.lied(Blameworthy::bad_share, std::move(dealers));
  return Utterances{{resigned(scene, std::move(lie))}};
}

std::optional<Utterances> wrong_share(LieScene& scene, const ToAggregator& message) {
  return bad_share(scene, message, [&](RevealedShare& share) {
    const Share other = scene.any_share();
    share = RevealedShare::from(other.reveal(Reveal::test)).value();
  });
}

std::optional<Utterances> zero_share(LieScene& scene, const ToAggregator& message) {
  return bad_share(scene, message, [](RevealedShare& share) { share.bytes.fill(0); });
}

std::optional<Utterances> share_not_reduced(LieScene& scene, const ToAggregator& message) {
  return bad_share(scene, message, [](RevealedShare& share) { share.bytes.fill(0xff); });
}

template <class Change>
std::optional<Utterances> malformed(LieScene& scene, const ToAggregator& message, Reason reason,
                                    Change change) {
  const Unmask* honest = answer_with_entries(message);
  if (honest == nullptr) return std::nullopt;
  Unmask lie = *honest;
  change(lie);
  return Utterances{{resigned(scene, std::move(lie)), MustReject{reason, kPhase}}};
}

std::optional<Utterances> entry_missing(LieScene& scene, const ToAggregator& message) {
  return malformed(scene, message, Reason::wrong_item,
                   [](Unmask& unmask) { unmask.entries.pop_back(); });
}

ShareKind other(ShareKind kind) {
  return kind == ShareKind::self_mask ? ShareKind::mask_key : ShareKind::self_mask;
}

std::optional<Utterances> both_kinds(LieScene& scene, const ToAggregator& message) {
  return malformed(scene, message, Reason::bad_order, [](Unmask& unmask) {
    UnmaskEntry twice = unmask.entries.back();
    twice.kind = other(twice.kind);
    unmask.entries.push_back(twice);
  });
}

std::optional<Utterances> other_kind(LieScene& scene, const ToAggregator& message) {
  return malformed(scene, message, Reason::wrong_item, [](Unmask& unmask) {
    unmask.entries.front().kind = other(unmask.entries.front().kind);
  });
}

// A share that it holds, said not to have opened.
std::optional<Utterances> false_report(LieScene& scene, const ToAggregator& message) {
  const Unmask* honest = answer_with_entries(message);
  if (honest == nullptr) return std::nullopt;
  Unmask lie = *honest;
  std::vector<std::uint32_t> dealers;
  const auto which = some_of(scene, lie);
  for (auto i = which.rbegin(); i != which.rend(); ++i) {
    dealers.push_back(lie.entries[*i].member);
    lie.entries.erase(lie.entries.begin() + *i);
  }
  lie.not_held.insert(lie.not_held.end(), dealers.begin(), dealers.end());
  std::sort(lie.not_held.begin(), lie.not_held.end());
  scene.lied(Blameworthy::false_report, std::move(dealers));
  return Utterances{{resigned(scene, std::move(lie))}};
}

std::optional<Utterances> forged(LieScene&, const ToAggregator& message) {
  const auto* honest = std::get_if<Unmask>(&message);
  if (honest == nullptr) return std::nullopt;
  Unmask lie = *honest;
  lie.signature.bytes[33] ^= 0x40;
  return Utterances{{std::move(lie), MustReject{Reason::bad_signature, kPhase}}};
}

std::optional<Utterances> second(LieScene& scene, const ToAggregator& message) {
  const Unmask* honest = answer_with_entries(message);
  if (honest == nullptr) return std::nullopt;
  Unmask lie = *honest;
  lie.entries.front().share.bytes.fill(7);
  scene.lied(Blameworthy::conflict, {});
  return Utterances{
      {*honest}, {resigned(scene, std::move(lie)), MustReject{Reason::conflicting_answer, kPhase}}};
}

}  // namespace

std::vector<MemberLie> unmask_lies() {
  return {{"wrong_share", false, wrong_share},
          {"zero_share", false, zero_share},
          {"share_not_reduced", false, share_not_reduced},
          {"entry_missing", false, entry_missing},
          {"both_kinds", false, both_kinds},
          {"other_kind", false, other_kind},
          {"false_report", false, false_report},
          {"forged_unmask", false, forged},
          {"second_unmask", false, second}};
}

}  // namespace blindsum::sim
