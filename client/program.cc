#include "client/program.h"

#include <utility>

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

Result<EncodedInput> encode_update(Update update, const RoundParameters& parameters,
                                   Entropy& entropy) {
  BLINDSUM_TRY(ring, Ring::of_bits(parameters.ring_bits));
  return EncodedInput::create(std::move(update), parameters.codec, parameters.schema, ring,
                              entropy);
}

}  // namespace

Result<InputReady> make_input(const ParticipantOptions& options, const RoundParameters& parameters,
                              ByteView payload, Entropy& entropy) {
  try {
    const RoundOffer offer = offer_of(parameters);
    auto update = options.on_round(offer, payload);
    if (!update) return Reason::input_declined;  // [INPUT-4]
    BLINDSUM_TRY(encoded, encode_update(*std::move(update), parameters, entropy));
    const InputId id = encoded.id();
    InputReady input{.vector = std::move(encoded), .id = id};
    if (options.on_encoded) {
      BLINDSUM_TRY(whole, input.vector.whole());
      options.on_encoded(offer, whole);
    }
    return Result<InputReady>(std::move(input));
  } catch (...) {
    // A program that throws has no update; its own log knows more.
    return Reason::input_declined;
  }
}

}  // namespace blindsum
