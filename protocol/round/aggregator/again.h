// A message for a phase that its sender has answered already, while the phase is open or later
// (SPEC.md, ONCE-3): the same again is taken silently, the answer that counts stands. A different
// one is rejected, and evidence if it is signed.
#pragma once

#include <cstdint>

#include "protocol/round/aggregator/fixed.h"
#include "protocol/round/aggregator/turn.h"

namespace blindsum::detail::aggregator {

// `member` is a roster index, `u` a cohort index.
void again(Turn& turn, std::uint32_t member, const SignedAdvert& first, const SignedAdvert& second);
void again(Turn& turn, const FixedCohort& cohort, std::uint32_t u, const AdmittedShares& first,
           const Shares& second);
void again(Turn& turn, const FixedCohort& cohort, const FixedSurvivors& survivors, std::uint32_t u,
           const Unmask& first, const Unmask& second);
// Of receipts, attestations and VOID votes: one text, so that only signatures can differ.
void again(Turn& turn, std::uint32_t member, Label label, const Encoded& text,
           const Signature& first, const Signature& second);

}  // namespace blindsum::detail::aggregator
