// The program's side of a round: its callbacks, and the encoding of what they hand over. Runs on a
// thread of its own, since it may take as long as the round lets it.
#pragma once

#include "client/participant.h"
#include "crypto/entropy.h"
#include "protocol/round/participant_round.h"

namespace blindsum {

// Errors: input_declined if the program has no update, or threw; those of
// EncodedInput::create().
[[nodiscard]] Result<InputReady> make_input(const ParticipantOptions& options,
                                            const RoundParameters& parameters, ByteView payload,
                                            Entropy& entropy);

}  // namespace blindsum
