// What a participant checks of a record that it is sent, and of the sum behind it [RECORD-3,
// RECORD-5]. Pure functions.
#pragma once

#include <cstdint>

#include "client/participant.h"
#include "protocol/round/messages.h"
#include "protocol/round/record.h"
#include "protocol/round/roster.h"

namespace blindsum {

// Completes a record that comes without its proof by what one has verified oneself [RECORD-10].
// Errors: those of decode_record(), decode_record_proof() and verify_record(); record_mismatch if
// it is of another round.
[[nodiscard]] Result<SignedRecord> check_record(const RoundRecord& message, const SessionId& id,
                                                const Roster& roster, const VerifyKey& aggregator,
                                                const OwnTranscript& own);

// Whether the member is among those whose vectors the record's sum contains.
[[nodiscard]] bool is_survivor(const SignedRecord& record, std::uint32_t roster_index);

// [RECORD-2] Whether the aggregator has signed these bytes as a record of this round: nothing else
// matters for a second story.
[[nodiscard]] bool is_signed_record(const RoundRecord& message, const SessionId& id,
                                    const VerifyKey& aggregator);

// The bytes that a sum of this record's round has; 0 where none is published.
[[nodiscard]] std::uint64_t sum_bytes(const RecordContent& record);

// Errors: record_mismatch if the sum is not the one of the digest; bad_sum.
[[nodiscard]] Result<Aggregate> check_sum(const SignedRecord& record, ByteView packed);

}  // namespace blindsum
