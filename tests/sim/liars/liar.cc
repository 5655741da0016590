#include "tests/sim/liars/liar.h"

#include <algorithm>

#include "tests/sim/liars/lie.h"
#include "tests/support/seeded_entropy.h"

namespace blindsum::sim {

Seat::Dealt LieScene::ground(const Shares& shares) const {
  return dealt_of(seat(), member_, shares, stage_.cast).value();
}

Signature LieScene::sign(const Encoded& text) const {
  return stage_.cast.identity(member_).sign(text).value();
}

// As the machine draws them, from the same entropy [KEY-4].
LieScene::Secrets LieScene::secrets() {
  SeededEntropy entropy(entropy_seed_);
  auto mask = random_scalar<MaskKeyTag>(entropy).value();
  auto channel = random_scalar<ChannelKeyTag>(entropy).value();
  auto self = random_scalar<SelfMaskTag>(entropy).value();
  const Point point = public_point(channel).value();
  bool is_own = false;
  for (const SignedAdvert& signed_advert : seat().cohort->adverts) {
    is_own = is_own || signed_advert.advert.channel_point == point;
  }
  if (!is_own) stage_.trace.fail("a liar does not know its own machine's secrets");
  return {.mask = std::move(mask), .channel = std::move(channel), .self = std::move(self)};
}

Point LieScene::any_point() {
  return public_point(any_share()).value();
}

Share LieScene::any_share() {
  SeededEntropy entropy(random_.next() >> 1);
  return random_scalar<ShareTag>(entropy).value();
}

void LieScene::lied(Blameworthy how, std::vector<std::uint32_t> about) {
  const auto dealt = dealt_of(seat(), member_, Shares{}, stage_.cast);
  const auto u = dealt ? std::optional(dealt->u) : std::nullopt;
  stage_.watch.see(
      Lied{.session = session_, .member = member_, .u = u, .how = how, .about = std::move(about)});
}

Utterances Liar::say(const SessionId& session, const ToAggregator& message,
                     std::uint64_t entropy_seed) {
  const bool is_chunk = std::holds_alternative<UploadChunk>(message);
  const std::pair key(session, message.index());
  const auto before = said_.find(key);
  if (before != said_.end() && !is_chunk) {
    Utterances again = before->second;
    for (Utterance& utterance : again) utterance.must_reject.reset();
    return again;
  }
  const MemberLie& lie = member_lies()[lie_];
  LieScene scene(stage_, member_, random_, session, entropy_seed);
  auto instead = lie.say(scene, message);
  if (instead) stage_.statistics.count(Group::member_lie, lie.name);
  Utterances utterances = instead ? *std::move(instead) : Utterances{{.message = message}};
  if (!is_chunk) said_.emplace(key, utterances);
  return utterances;
}

const std::vector<MemberLie>& member_lies() {
  static const std::vector<MemberLie> all = [] {
    std::vector<MemberLie> lies;
    for (const auto& some : {advert_lies(), dealing_lies(), shares_lies(), upload_lies(),
                             unmask_lies(), silent_lies(), undrawn_lies()}) {
      lies.insert(lies.end(), some.begin(), some.end());
    }
    return lies;
  }();
  return all;
}

std::uint32_t drawn_lies() {
  return static_cast<std::uint32_t>(member_lies().size() - undrawn_lies().size());
}

std::size_t lie_by_name(std::string_view name) {
  const auto& all = member_lies();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const MemberLie& lie) { return lie.name == name; });
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace blindsum::sim
