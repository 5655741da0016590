// Members that do not say what they should: refusals, silence, and VOID where nobody asked for it.
#include "protocol/round/round_transcript.h"
#include "tests/sim/liars/lie.h"

namespace blindsum::sim {
namespace {

template <class Message>
std::optional<Utterances> refuses(LieScene&, const ToAggregator& message) {
  if (!std::holds_alternative<Message>(message)) return std::nullopt;
  return Utterances{{Refusal{.reason = Reason::input_declined, .detail = "no"}}};
}

template <class Message>
std::optional<Utterances> silent(LieScene&, const ToAggregator& message) {
  if (!std::holds_alternative<Message>(message)) return std::nullopt;
  return Utterances{};
}

Signature sign_void(LieScene& scene) {
  const Seat::Dealt& dealt = *scene.seat().dealt;
  return scene.sign(void_statement(dealt.th1, dealt.u));
}

// VOID first, and then an answer all the same.
template <class Message>
std::optional<Utterances> voids_early(LieScene& scene, const ToAggregator& message) {
  if (!std::holds_alternative<Message>(message) || !scene.seat().dealt) return std::nullopt;
  return Utterances{{VoidVote{sign_void(scene)}}, {message}};
}

std::optional<Utterances> forged_void(LieScene& scene, const ToAggregator& message) {
  const bool is_vote = std::holds_alternative<VoidVote>(message);
  if ((!is_vote && !std::holds_alternative<Receipt>(message)) || !scene.seat().dealt) {
    return std::nullopt;
  }
  VoidVote lie{sign_void(scene)};
  lie.signature.bytes[1] ^= 1;
  const auto phase = is_vote ? AggregatorPhase::voiding : AggregatorPhase::mask;
  Utterances all{{lie, MustReject{Reason::bad_signature, phase}}};
  if (!is_vote) all.push_back({message});
  return all;
}

}  // namespace

std::vector<MemberLie> silent_lies() {
  return {{"refuses_advert", false, refuses<SignedAdvert>},
          {"refuses_shares", false, refuses<Shares>},
          {"refuses_receipt", false, refuses<Receipt>},
          {"refuses_attestation", false, refuses<Attestation>},
          {"refuses_unmask", false, refuses<Unmask>},
          {"silent_at_shares", false, silent<Shares>},
          {"silent_at_receipt", false, silent<Receipt>},
          {"silent_at_attestation", false, silent<Attestation>},
          {"silent_at_unmask", false, silent<Unmask>},
          {"voids_at_receipt", false, voids_early<Receipt>},
          {"voids_at_unmask", false, voids_early<Unmask>},
          {"forged_void", false, forged_void}};
}

}  // namespace blindsum::sim
