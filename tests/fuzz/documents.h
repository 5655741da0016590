// What targets hold the fuzzer's bytes against: a signed roster of five, and the signed records
// of a round that all of them finished and of one that did not begin. Made when first asked for,
// always the same.
#pragma once

#include <vector>

#include "crypto/bytes.h"
#include "crypto/sign.h"
#include "protocol/round/aggregator_store.h"
#include "protocol/round/record.h"
#include "protocol/round/roster.h"
#include "protocol/round/round_transcript.h"

namespace blindsum::fuzz {

const SigningKey& authority();
const SigningKey& aggregator();
RosterContent roster_content();
Bytes signed_roster();  // the file
const Roster& roster();
RoundParameters round_parameters();
SignedRecord signed_record();
std::vector<RoundFact> facts_of_round();  // of the same one; boxes and tags are none
SignedRecord signed_abort();              // of a round that nobody came to

}  // namespace blindsum::fuzz
