// What the record shows of who lied: the signed bytes, laid out as SPEC.md, Appendix C says. Called
// when a second answer differs, and when a round ends. Pure.
#pragma once

#include <cstdint>
#include <map>

#include "crypto/bytes.h"
#include "protocol/round/aggregator/fixed.h"
#include "protocol/round/aggregator/turn.h"
#include "protocol/round/recovery.h"

namespace blindsum::detail::aggregator {

// What members gave away in phase 5, by cohort index.
using Answers = std::map<std::uint32_t, Unmask>;

// u32 length ‖ first text ‖ signature ‖ u32 length ‖ second text ‖ signature.
[[nodiscard]] Bytes conflict_evidence(const SignedText& first, const SignedText& second);

// The blame that recover() found, in order, with evidence from the items and the answers that it
// rests on: of so many that no record holds more. Each may be as large as a holder's whole answer,
// so liars choose how much there would be [LIMIT-1].
[[nodiscard]] std::vector<Blame> with_evidence(const RecoveryOutcome& outcome,
                                               const FixedShares& shares, const Answers& answers);

// For members of the cohort, whoever else sent two answers is nobody to the record.
[[nodiscard]] std::vector<Blame> conflict_blame(const Shared& shared, const FixedCohort& cohort);

// Ascending by kind, accused, witness.
void sort_blame(std::vector<Blame>& blame);

}  // namespace blindsum::detail::aggregator
