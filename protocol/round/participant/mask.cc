// Phase 3 at the participant: the input, its masks, the upload and its receipt (SPEC.md, chapters
// 12 and 16).
#include "crypto/mask_stream.h"
#include "faults/faults.h"
#include "protocol/round/participant/state.h"

namespace blindsum::detail::participant {
namespace {

// [INPUT-3, INPUT-5]
Result<void> check_unspent(ParticipantStore& store, const InputId& input) {
  if (fault(Fault::input_reused)) return {};
  const Result<bool> spent = store.is_spent(input);
  if (spent.has_error()) return store_error(spent.error());
  if (*spent) return Reason::input_spent;
  return {};
}

Result<void> check_input(const RoundParameters& parameters, const InputReady& input, Scene& scene) {
  if (input.vector.size() != parameters.vector_length ||
      input.vector.ring().bits() != parameters.ring_bits) {
    return Reason::wrong_shape;
  }
  return check_unspent(scene.context.store, input.id);
}

// One input a round: a second would be a second y [ONCE-5].
template <class Waiting>
State take_input(Waiting state, InputReady input, Scene& scene) {
  if (state.input) return out_of_phase(std::move(state), "second input", scene);
  const RoundParameters& parameters = state.offer.parameters();
  const Result<void> good = check_input(parameters, input, scene);
  if (good.has_error()) return refuse(good.error(), scene);
  state.input = std::move(input);
  return state;
}

// [INPUT-4]
template <class Waiting>
State take_decline(Waiting state, const InputDeclined& declined, Scene& scene) {
  if (state.input) return out_of_phase(std::move(state), "input declined", scene);
  return refuse(declined.reason == Reason::ok ? Reason::input_declined : declined.reason, scene);
}

// [MASK-1, MASK-2, MASK-3]
Result<std::vector<MaskStream>> make_streams(const AgreedCohort& cohort,
                                             const AgreedDelivery& delivery,
                                             const MaskSecrets& secrets) {
  const std::uint32_t u = cohort.u();
  std::vector<MaskStream> streams;
  streams.reserve(delivery.neighbours().size() + 1);
  BLINDSUM_TRY(own_key, self_key(secrets.self, delivery.th2(), u));
  BLINDSUM_TRY(own, MaskStream::create(own_key, MaskSign::add));
  if (!fault(Fault::no_self_mask)) streams.push_back(std::move(own));
  for (const std::uint32_t v : delivery.neighbours()) {
    BLINDSUM_TRY(agreed, agree(secrets.mask, cohort.advert(v).mask_point));
    BLINDSUM_TRY(key, pair_key(agreed, delivery.th2(), u, v));
    const bool is_added = (v > u) != fault(Fault::wrong_sign);
    BLINDSUM_TRY(stream, MaskStream::create(key, is_added ? MaskSign::add : MaskSign::subtract));
    streams.push_back(std::move(stream));
  }
  return streams;
}

// [MASK-4] The one place where y is made; the raw input and the secrets go in and do not come back.
Result<Uploading> mask(Delivered state, InputReady input, Scene& scene) {
  BLINDSUM_CHECK(check_unspent(scene.context.store, input.id));
  BLINDSUM_TRY(streams, make_streams(state.cohort, state.delivery, state.secrets));
  return Uploading{
      .cohort = std::move(state.cohort),
      .delivery = std::move(state.delivery),
      .held = std::move(state.held),
      .masked = std::make_shared<MaskedVector>(std::move(input.vector), std::move(streams)),
      .input = input.id,
      .sending = true};
}

// Once both the input and a grant are there.
State mask_if_ready(Delivered state, Scene& scene) {
  if (!state.input || !state.grant) return state;
  const std::uint64_t offset = *state.grant;
  InputReady input = *std::move(state.input);
  Result<Uploading> next = mask(std::move(state), std::move(input), scene);
  if (next.has_error()) return refuse(next.error(), scene);
  scene.effects.emplace_back(BeginUpload{.vector = next->masked, .offset = offset});
  return *std::move(next);
}

// [UPLOAD-4]
Result<std::uint64_t> offset_within(std::uint64_t size, const UploadGrant& grant) {
  if (grant.offset <= size) return grant.offset;
  if (fault(Fault::grant_beyond_end)) return size;
  return Reason::bad_offset;
}

// [UPLOAD-4] The same bytes from where the aggregator wants them.
template <class Masked>
State resume(Masked state, const UploadGrant& grant, Scene& scene) {
  const Result<std::uint64_t> offset = offset_within(state.masked->packed_size(), grant);
  if (offset.has_error()) return refuse(offset.error(), scene);
  state.sending = true;
  scene.effects.emplace_back(BeginUpload{.vector = state.masked, .offset = *offset});
  return state;
}

// [RECEIPT-1, INPUT-1] The input is spent, durably, before the receipt leaves.
Result<Uploaded> finish_upload(Uploading state, Scene& scene) {
  const ParticipantContext& context = scene.context;
  BLINDSUM_TRY(signature,
               context.identity.sign(receipt_statement(state.delivery.th2(), state.cohort.u())));
  const ByteView u2 = state.delivery.u2().bytes();
  // Whether a failed write reached the disk is not known: until it is, the input counts as spent.
  scene.ledger.input_spent = true;
  const Result<void> spent = context.store.spend_input(
      *scene.ledger.session,
      {.input = state.input, .th2 = state.delivery.th2(), .u2 = Bytes(u2.begin(), u2.end())});
  if (spent.has_error()) {
    const Error why = store_error(spent.error());
    if (why == Reason::input_spent) scene.ledger.input_spent = false;  // by another round
    return why;
  }
  return Uploaded{.cohort = std::move(state.cohort),
                  .delivery = std::move(state.delivery),
                  .held = std::move(state.held),
                  .masked = std::move(state.masked),
                  .receipt = {.signature = signature},
                  .sending = false};
}

}  // namespace

State on(Advertised state, InputReady event, Scene& scene) {
  return take_input(std::move(state), std::move(event), scene);
}

State on(Advertised state, InputDeclined event, Scene& scene) {
  return take_decline(std::move(state), event, scene);
}

State on(Shared state, InputReady event, Scene& scene) {
  return take_input(std::move(state), std::move(event), scene);
}

State on(Shared state, InputDeclined event, Scene& scene) {
  return take_decline(std::move(state), event, scene);
}

State on(Delivered state, InputReady event, Scene& scene) {
  State next = take_input(std::move(state), std::move(event), scene);
  if (auto* delivered = std::get_if<Delivered>(&next)) {
    return mask_if_ready(std::move(*delivered), scene);
  }
  return next;
}

State on(Delivered state, InputDeclined event, Scene& scene) {
  return take_decline(std::move(state), event, scene);
}

// [UPLOAD-1]
State on(Delivered state, UploadGrant event, Scene& scene) {
  const RoundParameters& parameters = state.offer.parameters();
  const Result<Ring> ring = Ring::of_bits(parameters.ring_bits);
  if (ring.has_error()) return refuse(ring.error(), scene);
  const auto offset = offset_within(ring->packed_size(parameters.vector_length), event);
  if (offset.has_error()) return refuse(offset.error(), scene);
  state.grant = *offset;
  return mask_if_ready(std::move(state), scene);
}

State on(Uploading state, UploadGrant event, Scene& scene) {
  return resume(std::move(state), event, scene);
}

State on(Uploading state, UploadSent /*event*/, Scene& scene) {
  // The last byte of an upload whose grant was taken back meanwhile [UPLOAD-2].
  if (!state.sending) return out_of_phase(std::move(state), "end of an upload", scene);
  Result<Uploaded> next = finish_upload(std::move(state), scene);
  if (next.has_error()) return refuse(next.error(), scene);
  scene.send(next->receipt);
  return *std::move(next);
}

State on(Uploaded state, UploadGrant event, Scene& scene) {
  if (!state.masked) return out_of_phase(std::move(state), "grant after its end", scene);
  return resume(std::move(state), event, scene);
}

State on(Uploaded state, UploadSent /*event*/, Scene& scene) {
  if (!state.sending) return out_of_phase(std::move(state), "end of an upload", scene);
  state.sending = false;
  scene.send(state.receipt);
  return state;
}

State on(Uploaded state, UploadAck /*event*/, Scene& /*scene*/) {
  state.masked.reset();  // the raw input with it
  state.sending = false;
  return state;
}

}  // namespace blindsum::detail::participant
