// The masked vector, its receipt, and what is signed over the survivors.
#include "protocol/round/round_transcript.h"
#include "tests/sim/liars/lie.h"

namespace blindsum::sim {
namespace {

constexpr auto kMask = AggregatorPhase::mask;

std::uint64_t packed_bits(LieScene& scene) {
  return scene.terms().vector_length * scene.terms().ring_bits;
}

// The chunk, if it is the last of an upload.
const UploadChunk* last_chunk(LieScene& scene, const ToAggregator& message) {
  const auto* chunk = std::get_if<UploadChunk>(&message);
  if (chunk == nullptr) return nullptr;
  const std::uint64_t size = (packed_bits(scene) + 7) / 8;
  return chunk->offset + chunk->data.size() == size ? chunk : nullptr;
}

std::optional<Utterances> too_long(LieScene& scene, const ToAggregator& message) {
  const UploadChunk* honest = last_chunk(scene, message);
  if (honest == nullptr) return std::nullopt;
  UploadChunk lie = *honest;
  lie.data.push_back(0);
  return Utterances{{std::move(lie)}};
}

// What is missing shows when the receipt comes.
std::optional<Utterances> too_short(LieScene& scene, const ToAggregator& message) {
  if (std::holds_alternative<Receipt>(message)) {
    return Utterances{{message, MustReject{Reason::wrong_phase, kMask}}};
  }
  const UploadChunk* honest = last_chunk(scene, message);
  if (honest == nullptr) return std::nullopt;
  if (honest->data.size() == 1) return Utterances{};
  UploadChunk lie = *honest;
  lie.data.pop_back();
  return Utterances{{std::move(lie)}};
}

std::optional<Utterances> padded(LieScene& scene, const ToAggregator& message) {
  const UploadChunk* honest = last_chunk(scene, message);
  if (honest == nullptr || packed_bits(scene) % 8 == 0) return std::nullopt;
  UploadChunk lie = *honest;
  lie.data.back() |= 0x80;
  return Utterances{{std::move(lie)}};
}

std::optional<Utterances> elsewhere(LieScene&, const ToAggregator& message) {
  const auto* honest = std::get_if<UploadChunk>(&message);
  if (honest == nullptr) return std::nullopt;
  UploadChunk lie = *honest;
  ++lie.offset;
  return Utterances{{std::move(lie)}};
}

template <class Message>
std::optional<Utterances> forged(const ToAggregator& message, AggregatorPhase phase) {
  const auto* honest = std::get_if<Message>(&message);
  if (honest == nullptr) return std::nullopt;
  Message lie = *honest;
  lie.signature.bytes[20] ^= 2;
  return Utterances{{std::move(lie), MustReject{Reason::bad_signature, phase}}};
}

std::optional<Utterances> forged_receipt(LieScene&, const ToAggregator& message) {
  return forged<Receipt>(message, kMask);
}

std::optional<Utterances> forged_attestation(LieScene&, const ToAggregator& message) {
  return forged<Attestation>(message, AggregatorPhase::attest);
}

// Another signature is no second statement: rejected, and no evidence.
template <class Message>
std::optional<Utterances> second(const ToAggregator& message, AggregatorPhase phase) {
  const auto* honest = std::get_if<Message>(&message);
  if (honest == nullptr) return std::nullopt;
  Message lie = *honest;
  lie.signature.bytes[20] ^= 2;
  return Utterances{{message}, {std::move(lie), MustReject{Reason::conflicting_answer, phase}}};
}

std::optional<Utterances> second_receipt(LieScene&, const ToAggregator& message) {
  return second<Receipt>(message, kMask);
}

std::optional<Utterances> second_attestation(LieScene&, const ToAggregator& message) {
  return second<Attestation>(message, AggregatorPhase::attest);
}

// Of a transcript in which everybody survived, or nobody else.
std::optional<Utterances> other_attestation(LieScene& scene, const ToAggregator& message) {
  if (!std::holds_alternative<Attestation>(message)) return std::nullopt;
  const Seat& seat = scene.seat();
  Bitmap alone(seat.dealt->n());
  alone.add(seat.dealt->u);
  const Hash th3 = hash_th3(seat.masked->th2, alone).value();
  const Attestation lie{scene.sign(attest_statement(th3, seat.dealt->u))};
  return Utterances{{lie, MustReject{Reason::bad_signature, AggregatorPhase::attest}}};
}

}  // namespace

std::vector<MemberLie> upload_lies() {
  return {{"upload_too_long", false, too_long},
          {"upload_too_short", false, too_short},
          {"upload_padded", false, padded},
          {"upload_elsewhere", false, elsewhere},
          {"forged_receipt", false, forged_receipt},
          {"second_receipt", false, second_receipt},
          {"forged_attestation", false, forged_attestation},
          {"second_attestation", false, second_attestation},
          {"other_attestation", false, other_attestation}};
}

}  // namespace blindsum::sim
