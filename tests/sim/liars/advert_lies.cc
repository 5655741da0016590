#include "protocol/round/round_transcript.h"
#include "tests/sim/liars/lie.h"

namespace blindsum::sim {
namespace {

constexpr auto kPhase = AggregatorPhase::advertise;

Signature sign_advert(LieScene& scene, const Advert& advert) {
  const Hash th0 = hash_th0(scene.seat().offer->parameter_bytes).value();
  return scene.sign(advert_statement(th0, advert));
}

std::optional<Utterances> forged(LieScene&, const ToAggregator& message) {
  const auto* honest = std::get_if<SignedAdvert>(&message);
  if (honest == nullptr) return std::nullopt;
  SignedAdvert lie = *honest;
  lie.signature.bytes[5] ^= 1;
  return Utterances{{lie, MustReject{Reason::bad_signature, kPhase}}};
}

std::optional<Utterances> of_another_member(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<SignedAdvert>(&message);
  if (honest == nullptr) return std::nullopt;
  SignedAdvert lie = *honest;
  lie.advert.roster_index = Cast::roster_index((scene.member() + 1) % scene.cast().members());
  lie.signature = sign_advert(scene, lie.advert);
  return Utterances{{lie, MustReject{Reason::wrong_item, kPhase}}};
}

// A point is one by its type: the frame has to say something else in its place.
std::optional<Utterances> with_bytes(const ToAggregator& message, Reason reason,
                                     std::uint8_t value) {
  const auto* honest = std::get_if<SignedAdvert>(&message);
  if (honest == nullptr) return std::nullopt;
  const ByteView point = honest->advert.channel_point.view();
  return Utterances{{.message = *honest,
                     .must_reject = MustReject{reason, kPhase},
                     .overwrite = std::pair(Bytes(point.begin(), point.end()), value)}};
}

std::optional<Utterances> identity(LieScene&, const ToAggregator& message) {
  return with_bytes(message, Reason::identity_point, 0);
}

std::optional<Utterances> no_point(LieScene&, const ToAggregator& message) {
  return with_bytes(message, Reason::bad_point, 0xff);
}

std::optional<Utterances> second(LieScene& scene, const ToAggregator& message) {
  const auto* honest = std::get_if<SignedAdvert>(&message);
  if (honest == nullptr) return std::nullopt;
  SignedAdvert lie = *honest;
  lie.advert.mask_point = scene.any_point();
  lie.signature = sign_advert(scene, lie.advert);
  scene.lied(Blameworthy::conflict, {});
  return Utterances{{*honest}, {lie, MustReject{Reason::conflicting_answer, kPhase}}};
}

}  // namespace

std::vector<MemberLie> advert_lies() {
  return {{"forged_advert", false, forged},
          {"advert_of_another", false, of_another_member},
          {"advert_identity_point", false, identity},
          {"advert_no_point", false, no_point},
          {"second_advert", false, second}};
}

}  // namespace blindsum::sim
