#include "client/program.h"

#include <span>
#include <utility>
#include <variant>

#include "crypto/secret.h"
#include "protocol/round/reason.h"

namespace blindsum {
namespace {

RoundOffer offer_of(const RoundParameters& parameters) {
  return {.task = parameters.task,
          .round = parameters.round,
          .n_min = parameters.n_min,
          .n_max = parameters.n_max,
          .schema = parameters.schema,
          .codec = parameters.codec};
}

// The SDK's copy; the program's own is its business.
void wipe_values(Update& update) {
  std::visit([](auto& values) { wipe(std::span(values)); }, update.values);
}

Result<InputReady> encode_update(const Update& update, const RoundParameters& parameters,
                                 Entropy& entropy) {
  BLINDSUM_TRY(ring, Ring::of_bits(parameters.ring_bits));
  BLINDSUM_TRY(id, input_id(update));
  BLINDSUM_TRY(vector, encode(update, parameters.codec, parameters.schema, ring, entropy));
  return InputReady{.vector = std::move(vector), .id = id};
}

}  // namespace

Result<InputReady> make_input(const ParticipantOptions& options, const RoundParameters& parameters,
                              ByteView payload, Entropy& entropy) {
  try {
    const RoundOffer offer = offer_of(parameters);
    auto update = options.on_round(offer, payload);
    if (!update) return Reason::input_declined;  // [INPUT-4]
    auto input = encode_update(*update, parameters, entropy);
    wipe_values(*update);
    if (input && options.on_encoded) options.on_encoded(offer, input->vector);
    return input;
  } catch (...) {
    // A program that throws has no update; its own log knows more.
    return Reason::input_declined;
  }
}

}  // namespace blindsum
