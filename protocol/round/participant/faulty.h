// What a faulty build does at the participant, as far as it is more than a check left out
// (faults/). Called behind fault() only; faulty.cc is compiled with the option alone.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/round/participant/state.h"

namespace blindsum::detail::participant {

// secrets_reused.
[[nodiscard]] Result<Secrets> same_secrets();

// both_shares, alive_and_dropped, answer_from_request: both shares of each in-neighbour are kept.
[[nodiscard]] std::vector<ChosenShare> choose_both(std::vector<HeldItem> held);

// alive_and_dropped, answer_from_request: whether this share is not the one that the U3 of the
// request asks for, in a cohort of n.
[[nodiscard]] bool is_not_asked(const ChosenShare& chosen, const Certificate& request,
                                std::uint32_t n);

// attest_twice: the attestation of a second U3, if it is one.
[[nodiscard]] std::optional<Attestation> attest_again(const State& state, const Survivors& message,
                                                      const SigningKey& identity);

}  // namespace blindsum::detail::participant
